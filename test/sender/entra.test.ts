import { createLocalJWKSet, errors, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { ACTION_GROUPS_APPLICATION, type EntraContext, verifyEntra } from '../../shared/sender/entra.ts';

const TENANT = '72f988bf-0000-4000-8000-000000000000';
const APPLICATION = '0d2c0b1a-0000-4000-8000-000000000000';
const now = '2026-11-23T03:12:06.000Z';
const seconds = Date.parse(now) / 1000;

const keys = await generateKeyPair('RS256');
const others = await generateKeyPair('RS256');
const context: EntraContext = {
  now,
  tenant: TENANT,
  audiences: [APPLICATION, `api://${APPLICATION}`],
  keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] }),
};

const version2: JWTPayload = {
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  aud: APPLICATION,
  azp: ACTION_GROUPS_APPLICATION,
  roles: ['ActionGroupsSecureWebhook'],
  nbf: seconds - 60,
  exp: seconds + 3600,
};
const { azp: _, ...without } = version2;
const version1: JWTPayload = {
  ...without,
  iss: `https://sts.windows.net/${TENANT}/`,
  aud: `api://${APPLICATION}`,
  appid: ACTION_GROUPS_APPLICATION,
};

const token = (claims: JWTPayload, key = keys.privateKey, kid = 'k1') =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
const verdictOf = async (claims: JWTPayload | string, changed: Partial<EntraContext> = {}) =>
  verifyEntra(
    {
      headers: { authorization: `Bearer ${typeof claims === 'string' ? claims : await token(claims)}` },
      body: new Uint8Array(),
    },
    { ...context, ...changed },
  );

describe("a token of Azure Monitor's application, for us, of our tenant", () => {
  test.each([
    ['version 2', version2],
    ['version 1', version1],
    ['a clock four minutes off', { ...version2, exp: seconds - 240 }],
  ])('%s is known', async (_, claims) => expect(await verdictOf(claims)).toEqual({ ok: true }));
});

describe('anything else is refused', () => {
  test.each([
    [
      'another tenant',
      { ...version2, iss: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0' },
      'wrong',
    ],
    ['another audience', { ...version2, aud: 'api://somebody-else' }, 'wrong'],
    ['another application of our tenant', { ...version2, azp: '11111111-2222-3333-4444-555555555555' }, 'wrong'],
    ['a person, who has no application', without, 'wrong'],
    ['no role', { ...version2, roles: [] }, 'wrong'],
    ['a role as text', { ...version2, roles: 'ActionGroupsSecureWebhook' }, 'wrong'],
    ['expired', { ...version2, exp: seconds - 600 }, 'stale'],
    ['not yet valid', { ...version2, nbf: seconds + 600 }, 'wrong'],
    ['without an end', { ...version2, exp: undefined }, 'wrong'],
  ])('%s', async (_, claims, reason) =>
    expect(await verdictOf(claims as JWTPayload)).toEqual({ ok: false, reason, status: 401 }),
  );

  test('signed by somebody else', async () => {
    expect(await verdictOf(await token(version2, others.privateKey))).toMatchObject({ ok: false, reason: 'wrong' });
    expect(await verdictOf(await token(version2, others.privateKey, 'k2'))).toMatchObject({
      ok: false,
      reason: 'wrong',
    });
  });

  test('signed by nobody', async () => {
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const unsigned = `${encode({ alg: 'none', kid: 'k1' })}.${encode(version2)}.`;
    expect(await verdictOf(unsigned)).toMatchObject({ ok: false, status: 401 });
  });

  test.each([
    ['no header', undefined, 'missing'],
    ['another scheme', 'Basic abc', 'malformed'],
    ['no token', 'Bearer x', 'malformed'],
  ])('%s', async (_, authorization, reason) => {
    const verdict = await verifyEntra({ headers: { authorization }, body: new Uint8Array() }, context);
    expect(verdict).toEqual({ ok: false, reason, status: 401 });
  });
});

describe('what is not the fault of Azure is answered with 503, which it retries', () => {
  test.each([
    ['the key server is slow', () => Promise.reject(new errors.JWKSTimeout())],
    ['the key server cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['the key server answers with an error', () => Promise.reject(new errors.JOSEError('Expected 200 OK'))],
  ])('%s', async (_, broken) =>
    expect(await verdictOf(version2, { keys: broken as EntraContext['keys'] })).toEqual({
      ok: false,
      reason: 'unavailable',
      status: 503,
    }),
  );

  test('we have no tenant configured', async () =>
    expect(await verdictOf(version2, { tenant: '' })).toEqual({ ok: false, reason: 'not-configured', status: 503 }));
});
