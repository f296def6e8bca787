/**
 * The record of a test run: the lines that functions log, and which function calls what of AWS. Each function of the local
 * stack signs with its own name, so the engines and the phone know the caller from the request itself.
 *
 * Promises: nothing is changed on the way, nothing but function, action and resource is kept (no number, no secret, no
 * text), and a call is on disk before it is answered. Recorded only where RECORD_CALLS_IN names a folder; the suite does.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';

/** One call: the function, the action as IAM names it, and the ARN it was made on; `*` where there is none. */
export type Call = { who: string; action: string; resource: string };

/** What a caller said in its request. */
export type Asked = { authorization: string; target: string; path: string; body: string };

/** How the environment hands the folder of records to every process of a stack. */
export const RECORD_CALLS_IN = 'RECORD_CALLS_IN';

const ACCOUNT = '000000000000';
/** Prefixes of IAM where they are not the name that requests are signed with. */
const PREFIX: Record<string, string> = { 'sms-voice': 'sms-voice', email: 'ses' };
/** What IAM asks for where an action is not called as the API names it. Source: Service Authorization Reference. */
const SAME: Record<string, string> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
};

/** The calls that a request makes; several where it names several tables. None where nobody signed it. Pure. */
export function readCalls({ authorization, target, path, body }: Asked): Call[] {
  const signed = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization);
  if (!signed) return [];
  const [, who = '', region = '', service = ''] = signed;
  const form = target === '' ? new URLSearchParams(body) : undefined;
  const named = form?.get('Action') ?? target.split('.').at(-1);
  const operation = service === 'ses' || service === 'email' ? emailOperation(path) : named;
  const action = `${PREFIX[service] ?? service}:${operation}`;
  const asked = form ? Object.fromEntries(form) : (JSON.parse(body || '{}') as Record<string, unknown>);
  const arn = (rest: string) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
  return resourcesOf(service, asked, arn).map((resource) => ({ who, action: SAME[action] ?? action, resource }));
}

/** SES v2 speaks by path, not by name. Source: Amazon SES API v2 reference, SendEmail. */
function emailOperation(path: string): string {
  return path === '/v2/email/outbound-emails' ? 'SendEmail' : path;
}

function resourcesOf(service: string, asked: Record<string, unknown>, arn: (rest: string) => string): string[] {
  if (service === 'dynamodb') {
    const index = asked['IndexName'] === undefined ? '' : `/index/${asked['IndexName']}`;
    const tables = asked['RequestItems'] ? Object.keys(asked['RequestItems'] as object) : [String(asked['TableName'])];
    return tables.map((table) => arn(`table/${table}${index}`));
  }
  if (service === 'sqs') return [arn(String(asked['QueueUrl']).split('/').at(-1)!)];
  if (service === 'ssm') return [asked['Names'] ?? asked['Name']].flat().map((name) => arn(`parameter${name}`));
  if (asked['OptOutListName'] !== undefined) return [arn(`opt-out-list/${asked['OptOutListName']}`)];
  // A phone has no ARN; a topic is one.
  if (service === 'sns') return [String(asked['TopicArn'] ?? asked['TargetArn'] ?? '*')];
  // Which number or identity it is, these calls name in many ways: any of the account.
  return [arn(service === 'ses' || service === 'email' ? 'identity/any' : 'any')];
}

/** Keeps a line that a function wrote to its log, beside the calls: the suite reads them all for what no log may hold. */
export function recordLine(who: string, line: string): void {
  const folder = process.env[RECORD_CALLS_IN];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(`${folder}/${process.pid}.log`, `${who}\t${line}\n`);
}

/** Records each kind of call that reaches a server, once for each process that serves. */
export function recordCalls(server: Server): void {
  const folder = process.env[RECORD_CALLS_IN];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const seen = new Set<string>();
  server.prependListener('request', (request: IncomingMessage) => {
    overhear(request, (body) => {
      for (const call of readCalls(askedBy(request, body))) {
        const line = `${JSON.stringify(call)}\n`;
        if (!seen.has(line)) appendFileSync(`${folder}/${process.pid}.jsonl`, line);
        seen.add(line);
      }
    });
  });
}

function askedBy({ headers, url = '' }: IncomingMessage, body: string): Asked {
  const { authorization = '' } = headers;
  return { authorization, target: String(headers['x-amz-target'] ?? ''), path: url, body };
}

/** Hands over the body when its reader has all of it. A listener of our own would set the stream flowing too early. */
function overhear(request: IncomingMessage, whole: (body: string) => void): void {
  const parts: Buffer[] = [];
  const emit = request.emit;
  request.emit = function overheard(this: IncomingMessage, name: string | symbol, ...values: unknown[]) {
    if (name === 'data') parts.push(Buffer.from(values[0] as Buffer));
    if (name === 'end') whole(Buffer.concat(parts).toString('utf8'));
    return emit.call(this, name, ...values);
  } as typeof request.emit;
}
