/** What `lint --live` and `explain --live` ask of a running Pageturner: what people said about the runbooks of alerts. */
import { type Lesson, matchOf } from '../../shared/memory/memory.ts';
import type { Finding } from '../finding.ts';
import { call, type ServerOptions } from '../server.ts';

/** Throws `Misuse` where nothing answers. */
export async function lessonsAt(options: ServerOptions): Promise<Lesson[]> {
  return ((await call(options, 'GET', '/learned')) as { lessons: Lesson[] }).lessons;
}

/**
 * For each rule whose right runbook people said: the lines of front matter that say so for good. The newest word counts.
 *
 * @param runbooks of the catalogue in hand
 */
export function learnedFindings(lessons: Lesson[], runbooks: ReadonlySet<string>): Finding[] {
  const byRule = Map.groupBy(lessons, ({ title, service = '' }) => `${title}\n${service}`);
  return [...byRule.values()].flatMap((said): Finding[] => {
    const newest = said.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]!;
    const { right, title, service, by, at } = newest;
    if (right === undefined || !runbooks.has(right)) return [];
    const whose = service === undefined ? '' : ` of ${service}`;
    return [
      {
        level: 'warning',
        code: 'learned',
        file: `runbooks/${right}.md`,
        message: `${by} said on ${at.slice(0, 10)} that it is right for alerts called ${JSON.stringify(title)}${whose}; the catalogue does not say so.`,
        mend: `Write into its front matter: match: ${JSON.stringify(matchOf(newest))}`,
      },
    ];
  });
}
