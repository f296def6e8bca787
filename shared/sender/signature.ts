/**
 * Signatures made with a shared secret over the raw body: GitHub, GitLab, Jira, HCP Terraform, Grafana, Slack, Twilio.
 *
 * Sources: GitHub "Validating webhook deliveries"; Atlassian "Webhooks", secure admin webhooks; GitLab "Webhooks" and standardwebhooks.com; HCP Terraform "Notification
 * configurations"; Grafana "Configure the webhook notifier" and its `http/hmac.go`; Slack "Verifying requests from Slack";
 * Twilio "Webhooks security". Pure.
 */
import { createHash, createHmac } from 'node:crypto';
import { isOneOf } from './secret.ts';
import { isRecent, KNOWN, refused, type SenderRequest, type Verdict } from './sender.ts';

type Secrets = readonly string[];

function bytes(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

function hmac(algorithm: string, key: string | Uint8Array, content: Uint8Array): Buffer {
  return createHmac(algorithm, key).update(content).digest();
}

/** The signature is right for the content with one of the secrets. */
function signed(
  algorithm: string,
  secrets: readonly (string | Uint8Array)[],
  content: Uint8Array,
  signature: Uint8Array,
): Verdict {
  const expected = secrets.filter((secret) => secret.length > 0).map((secret) => hmac(algorithm, secret, content));
  if (expected.length === 0) return refused('not-configured');
  return isOneOf(signature, expected) ? KNOWN : refused('wrong');
}

/** Hexadecimal of exactly so many bytes, or undefined. `Buffer.from` alone would stop at the first odd character. */
function hexadecimal(text: string, length: number): Buffer | undefined {
  return text.length === length * 2 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** `X-Hub-Signature-256: sha256=<hex>` over the raw body, be it JSON or a form. */
export function verifyGithub(request: SenderRequest, secrets: Secrets): Verdict {
  return verifyHub(request, 'x-hub-signature-256', secrets);
}

/** The same in `X-Hub-Signature`, which names its method so that it can be changed: only SHA-256 is taken. */
export function verifyJira(request: SenderRequest, secrets: Secrets): Verdict {
  return verifyHub(request, 'x-hub-signature', secrets);
}

function verifyHub({ headers, body }: SenderRequest, name: string, secrets: Secrets): Verdict {
  const header = headers[name];
  if (header === undefined) return refused('missing');
  const signature = header.startsWith('sha256=') ? hexadecimal(header.slice(7), 32) : undefined;
  return signature === undefined ? refused('malformed') : signed('sha256', secrets, body, signature);
}

/** `X-TFE-Notification-Signature`: hexadecimal HMAC-SHA512. The verification that HCP sends on saving is signed too. */
export function verifyTerraform({ headers, body }: SenderRequest, secrets: Secrets): Verdict {
  const header = headers['x-tfe-notification-signature'];
  if (header === undefined) return refused('missing');
  const signature = hexadecimal(header, 64);
  return signature === undefined ? refused('malformed') : signed('sha512', secrets, body, signature);
}

/**
 * Grafana 12 and later: hexadecimal HMAC-SHA256 of the body, without a prefix; where a header for the time is configured,
 * of `{seconds}:{body}`, and then a replay is refused.
 */
export function verifyGrafana({ headers, body }: SenderRequest, secrets: Secrets, now: string): Verdict {
  const header = headers['x-grafana-alerting-signature'];
  if (header === undefined) return refused('missing');
  const signature = hexadecimal(header, 32);
  if (signature === undefined) return refused('malformed');
  const seconds = headers['x-grafana-alerting-timestamp'];
  if (seconds === undefined) return signed('sha256', secrets, body, signature);
  const verdict = signed('sha256', secrets, bytes(`${seconds}:`, body), signature);
  return verdict.ok && !isRecent(seconds, now) ? refused('stale') : verdict;
}

/** Slack: `v0=<hex>` over `v0:{seconds}:{body}`, five minutes. */
export function verifySlack({ headers, body }: SenderRequest, secrets: Secrets, now: string): Verdict {
  const header = headers['x-slack-signature'];
  const seconds = headers['x-slack-request-timestamp'];
  if (header === undefined || seconds === undefined) return refused('missing');
  const signature = header.startsWith('v0=') ? hexadecimal(header.slice(3), 32) : undefined;
  if (signature === undefined) return refused('malformed');
  const verdict = signed('sha256', secrets, bytes(`v0:${seconds}:`, body), signature);
  return verdict.ok && !isRecent(seconds, now) ? refused('stale') : verdict;
}

/** Whether a request looks like one of Slack's at all, which costs no secret to tell: both headers, well formed and recent. */
export function mayBeSlack({ headers }: Pick<SenderRequest, 'headers'>, now: string): boolean {
  const signature = headers['x-slack-signature'] ?? '';
  return /^v0=[0-9a-f]{64}$/i.test(signature) && isRecent(headers['x-slack-request-timestamp'] ?? '', now);
}

/**
 * GitLab 19's signing token, the Standard Webhooks scheme: `webhook-signature: v1,<base64>` (several, parted by spaces,
 * while the secret changes) over `{id}.{seconds}.{body}`; the secret is base64 after `whsec_`.
 */
export function verifyStandardWebhook({ headers, body }: SenderRequest, secrets: Secrets, now: string): Verdict {
  const id = headers['webhook-id'];
  const seconds = headers['webhook-timestamp'];
  const header = headers['webhook-signature'];
  if (id === undefined || seconds === undefined || header === undefined) return refused('missing');
  const signatures = header
    .split(' ')
    .slice(0, 8)
    .filter((one) => /^v1,[A-Za-z0-9+/]{43}=$/.test(one))
    .map((one) => Buffer.from(one.slice(3), 'base64'));
  if (signatures.length === 0) return refused('malformed');
  const keys = secrets.map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  const content = bytes(`${id}.${seconds}.`, body);
  const verdicts = signatures.map((signature) => signed('sha256', keys, content, signature));
  const verdict = verdicts.find(({ ok }) => ok) ?? verdicts[0] ?? refused('malformed');
  return verdict.ok && !isRecent(seconds, now) ? refused('stale') : verdict;
}

/** Whether a request could be Twilio's: its signature has the form of one. */
export function mayBeTwilio({ headers }: Pick<SenderRequest, 'headers'>): boolean {
  return /^[A-Za-z0-9+/]{27}=$/.test(headers['x-twilio-signature'] ?? '');
}

/**
 * Twilio: base64 HMAC-SHA1 over the whole address that was called and, of a form, each name and value in the order of the
 * names. A body that is no form is covered by its digest in the address (`bodySHA256`).
 */
export function verifyTwilio({ headers, body }: SenderRequest, secrets: Secrets, url: string): Verdict {
  const header = headers['x-twilio-signature'];
  if (header === undefined) return refused('missing');
  if (!/^[A-Za-z0-9+/]{27}=$/.test(header)) return refused('malformed');
  const digest = /[?&]bodySHA256=([0-9a-f]{64})(?:&|$)/i.exec(url)?.[1];
  const text = Buffer.from(body).toString('utf8');
  if (digest !== undefined && createHash('sha256').update(body).digest('hex') !== digest.toLowerCase()) {
    return refused('wrong');
  }
  const fields = digest === undefined ? [...new URLSearchParams(text)] : [];
  const sorted = fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => `${name}${value}`);
  return signed('sha1', secrets, bytes(url, sorted.join('')), Buffer.from(header, 'base64'));
}
