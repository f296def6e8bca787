/**
 * Azure's secure webhooks: a token of Microsoft Entra ID that says that Azure Monitor's own application is calling, and
 * that somebody in our tenant allowed it to.
 *
 * Azure drops an alert on a 401, and it should: only a wrong configuration leads there. Where the keys cannot be fetched the
 * answer is 503, one of the few that Azure retries.
 *
 * Sources: Azure Monitor "Action groups", secure webhook; Microsoft identity platform "Access token claims reference".
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { KNOWN, refused, type SenderRequest, type Verdict } from './sender.ts';

/** "AzNS AAD Webhook": the application by which every action group calls, the same in every tenant. */
export const ACTION_GROUPS_APPLICATION = '461e8683-5575-4561-ac7f-899cc907d62a';
/** The role that the tenant's administrator gave to that application. */
const ACTION_GROUPS_ROLE = 'ActionGroupsSecureWebhook';

export type EntraContext = {
  /** UTC ISO. */
  now: string;
  /** Our tenant's id. */
  tenant: string;
  /** Our application's id and its identifier URI: tokens of version 2 name the one, of version 1 the other. */
  audiences: readonly string[];
  /** The tenant's keys: `createRemoteJWKSet` of jose in production, `createLocalJWKSet` in tests. */
  keys: JWTVerifyGetKey;
};

const SKEW_SECONDS = 300;

export async function verifyEntra({ headers }: SenderRequest, context: EntraContext): Promise<Verdict> {
  if (context.tenant === '' || context.audiences.length === 0) return refused('not-configured');
  const header = headers['authorization'];
  if (header === undefined) return refused('missing');
  const token = /^Bearer +([A-Za-z0-9._-]{20,20000})$/i.exec(header.trim())?.[1];
  if (token === undefined) return refused('malformed');
  try {
    const { payload } = await jwtVerify(token, context.keys, {
      algorithms: ['RS256'],
      issuer: [
        `https://login.microsoftonline.com/${context.tenant}/v2.0`,
        `https://sts.windows.net/${context.tenant}/`,
      ],
      audience: [...context.audiences],
      currentDate: new Date(context.now),
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'iss', 'aud'],
    });
    return isActionGroups(payload) ? KNOWN : refused('wrong');
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** The calling application is `azp` in version 2 and `appid` in version 1. */
function isActionGroups(claims: JWTPayload): boolean {
  const application = claims['azp'] ?? claims['appid'];
  const roles = claims['roles'];
  return application === ACTION_GROUPS_APPLICATION && Array.isArray(roles) && roles.includes(ACTION_GROUPS_ROLE);
}

function reasonOf(error: unknown) {
  if (error instanceof errors.JWTExpired) return 'stale';
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return 'unavailable';
  // jose reports an answer of the key server other than 200 with its general error.
  if (error.code === 'ERR_JOSE_GENERIC') return 'unavailable';
  return 'wrong';
}
