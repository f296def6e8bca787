import { describe, expect, test } from 'vitest';
import { isOneOf, verifyAuthorization, verifyHookKey, verifyToken } from '../../shared/sender/secret.ts';
import type { SenderRequest } from '../../shared/sender/sender.ts';

const request = (headers: Record<string, string>): SenderRequest => ({ headers, body: new Uint8Array() });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('one of the secrets', () => {
  test.each([
    ['the one', 'a', ['a'], true],
    ['the other', 'b', ['a', 'b'], true],
    ['none of them', 'c', ['a', 'b'], false],
    ['a longer one', 'aa', ['a'], false],
    ['nothing, where a secret is empty by mistake', '', [''], false],
    ['anything, where there is none', 'a', [], false],
  ])('%s', (_, given, secrets, isKnown) => expect(isOneOf(given, secrets)).toBe(isKnown));
});

describe('a hook key in the address', () => {
  test('is known, now and while it is changed', () => {
    expect(verifyHookKey('new', ['new', 'old'])).toEqual({ ok: true });
    expect(verifyHookKey('old', ['new', 'old'])).toEqual({ ok: true });
  });
  test.each(['wrong', '', undefined])('%s is not found: nobody learns that there is something here', (key) =>
    expect(verifyHookKey(key, ['new'])).toEqual({ ok: false, reason: 'wrong', status: 404 }),
  );
  test('is told to come again while none is configured', () =>
    expect(verifyHookKey('any', [''])).toEqual({ ok: false, reason: 'not-configured', status: 503 }));
});

describe('a token in a header', () => {
  test.each([
    [{ 'x-gitlab-token': 't' }, ['t'], { ok: true }],
    [{ 'x-gitlab-token': 'x' }, ['t'], { ok: false, reason: 'wrong', status: 401 }],
    [{}, ['t'], { ok: false, reason: 'missing', status: 401 }],
    [{ 'x-gitlab-token': 't' }, [], { ok: false, reason: 'not-configured', status: 503 }],
  ])('%o with %o', (headers, secrets, verdict) =>
    expect(verifyToken(request(headers as Record<string, string>), 'x-gitlab-token', secrets)).toEqual(verdict),
  );
});

describe('the Authorization header', () => {
  const credentials = { bearer: ['new', 'old'], basic: [{ user: 'alertmanager', password: 'pass:word' }] };
  test.each([
    ['Bearer new', undefined],
    ['bearer  old', undefined],
    [basic('alertmanager:pass:word'), undefined],
    ['Bearer other', 'wrong'],
    [basic('alertmanager:other'), 'wrong'],
    [basic('other:pass:word'), 'wrong'],
    ['Bearer', 'malformed'],
    ['Bearer a b', 'malformed'],
    ['Digest x', 'malformed'],
    [undefined, 'missing'],
  ])('%s', (header, reason) => {
    const verdict = verifyAuthorization(request(header === undefined ? {} : { authorization: header }), credentials);
    expect(verdict).toEqual(reason === undefined ? { ok: true } : { ok: false, reason, status: 401 });
  });

  test('a bearer token is no password, and a password no bearer token', () => {
    expect(verifyAuthorization(request({ authorization: 'Bearer alertmanager:pass:word' }), credentials)).toMatchObject(
      { ok: false },
    );
    expect(verifyAuthorization(request({ authorization: basic('new') }), credentials)).toMatchObject({ ok: false });
  });
});
