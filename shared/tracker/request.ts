/**
 * One call to a tracker: the same time limit, the same reading of limits and refusals for every vendor.
 *
 * Promises: it throws `TrackerFailure` and nothing else; what it throws names the vendor, the status and the path, never the
 * token, the query or what was sent. No redirect is followed: the token would go with it. Called by the vendors' folders alone.
 */
import { type Request, retryAfter } from './http.ts';
import { type Check, type Ticket, TrackerFailure } from './tracker.ts';

/** Several calls make a ticket, and all of them must fit into the time that the function has. */
const TIMEOUT_MILLISECONDS = 10_000;
/** A page of notes of a busy ticket is some hundreds of kilobytes. */
const MAX_BYTES = 8_000_000;
/** An hour: nothing that asks for a longer pause is waited for. */
const LONGEST_PAUSE_SECONDS = 3600;

/** How one vendor is called. `base` has no slash at the end. `isRefused`: the vendor's own sign that it does not know us. */
export type Api = {
  vendor: string;
  base: string;
  headers: () => Promise<Record<string, string>> | Record<string, string>;
  isRefused?: (answer: Answered) => boolean;
  /** The vendor's own word for what it refused: codes and names of fields, nothing that anybody wrote. */
  reasonOf?: (body: unknown) => string | undefined;
};

export type Answered = { status: number; headers: Headers; body: unknown };

/** `takes`: statuses beside 2xx that the caller understands and wants back. */
export type Call = { body?: unknown; type?: string; takes?: number[] };

/** Calls a path, like `/rest/api/3/myself`. Out: a 2xx answer, or one of `takes`. */
export async function call(
  api: Api,
  method: Request['method'],
  path: string,
  { body, type, takes = [] }: Call = {},
): Promise<Answered> {
  const answer = await send(api, method, path, body, type ?? 'application/json');
  const refused = answer.status === 401 || (api.isRefused?.(answer) ?? false);
  if (refused) throw new TrackerFailure(`${api.vendor} does not accept the token: make a new one`, false);
  // A proxy or a sleeping instance answers with a page, which would read as "nothing found".
  if (isWell(answer.status) && answer.body === NOT_JSON)
    throw new TrackerFailure(`${api.vendor} answered with a page in place of JSON`, true);
  // A limit is never an answer, also where its status would mean something else.
  if ((takes.includes(answer.status) && limitOf(answer) === undefined) || isWell(answer.status)) return answer;
  throw refusal(api, answer, `${method} ${path.split('?')[0]}`);
}

const isWell = (status: number) => status >= 200 && status < 300;

async function send(api: Api, method: Request['method'], path: string, body: unknown, type: string): Promise<Answered> {
  const headers = await api.headers();
  try {
    const response = await fetch(`${api.base}${path}`, {
      method,
      headers: { accept: 'application/json', ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: body instanceof URLSearchParams ? body : JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    // More than can be read is as good as no answer.
    if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES)
      return { status: 502, headers: response.headers, body: undefined };
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  } catch {
    // The error may quote the address or a header.
    throw new TrackerFailure(`${api.vendor} did not answer`, true);
  }
}

const NOT_JSON = Symbol('not JSON');

/** An empty body is undefined. */
function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** What an answer that is no success means. `what`: the method and the path. */
export function refusal(api: Api, answer: Answered, what: string): TrackerFailure {
  const { status, headers, body } = answer;
  const limit = limitOf(answer);
  if (limit !== undefined)
    return new TrackerFailure(`${api.vendor} wants fewer calls (${status})`, true, limit.afterSeconds);
  if (status >= 300 && status < 400)
    return new TrackerFailure(`${api.vendor} has moved it (${status} to ${what}): write its new address`, false);
  if (status >= 500 || status === 408 || status === 425)
    return new TrackerFailure(`${api.vendor} is not well (${status} to ${what})`, true, pauseOf(headers));
  const reason = api.reasonOf?.(body);
  return new TrackerFailure(
    `${api.vendor} answered ${status} to ${what}${reason === undefined ? '' : `: ${reason}`}`,
    false,
  );
}

/**
 * Whether a refusal is a limit that passes. GitHub says so with 403: `x-ratelimit-remaining: 0`, or `retry-after` for its
 * secondary limits. [GitHub "Rate limits for the REST API"; Atlassian "Rate limiting"; Azure DevOps "Rate limits"]
 */
function limitOf({ status, headers }: Answered): { afterSeconds?: number } | undefined {
  const isLimit =
    status === 429 || (status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'));
  if (!isLimit) return undefined;
  const pause = pauseOf(headers) ?? resetOf(headers);
  return pause === undefined ? {} : { afterSeconds: pause };
}

/** `Retry-After`; a date in it is read by the tracker's own clock. */
function pauseOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  const seconds = retryAfter(headers.get('retry-after'), ...(Number.isNaN(date) ? [] : [date]));
  return seconds === undefined ? undefined : bounded(seconds);
}

/** `X-RateLimit-Reset` is when the limit ends, in seconds since 1970. */
function resetOf(headers: Headers): number | undefined {
  const said = headers.get('x-ratelimit-reset');
  if (said === null || !/^[0-9]{9,11}$/.test(said)) return undefined;
  const seconds = Number(said) - Date.parse(headers.get('date') ?? '') / 1000;
  return Number.isFinite(seconds) ? bounded(Math.ceil(seconds)) : undefined;
}

const bounded = (seconds: number) => Math.min(Math.max(seconds, 1), LONGEST_PAUSE_SECONDS);

/** The list of an answer. One that is not there is no empty one: a ticket would be made twice. */
export function listed(api: Api, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TrackerFailure(`${api.vendor} answered no list`, true);
  return value;
}

/** A ticket that was made. Without its key it cannot be recorded; the next try finds it. */
export function made<Made extends Ticket>(api: Api, ticket: Made): Made {
  if (ticket.key === '') throw new TrackerFailure(`${api.vendor} answered no ticket`, true);
  return ticket;
}

/** Basic credentials. [RFC 7617] */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** What a check says where it could not go on: a refusal is a finding; what may pass is thrown. */
export async function checked(check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof TrackerFailure) || error.again) throw error;
    return [{ level: 'fail', what: `${error.message}.` }];
  }
}
