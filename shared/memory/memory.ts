/**
 * Memory: what people said about the runbook of an alert, and what follows for the next one.
 *
 * Promises: the narrowest word counts, that for the same signal before that for the same rule of the same service; of two,
 * the later; after `LEARNED_DAYS` without a repeat none. A link in the alert and a pattern of the catalogue come before
 * what people said, and it comes before words. Pure: what is remembered is handed in.
 */
import type { Alert } from '../alert/alert.ts';
import type { Candidate, Choice } from '../runbook/runbook.ts';

/** What one person said last about the runbook of a signal. */
export type Lesson = {
  /** The signal, the rule behind it by its name, and the service that the alert belonged to. */
  key: string;
  title: string;
  service?: string;
  /** The right runbook; absent where only the wrong one is known. */
  right?: string;
  wrong?: string;
  by: string;
  /** UTC ISO. */
  at: string;
};

/** For how long a word counts. "This runbook helped" is a word, too, so what is used is kept. */
export const LEARNED_DAYS = 180;
const DAY_MILLISECONDS = 86_400_000;

type Asker = Pick<Alert, 'key' | 'title' | 'service'>;

/** Whether what people said could change the choice: a link and a pattern are certain without them. */
export function asksMemory({ by, url }: Pick<Choice, 'by' | 'url'>): boolean {
  return by !== 'link' && by !== 'pattern' && url === undefined;
}

/**
 * The choice with what people said.
 *
 * @param lessons of the alert's rule. @param isRunbook whether the catalogue has it (still). @param now UTC ISO
 */
export function withMemory(
  choice: Choice,
  alert: Asker,
  lessons: readonly Lesson[],
  { isRunbook, now }: { isRunbook: (id: string) => boolean; now: string },
): Choice {
  if (lessons.length === 0 || !asksMemory(choice)) return choice;
  const lesson = lessonFor(alert, lessons, now);
  if (lesson === undefined) return choice;
  const { right, wrong } = lesson;
  const kept = choice.candidates.filter(({ runbook }) => runbook !== wrong && runbook !== right);
  if (right !== undefined && isRunbook(right)) {
    const said: Candidate = { runbook: right, score: 1, by: 'person', why: whySaid(alert, lesson) };
    return { runbook: right, by: 'person', candidates: [said, ...kept] };
  }
  return choice.runbook === wrong ? { runbook: null, by: 'none', candidates: kept } : { ...choice, candidates: kept };
}

function lessonFor(alert: Asker, lessons: readonly Lesson[], now: string): Lesson | undefined {
  const since = new Date(Date.parse(now) - LEARNED_DAYS * DAY_MILLISECONDS).toISOString();
  const about = lessons.filter(
    (lesson) => lesson.title === alert.title && lesson.service === alert.service && lesson.at >= since,
  );
  const newest = (list: Lesson[]) => list.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  return newest(about.filter(({ key }) => key === alert.key)) ?? newest(about);
}

function whySaid(alert: Asker, { key, by, at, service }: Lesson): string {
  const what =
    key === alert.key ? 'this signal' : `alerts of this name${service === undefined ? '' : ` of ${service}`}`;
  return `${by} said on ${at.slice(0, 10)} that it is right for ${what}`;
}

/** The pattern of a catalogue that says what people said of a rule. */
export function matchOf({ title, service }: Pick<Lesson, 'title' | 'service'>): Record<string, string[]> {
  return { ...(service === undefined ? {} : { service: [service] }), title: [title] };
}
