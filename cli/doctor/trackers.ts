/** What the doctor says of the trackers of the catalogue: each is asked with its token what would fail tonight. */
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { TrackerSetting } from '../../shared/catalogue/catalogue.ts';
import { type Check, type OpenProject, TrackerFailure } from '../../shared/tracker/tracker.ts';
import type { Found } from './verdict.ts';

/** A tracker by its name in the catalogue. `why`: it could not be asked. */
export type Examined = { name: string; kind: TrackerSetting['kind'] } & ({ checks: Check[] } | { why: string });

const MEND = 'Problem tickets wait until it works; docs/trackers.md says what each tracker needs.';
const LEVELS = { ok: 'well', warn: 'warning', fail: 'error' } as const;

/** Asks all of them at once; none fails because of another. */
export async function examineTrackers(
  trackers: Record<string, TrackerSetting>,
  open: OpenProject,
  now: string,
): Promise<Examined[]> {
  return Promise.all(
    Object.entries(trackers).map(async ([name, setting]): Promise<Examined> => {
      try {
        const tracker = await open(setting);
        return { name, kind: setting.kind, checks: await tracker.check(now) };
      } catch (error) {
        // Of ours, a failure may be shown; anything else may quote what was sent.
        const why = error instanceof TrackerFailure ? error.message : (error as Error).name;
        return { name, kind: setting.kind, why };
      }
    }),
  );
}

/** The parameter behind a token, decrypted, with the credentials of the person who asks. Throws `TrackerFailure` without it. */
export async function tokenOf(setting: string): Promise<string> {
  const name = setting.replace(/^ssm:/, '');
  const client = new SSMClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } });
  const { Parameters } = await client.send(new GetParametersCommand({ Names: [name], WithDecryption: true }));
  const value = Parameters?.[0]?.Value;
  if (value === undefined) throw new TrackerFailure(`there is no parameter ${name}`, false);
  return value;
}

export function trackers(examined: Examined[]): Found[] {
  return examined.flatMap((one): Found[] => {
    const who = `${one.name} (${one.kind})`;
    if ('why' in one) return [{ level: 'error', said: `${who}: ${one.why}`, mend: MEND }];
    return one.checks.map(({ level, what }) => ({
      level: LEVELS[level],
      said: `${who}: ${what}`,
      ...(level === 'ok' ? {} : { mend: MEND }),
    }));
  });
}
