/**
 * Amazon SNS over HTTPS: the signature of a notification or a confirmation, with a certificate from AWS's own host.
 *
 * Nothing is fetched before every check that needs no fetching has passed: the poster chooses the addresses.
 * A refusal here is for good (SNS gives up on a 4xx), except when the certificate cannot be fetched: then 503, and SNS retries.
 *
 * Sources: SNS developer guide "Verifying the signatures of Amazon SNS messages"; CVE-2026-44308 for what omission costs.
 */
import { verify, X509Certificate } from 'node:crypto';
import { type Refused, refused } from './sender.ts';

export type SnsContext = {
  /** UTC ISO. */
  now: string;
  /** ARNs of the topics that may send to us; nothing else is confirmed or accepted. */
  topics: readonly string[];
  /** GET of a certificate's address: with a timeout, without redirects. Rejects when it cannot. */
  fetchCertificate: (url: string) => Promise<string>;
  /** Certificates by address, kept by the caller between calls. */
  certificates: Map<string, string>;
};

export type SnsVerdict =
  | { ok: true; type: 'Notification' }
  /** Confirm by a GET of this address, which has been checked. */
  | { ok: true; type: 'SubscriptionConfirmation'; subscribeUrl: string }
  | { ok: true; type: 'UnsubscribeConfirmation' }
  | Refused;

/** Longer than SNS retries over HTTPS, so that no retry is refused as a replay. */
const SNS_WINDOW_SECONDS = 3600;
/** AWS changes its certificate about once a year in each region. */
const MOST_CERTIFICATES = 32;

const HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-f]+\.pem$/;

// Fields that are signed, in byte order of their names, each as `Name\nValue\n`; an absent Subject is left out.
const SIGNED: Record<string, readonly string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const DIGESTS: Record<string, string> = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' };

/** `message` is the body, parsed: its values are signed as they are, not as they were escaped. */
export async function verifySns(message: unknown, context: SnsContext): Promise<SnsVerdict> {
  const fields = textFields(message);
  const { Type: type = '', TopicArn: topic, Signature: signature, Timestamp: sentAt = '' } = fields;
  const certificateUrl = checkedUrl(fields['SigningCertURL'], (url) => CERTIFICATE_PATH.test(url.pathname));
  const digest = own(DIGESTS, fields['SignatureVersion'] ?? '');
  const toSign = stringToSign(type, fields);
  if (toSign === undefined || signature === undefined || digest === undefined) return refusedForGood('malformed');
  if (certificateUrl === undefined) return refused('unknown-certificate');
  if (topic === undefined || !context.topics.includes(topic)) return refused('unknown-topic');
  const age = Math.abs(Date.parse(context.now) - Date.parse(sentAt)) / 1000;
  if (!(age <= SNS_WINDOW_SECONDS)) return refusedForGood('stale');
  const certificate = await certificateFrom(certificateUrl, context);
  if ('ok' in certificate) return certificate;
  const isSigned = verify(digest, Buffer.from(toSign, 'utf8'), certificate.publicKey, Buffer.from(signature, 'base64'));
  if (!isSigned) return refusedForGood('wrong');
  return accepted(type, fields);
}

function accepted(type: string, fields: Record<string, string>): SnsVerdict {
  if (type === 'Notification') return { ok: true, type };
  if (type === 'UnsubscribeConfirmation') return { ok: true, type };
  const subscribeUrl = checkedUrl(fields['SubscribeURL'], () => true);
  if (subscribeUrl === undefined) return refusedForGood('malformed');
  return { ok: true, type: 'SubscriptionConfirmation', subscribeUrl };
}

/** SNS has no use for a 401: it is a 403 and it ends there. */
function refusedForGood(reason: 'malformed' | 'stale' | 'wrong'): Refused {
  return { ok: false, reason, status: 403 };
}

function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function textFields(message: unknown): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  if (typeof message !== 'object' || message === null) return found;
  for (const [name, value] of Object.entries(message)) if (typeof value === 'string') found[name] = value;
  return found;
}

/** Undefined for an unknown type, or when a field other than `Subject` is missing. */
export function stringToSign(type: string, fields: Record<string, string>): string | undefined {
  const names = own(SIGNED, type);
  if (names === undefined) return undefined;
  let text = '';
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) text += `${name}\n${value}\n`;
    else if (name !== 'Subject') return undefined;
  }
  return text;
}

/** An `https:` address on an SNS host of AWS, without user or port; else undefined. */
function checkedUrl(written: string | undefined, isAllowed: (url: URL) => boolean): string | undefined {
  if (written === undefined || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  return isPlain && HOST.test(url.hostname) && isAllowed(url) ? url.href : undefined;
}

async function certificateFrom(url: string, context: SnsContext): Promise<X509Certificate | Refused> {
  const kept = context.certificates.get(url);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(kept ?? (await context.fetchCertificate(url)));
  } catch {
    return refused('unavailable');
  }
  const now = Date.parse(context.now);
  const isValid = certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime();
  if (!isValid) {
    context.certificates.delete(url);
    return refused('expired-certificate');
  }
  if (context.certificates.size >= MOST_CERTIFICATES) context.certificates.clear();
  context.certificates.set(url, certificate.toString());
  return certificate;
}
