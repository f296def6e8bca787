/** A secret that could be guessed opens nothing, signs nothing and is nobody's; and it is said. */
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ownerOf } from '../../shared/console/session.ts';
import { answerAlertHook } from '../../shared/hook/alerts.ts';
import { answerUnlessKnown } from '../../shared/hook/hook.ts';
import { isWeak } from '../../shared/sender/secret.ts';
import { revealStrong } from '../../shared/world/secrets.ts';
import { NIGHT, openTestWorld } from '../world.ts';

const STRONG = randomBytes(32).toString('base64url');
afterEach(() => vi.unstubAllEnvs());

describe('a secret', () => {
  it.each([
    ['x', true],
    ['local', true],
    ['correct-horse-battery', true],
    ['a'.repeat(64), true],
    ['abab'.repeat(16), true],
    [STRONG, false],
    [randomBytes(32).toString('hex'), false],
    [`whsec_${randomBytes(32).toString('base64')}`, false],
  ])('%j is weak: %j', (secret, expected) => {
    expect(isWeak(secret)).toBe(expected);
  });
});

describe('a hook key that could be guessed', () => {
  const said: string[] = [];
  const log = (level: string, message: string) => said.push(`${level} ${message}`);
  const answer = (hookKeys: string, key: string) =>
    answerUnlessKnown('grafana', key, { headers: {}, body: Buffer.from('{}') }, { hookKeys, senders: '' }, log);

  it('opens nothing, and the log says why', async () => {
    expect((await answer('short', 'short'))?.status).toBe(503);
    expect(said).toContainEqual(expect.stringMatching(/^error A hook key is too weak and opens nothing/));
  });

  it('does not shut out the strong one beside it', async () => {
    expect(await answer(`short,${STRONG}`, STRONG)).toBeUndefined();
    expect((await answer(`short,${STRONG}`, 'short'))?.status).toBe(404);
  });

  it('is not taken for an event either: its sender comes again', async () => {
    const request = { path: '/v2/enqueue', key: undefined, headers: {}, receivedAt: NIGHT, id: 'a' };
    const body = Buffer.from(
      JSON.stringify({
        routing_key: 'short',
        event_action: 'trigger',
        payload: { summary: 'Disk is full', source: 'db-01', severity: 'error' },
      }),
    );
    const settings = { hookKeys: 'short', senders: '' };
    expect((await answerAlertHook({ ...request, body }, { queues: {} as never, settings, log })).status).toBe(503);
  });
});

it('a link secret that could be guessed signs nothing, but on this machine', async () => {
  vi.stubEnv('STAGE', 'prod');
  await expect(revealStrong('x', 0)).rejects.toThrow(/^The link secret is too weak/);
  await expect(revealStrong(STRONG, 0)).resolves.toBe(STRONG);
  vi.stubEnv('STAGE', 'local');
  await expect(revealStrong('x', 0)).resolves.toBe('x');
});

it('a token that could be guessed is nobody’s, though its digest is known', () => {
  const digest = (token: string) => createHash('sha256').update(token).digest('hex');
  const keys = { amira: digest('local'), ben: digest(STRONG) };
  expect([ownerOf('local', keys, false), ownerOf(STRONG, keys, false)]).toEqual([undefined, 'ben']);
  expect(ownerOf('local', keys, true)).toBe('amira');
});

it('a page goes out though no link can be signed: it leads to the sign-in, and the log says why', async () => {
  const stage = await openTestWorld();
  stage.world.linkSecret = async () => {
    throw new Error('The link secret is too weak and signs nothing.');
  };
  await stage.send(
    {
      routing_key: 'k',
      event_action: 'trigger',
      dedup_key: 'd',
      payload: { summary: 'payments-api is down', source: 'payments-api', severity: 'critical' },
    },
    'events',
  );
  await stage.advance('30s');
  const [text] = stage.told.filter(({ channel }) => channel === 'sms');
  expect(text?.message.text).toContain('https://pages.example.gov.uk/k/');
  expect(stage.logged.join('\n')).toContain('A page has no personal link');
});
