/**
 * The secrets that a first deployment needs: which there are, under which name, and how strong each is made.
 *
 * Promises: every secret has 32 random bytes; a token of the API is kept as its digest alone. Pure: random bytes are handed in.
 */
import { createHash } from 'node:crypto';
import { HOOK_NAMES } from '../../shared/sender/secret.ts';

/** So many random bytes as were asked for: `randomBytes` of node:crypto. */
export type Random = (bytes: number) => Buffer;

/** A parameter to be stored: what it holds never reaches a log. `shown`: what the caller sees once and nobody keeps. */
export type Secret = { name: string; what: string; value: string; shown?: { label: string; text: string } };

const BYTES = 32;

/** Where a stage's parameter is: the functions of this stage may read it and no others. */
export function parameterName(stage: string, end: string): string {
  return `/pageturner/${stage}/${end}`;
}

/** Fresh secrets of a stage. `owner`: whose token of the API it is. */
export function freshSecrets(stage: string, owner: string, random: Random): Secret[] {
  const key = () => random(BYTES).toString('base64url');
  const token = key();
  const digest = createHash('sha256').update(token).digest('hex');
  return [
    {
      name: parameterName(stage, 'hook-keys'),
      what: 'a key for each kind of sender',
      value: HOOK_NAMES.map((name) => `${name}=${key()}`).join(','),
    },
    { name: parameterName(stage, 'link-secret'), what: 'signs the links of pages and the sessions', value: key() },
    {
      name: parameterName(stage, 'api-tokens'),
      what: `the token of ${owner} for the console, the API and this command`,
      value: `${owner}:${digest}`,
      shown: { label: 'Your token, shown this once', text: token },
    },
    {
      name: parameterName(stage, 'webhook-secret'),
      what: 'signs what webhooks are sent',
      value: `whsec_${random(BYTES).toString('base64')}`,
    },
  ];
}
