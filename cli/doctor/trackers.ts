/** Whether problem tickets could be made tonight: what each tracker says of its token, its project and its labels. */
import type { TrackerSetting } from '../../shared/catalogue/catalogue.ts';
import { type Check, TrackerFailure } from '../../shared/tracker/tracker.ts';
import { KINDS } from '../../shared/world/trackers.ts';
import type { Found } from './verdict.ts';

/** A project of a tracker, as the stack names it. `token`: the parameter. */
export type Project = TrackerSetting & { name: string };

/** What one project said. `missing`: its token's parameter could not be read. */
export type Answered = { name: string; project: string; token: string; checks: Check[] | 'missing' };

/** Asks each project. `tokens`: by parameter, as they were read; they go to their tracker and nowhere else. */
export async function askTrackers(
  projects: Project[],
  tokens: Record<string, string | undefined>,
  now: string,
): Promise<Answered[]> {
  return Promise.all(
    projects.map(async ({ name, kind, url, project, token }) => {
      const secret = tokens[token];
      const about = { name, project, token };
      if (secret === undefined) return { ...about, checks: 'missing' as const };
      return { ...about, checks: await checksOf(() => KINDS[kind]({ url, project, token: secret }).check(now)) };
    }),
  );
}

async function checksOf(check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    // Whether the function can reach it is another question: this is asked from where the command runs.
    const why = error instanceof TrackerFailure ? error.message : (error as Error).name;
    return [{ level: 'warn', what: `It could not be asked from here: ${why}.` }];
  }
}

/** What the answers mean. Tickets are beside the pager, so nothing here is worse than a warning but what makes none at all. */
export function trackers(answers: Answered[]): Found[] {
  return answers.flatMap(({ name, project, token, checks }): Found[] => {
    const where = project === '' ? name : `${name} ${project}`;
    if (checks === 'missing')
      return [
        {
          level: 'error',
          said: `${where}: its token could not be read from ${token.slice(4)}`,
          mend: `Put it there as a SecureString: aws ssm put-parameter --type SecureString --name ${token.slice(4)} --value …`,
        },
      ];
    const bad = checks.filter(({ level }) => level !== 'ok');
    if (bad.length === 0) return [{ level: 'well', said: `${where}: tickets can be made` }];
    return bad.map(({ level, what }) => ({
      level: level === 'fail' ? 'error' : 'warning',
      said: `${where}: ${what}`,
      // What to do is in what the tracker's check says; where the token is kept is not.
      mend: `A new token goes into ${token.slice(4)}: it is in force within five minutes.`,
    }));
  });
}
