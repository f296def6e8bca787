/**
 * Shadow: a service tried beside the tool in force. Pageturner does everything but tell people, and keeps what it would have
 * told whom; here that is laid beside the incidents of the other tool.
 *
 * Promises: every incident of either side is in exactly one list. Called by `pageturner shadow`. Pure.
 */
import type { Shadow } from '../../shared/store/shadows.ts';

/** An incident of ours as it would have been told. */
export type Ours = {
  incident: string;
  at: string;
  title: string;
  service?: string;
  told: { at: string; to: string; channel: string; text: string }[];
};
/** An incident of the other tool. */
export type Theirs = { id: string; at: string; title: string; service?: string };
export type Beside = {
  both: { ours: Ours; theirs: Theirs; secondsLater: number }[];
  onlyOurs: Ours[];
  onlyTheirs: Theirs[];
};

/** Two tools hear of one thing within so long of each other. */
const WITHIN_SECONDS = 600;

/** What was kept, an incident each, in the order of their opening. */
export function oursOf(shadows: Shadow[]): Ours[] {
  const found = new Map<string, Ours>();
  for (const { incident, openedAt, title, service, kind, at, to, channel, text } of shadows) {
    const ours = found.get(incident) ?? {
      incident,
      at: openedAt,
      title,
      ...(service === undefined ? {} : { service }),
      told: [],
    };
    found.set(incident, ours);
    if (kind === 'alert') ours.told.push({ at, to, channel, text });
  }
  return [...found.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** The nearest in time that share a service or a telling word are one thing. */
export function besideOf(ours: Ours[], theirs: Theirs[]): Beside {
  const pairs = theirs.flatMap((one) =>
    ours.flatMap((other) => {
      const later = (Date.parse(other.told[0]?.at ?? other.at) - Date.parse(one.at)) / 1000;
      return Math.abs(later) <= WITHIN_SECONDS && isAlike(one, other)
        ? [{ theirs: one, ours: other, secondsLater: Math.round(later) }]
        : [];
    }),
  );
  pairs.sort((a, b) => Math.abs(a.secondsLater) - Math.abs(b.secondsLater));
  const both: Beside['both'] = [];
  for (const pair of pairs)
    if (!both.some((taken) => taken.ours === pair.ours || taken.theirs === pair.theirs)) both.push(pair);
  both.sort((a, b) => (a.theirs.at < b.theirs.at ? -1 : 1));
  return {
    both,
    onlyOurs: ours.filter((one) => !both.some((pair) => pair.ours === one)),
    onlyTheirs: theirs.filter((one) => !both.some((pair) => pair.theirs === one)),
  };
}

function isAlike(a: Theirs, b: Ours): boolean {
  if (a.service !== undefined && a.service === b.service) return true;
  const words = wordsOf(`${a.title} ${a.service ?? ''}`);
  return [...wordsOf(`${b.title} ${b.service ?? ''}`)].some((word) => words.has(word));
}

/** Words that tell: of four letters and more, and those with a digit. */
function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length >= 4 || /\d/.test(word)));
}

/**
 * Incidents of another tool's answer: PagerDuty `GET /incidents`, Opsgenie `GET /v2/alerts`, or a list of
 * `{id?, at, title, service?}`. Throws `RangeError` with what is missing.
 */
export function readTheirs(value: unknown): Theirs[] {
  const of = (value ?? {}) as { incidents?: unknown; data?: unknown };
  const list = Array.isArray(value) ? value : Array.isArray(of.incidents) ? of.incidents : of.data;
  if (!Array.isArray(list))
    throw new RangeError('Neither a list nor the answer of PagerDuty (incidents) or Opsgenie (data).');
  return list.map((one: Record<string, unknown>, n) => {
    const at = String(one['created_at'] ?? one['createdAt'] ?? one['at'] ?? '');
    if (Number.isNaN(Date.parse(at))) throw new RangeError(`Entry ${n + 1} has no time (created_at, createdAt or at).`);
    const { summary, name } = (
      typeof one['service'] === 'object' ? (one['service'] ?? {}) : { name: one['service'] }
    ) as Record<string, unknown>;
    const service = summary ?? name;
    return {
      id: String(one['incident_number'] ?? one['tinyId'] ?? one['id'] ?? n + 1),
      at: new Date(at).toISOString(),
      title: String(one['title'] ?? one['message'] ?? ''),
      ...(typeof service === 'string' ? { service } : {}),
    };
  });
}
