/** Whether the secrets of a stage are there, are kept as secrets and could not be guessed. Pure: a value goes no further. */
import { parseKeys } from '../../shared/console/session.ts';
import { HOOK_NAMES, isWeak, keysOf } from '../../shared/sender/secret.ts';
import type { Found } from './verdict.ts';

/** A parameter as it was read; undefined where there is none. */
export type Secrets = { stage: string; read: Record<string, { value: string; type: string } | undefined> };

/** What every stage needs, with what happens without it. */
export const NEEDED: Record<string, string> = {
  'hook-keys': 'every sender is refused',
  'link-secret': 'no link of a page can be opened, and nobody can sign in',
  'api-tokens': 'nobody can sign in',
};

/** SHA-256 of `local`, the token of `npm start`, which everybody knows. */
const KNOWN_DIGEST = '25bf8e1a2393f1108d37029b3df5593236c755742ec93465bbafa9b290bddcf6';

export function secrets({ stage, read }: Secrets): Found[] {
  const found = Object.entries(NEEDED).flatMap(([name, without]) => {
    const parameter = read[name];
    const path = `/pageturner/${stage}/${name}`;
    if (!parameter)
      return [
        {
          level: 'error' as const,
          said: `${path} is missing: ${without}`,
          mend: `Run 'pageturner init --stage ${stage}'.`,
        },
      ];
    return [
      ...(parameter.type === 'SecureString'
        ? []
        : [
            {
              level: 'error' as const,
              said: `${path} is kept as ${parameter.type}: everybody who may list parameters reads it`,
              mend: "Delete it, and run 'pageturner init'.",
            },
          ]),
      ...wrongIn(name, parameter.value).map((why) => ({
        level: 'error' as const,
        said: `${path} ${why}`,
        mend: "Delete it, and run 'pageturner init': it makes 32 random bytes.",
      })),
    ];
  });
  return found.length > 0 ? found : [{ level: 'well', said: 'are there, and could not be guessed' }];
}

function wrongIn(name: string, value: string): string[] {
  if (name === 'link-secret') return isWeak(value) ? ['is too weak: it signs nothing'] : [];
  if (name === 'hook-keys') {
    const keys = new Set(HOOK_NAMES.flatMap((hook) => keysOf(value, hook)));
    const weak = [...keys].filter(isWeak).length;
    return weak === 0 ? [] : [`holds ${weak} keys that are too weak and open nothing`];
  }
  try {
    const isKnown = Object.values(parseKeys(value)).includes(KNOWN_DIGEST);
    return isKnown ? ['holds the token of npm start, which everybody knows'] : [];
  } catch {
    return ['is not NAME:SHA256, parted by commas: nobody can sign in'];
  }
}
