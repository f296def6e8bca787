/**
 * Who may send to which hook: the hook key in the address, and beside it the proofs that are configured for that sender.
 *
 * A hook without configured proofs is known by its key alone. Where proofs are configured, one of them must hold: Alertmanager
 * may keep its bearer token while Grafana changes from a password to a signature. What is answered when none holds is the
 * refusal that helps most: one that passes by (503) before one that is final, and a wrong proof before a missing one.
 *
 * `parseSenders` reads the configuration (docs/sources/senders.md); `verifySender` checks a request. Pure but for the
 * `get` that is handed in. Called by the functions receive and deployments.
 */
import * as v from 'valibot';
import { type EntraContext, verifyEntra } from './entra.ts';
import { verifyAuthorization, verifyToken } from './secret.ts';
import { KNOWN, type Refused, refused, type SenderRequest } from './sender.ts';
import { verifyGithub, verifyGrafana, verifyJira, verifyStandardWebhook, verifyTerraform } from './signature.ts';
import { type SnsVerdict, verifySns } from './sns.ts';

const secret = v.pipe(v.string(), v.minLength(8, 'a secret has at least 8 characters'));
/** Two in force while one is being changed, and one to spare. */
const secrets = v.pipe(v.array(secret), v.maxLength(3, 'at most three are in force at once'));
const basic = v.array(v.strictObject({ user: v.pipe(v.string(), v.nonEmpty()), password: secret }));
/** A header of the sender's own choice with a secret in it, as Azure DevOps and Argo CD can be told to send. */
const header = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, 'a header is written in lower case, like x-pageturner-token')),
  values: secrets,
});
const authorization = { bearer: v.optional(secrets), basic: v.optional(basic), header: v.optional(header) };
const topicArn = v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}$/, "a topic's ARN"));

const sendersSchema = v.strictObject({
  cloudwatch: v.optional(v.strictObject({ topics: v.optional(v.array(topicArn)), ...authorization })),
  'azure-monitor': v.optional(
    v.strictObject({
      tenant: v.optional(v.pipe(v.string(), v.uuid("the tenant's id"))),
      audiences: v.optional(v.array(v.pipe(v.string(), v.nonEmpty()))),
      ...authorization,
    }),
  ),
  alertmanager: v.optional(v.strictObject(authorization)),
  alert: v.optional(v.strictObject(authorization)),
  grafana: v.optional(v.strictObject({ signed: v.optional(secrets), ...authorization })),
  gitlab: v.optional(v.strictObject({ tokens: v.optional(secrets), signed: v.optional(secrets) })),
  github: v.optional(v.strictObject({ signed: v.optional(secrets) })),
  'azure-devops': v.optional(v.strictObject(authorization)),
  argocd: v.optional(v.strictObject(authorization)),
  terraform: v.optional(v.strictObject({ signed: v.optional(secrets) })),
  deployment: v.optional(v.strictObject(authorization)),
  jira: v.optional(v.strictObject({ signed: v.optional(secrets), ...authorization })),
  servicenow: v.optional(v.strictObject(authorization)),
});

export type Senders = v.InferOutput<typeof sendersSchema>;
export type Hook = keyof Senders;

/** The proofs of one hook, whichever it has. */
type Proofs = {
  topics?: readonly string[] | undefined;
  tenant?: string | undefined;
  audiences?: readonly string[] | undefined;
  tokens?: readonly string[] | undefined;
  signed?: readonly string[] | undefined;
  bearer?: readonly string[] | undefined;
  basic?: readonly { user: string; password: string }[] | undefined;
  header?: { name: string; values: readonly string[] } | undefined;
};

/** What the checks need beside the request. */
export type KnownContext = {
  /** UTC ISO. */
  now: string;
  /** GET of an address that was checked, as text: with a timeout, without redirects. Rejects when it cannot. */
  get: (url: string) => Promise<string>;
  /** SNS certificates by address, kept between calls. */
  certificates: Map<string, string>;
  /** A tenant's keys, kept between calls. */
  entraKeys: (tenant: string) => EntraContext['keys'];
};

/** Known; or known and asking for a subscription to be confirmed by a GET; or saying that one has ended; or refused. */
export type SenderVerdict = { ok: true; subscription?: { confirm: string } | { ended: string } } | Refused;

/**
 * @param written JSON as it is kept in the parameter; empty where nothing is configured
 * @throws Error that says which field is wrong, and never what it holds
 */
export function parseSenders(written: string): Senders {
  if (written.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw new Error('The senders are not JSON: see docs/sources/senders.md for an example.');
  }
  const parsed = v.safeParse(sendersSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '(the whole)';
  throw new Error(
    `The senders are wrong at ${path}: expected ${issue.expected ?? 'something else'}, see docs/sources/senders.md.`,
  );
}

export async function verifySender(
  hook: Hook,
  request: SenderRequest,
  senders: Senders,
  context: KnownContext,
): Promise<SenderVerdict> {
  const proofs: Proofs = senders[hook] ?? {};
  const verdicts: SenderVerdict[] = [];
  const message = hook === 'cloudwatch' ? snsMessage(request) : undefined;
  // The key alone never confirms a subscription: anybody who has it could point any topic at us.
  if (message?.isConfirmation && proofs.topics === undefined) return refused('unknown-topic');
  if (proofs.topics !== undefined && hook === 'cloudwatch')
    verdicts.push(await sns(message?.fields, proofs.topics, context));
  if (proofs.tenant !== undefined) {
    const { now, entraKeys } = context;
    const { tenant, audiences = [] } = proofs;
    verdicts.push(await verifyEntra(request, { now, tenant, audiences, keys: entraKeys(tenant) }));
  }
  if (proofs.tokens !== undefined) verdicts.push(verifyToken(request, 'x-gitlab-token', proofs.tokens));
  if (proofs.signed !== undefined) verdicts.push(verifySignature(hook, request, proofs.signed, context.now));
  if (proofs.bearer !== undefined || proofs.basic !== undefined) {
    const { bearer = [], basic: users = [] } = proofs;
    verdicts.push(verifyAuthorization(request, { bearer, basic: users }));
  }
  if (proofs.header !== undefined) verdicts.push(verifyToken(request, proofs.header.name, proofs.header.values));
  return verdicts.length === 0 ? KNOWN : best(verdicts);
}

function best(verdicts: SenderVerdict[]): SenderVerdict {
  return (
    verdicts.find(({ ok }) => ok) ??
    verdicts.find((verdict) => !verdict.ok && verdict.status === 503) ??
    verdicts.find((verdict) => !verdict.ok && verdict.reason !== 'missing') ??
    verdicts[0]!
  );
}

function verifySignature(hook: Hook, request: SenderRequest, signed: readonly string[], now: string): SenderVerdict {
  if (hook === 'grafana') return verifyGrafana(request, signed, now);
  if (hook === 'gitlab') return verifyStandardWebhook(request, signed, now);
  if (hook === 'github') return verifyGithub(request, signed);
  if (hook === 'jira') return verifyJira(request, signed);
  return verifyTerraform(request, signed);
}

async function sns(message: unknown, topics: readonly string[], context: KnownContext): Promise<SenderVerdict> {
  const { now, certificates, get } = context;
  // Raw delivery is not signed, so over HTTPS it proves nothing.
  if (message === undefined) return { ok: false, reason: 'malformed', status: 403 };
  const verdict: SnsVerdict = await verifySns(message, { now, topics, certificates, fetchCertificate: get });
  if (!verdict.ok || verdict.type === 'Notification') return verdict.ok ? KNOWN : verdict;
  if (verdict.type === 'SubscriptionConfirmation') return { ok: true, subscription: { confirm: verdict.subscribeUrl } };
  return { ok: true, subscription: { ended: String((message as { TopicArn?: unknown }).TopicArn) } };
}

/** The envelope of SNS, whose fields the signature is over; undefined for any other body. */
function snsMessage({ headers, body }: SenderRequest): { fields: object; isConfirmation: boolean } | undefined {
  if (headers['x-amz-sns-rawdelivery'] === 'true') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof value !== 'object' || value === null || !('Type' in value) || !('TopicArn' in value)) return undefined;
    return { fields: value, isConfirmation: String(value.Type).endsWith('Confirmation') };
  } catch {
    return undefined;
  }
}
