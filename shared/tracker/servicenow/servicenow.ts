/**
 * ServiceNow problems, by the Table API.
 *
 * `project` is the name of the assignment group, or empty; `token` is `USER:PASSWORD`, `oauth:CLIENT_ID:CLIENT_SECRET` (client
 * credentials) or an inbound API key. The mark is the correlation id, and the last line of the description, for an instance that does not
 * let us write the first; there are no other labels. Whether a problem is closed is
 * read from `active`, which does not depend on the instance's states; a state is never written, so a closed problem is not
 * reopened but followed by another.
 * Source: ServiceNow "Table API", "OAuth client credentials", "Inbound REST API rate limiting", KB0685779 (lengths).
 */
import { boxesOf } from '../boxes.ts';
import { textWithin, titleWithin } from '../length.ts';
import { dateOf, type Fields, fields, list, word } from '../reading.ts';
import { type Answered, type Api, basic, call, checked, listed } from '../request.ts';
import { type Check, type Connection, type Draft, type Ticket, type Tracker, TrackerFailure } from '../tracker.ts';
import { addressOf, closedAtOf, marksOf } from './problem.ts';

const TITLE_MOST = 160;
/** The column takes far more than the form's 4,000; a journal entry is read by people. */
const BODY_MOST = 60_000;
const FIELDS = 'sys_id,number,active,correlation_id,due_date,closed_at,description';
const TABLE = '/api/now/table/problem';
/** A token of client credentials is made anew before it ends. */
const EARLY_SECONDS = 60;

type ServiceNow = { api: Api; url: string; group: string; seen: { group?: string } };

export function openServiceNow({ url, project, token }: Connection): Tracker {
  const base = url.replace(/\/+$/, '');
  const api: Api = { vendor: 'ServiceNow', base, headers: headersOf(base, token), isRefused };
  const servicenow: ServiceNow = { api, url: base, group: project, seen: {} };
  return {
    findsAfterSeconds: 0,
    find: (mark) => find(servicenow, mark),
    create: (draft) => create(servicenow, draft),
    read: (key) => read(servicenow, key),
    rewrite: async (key, body) => {
      await call(api, 'PATCH', `${record(key)}?sysparm_fields=sys_id`, {
        body: { description: textWithin(body, BODY_MOST) },
      });
    },
    note: (key, text, mark) => note(servicenow, key, text, mark),
    // Where a problem may go from Closed is the instance's own process, which an API cannot ask.
    reopen: async (key) => (await read(servicenow, key))?.state === 'open',
    link: (key, other) => link(servicenow, key, other),
    check: () => checked(() => check(servicenow)),
  };
}

/** How the token is shown. An OAuth token is fetched once and kept while it lasts. */
function headersOf(base: string, token: string): Api['headers'] {
  const [, id, secret] = /^oauth:([^:]+):(.+)$/s.exec(token) ?? [];
  if (id !== undefined && secret !== undefined) return bearerOf(base, id, secret);
  const colon = token.indexOf(':');
  const headers: Record<string, string> =
    colon < 0 ? { 'x-sn-apikey': token } : { authorization: basic(token.slice(0, colon), token.slice(colon + 1)) };
  return () => headers;
}

function bearerOf(base: string, id: string, secret: string): Api['headers'] {
  const api: Api = { vendor: 'ServiceNow', base, headers: () => ({}) };
  let kept: { bearer: string; until: number } | undefined;
  return async () => {
    if (kept === undefined || performance.now() > kept.until) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret });
      const answer = await call(api, 'POST', '/oauth_token.do', { body, type: 'application/x-www-form-urlencoded' });
      const { access_token, expires_in } = fields(answer.body);
      if (word(access_token) === '')
        throw new TrackerFailure('ServiceNow gave no token for these client credentials', false);
      const seconds = Math.max(Number(word(expires_in)) || 0, 2 * EARLY_SECONDS) - EARLY_SECONDS;
      kept = { bearer: `Bearer ${word(access_token)}`, until: performance.now() + seconds * 1000 };
    }
    return { authorization: kept.bearer };
  };
}

/** The way to the page for signing in. */
function isRefused({ status, headers }: Answered): boolean {
  return status === 302 && /login|auth/i.test(headers.get('location') ?? '');
}

const record = (key: string) => `${TABLE}/${encodeURIComponent(key)}`;
/** What would begin another condition of an encoded query. */
const condition = (text: string) => encodeURIComponent(text.replace(/\^/g, ''));

/** What the call gave. */
function resultOf({ body }: Answered): unknown {
  if (!('result' in fields(body))) throw new TrackerFailure('ServiceNow answered without a result', true);
  return fields(body)['result'];
}

/** A field that the user may not write is left out in silence, so the mark is looked for in both places. */
async function find(servicenow: ServiceNow, mark: string): Promise<Ticket | undefined> {
  const query = `correlation_id=${condition(mark)}%5EORdescriptionLIKE${condition(mark)}%5EORDERBYDESCsys_created_on`;
  const path = `${TABLE}?sysparm_query=${query}&sysparm_limit=10&sysparm_fields=${FIELDS}`;
  const found = listed(servicenow.api, resultOf(await call(servicenow.api, 'GET', path))).map(fields);
  const ours = found.find((one) => marksOf(one).includes(mark));
  return ours === undefined ? undefined : ticketOf(servicenow, ours);
}

async function create(servicenow: ServiceNow, draft: Draft): Promise<Ticket> {
  const group = await groupOf(servicenow);
  const body = {
    short_description: titleWithin(draft.title, TITLE_MOST),
    description: `${textWithin(draft.body, BODY_MOST).trimEnd()}\n\n${draft.mark}\n`,
    correlation_id: draft.mark,
    correlation_display: 'Pageturner',
    ...(group === '' ? {} : { assignment_group: group }),
    // The middle of the day is the same day in every time zone that a form shows it in.
    ...(draft.due === undefined ? {} : { due_date: `${draft.due} 12:00:00` }),
  };
  const made = fields(resultOf(await call(servicenow.api, 'POST', `${TABLE}?sysparm_fields=${FIELDS}`, { body })));
  if (word(made['sys_id']) === '')
    throw new TrackerFailure(
      'ServiceNow made the problem and does not let the user read it: give it a role that may',
      false,
    );
  return ticketOf(servicenow, made);
}

/** The group's id by its name. */
async function groupOf(servicenow: ServiceNow): Promise<string> {
  if (servicenow.group === '' || /^[0-9a-f]{32}$/.test(servicenow.group)) return servicenow.group;
  if (servicenow.seen.group !== undefined) return servicenow.seen.group;
  const query = `name=${condition(servicenow.group)}&sysparm_limit=1&sysparm_fields=sys_id`;
  const [found] = list(
    resultOf(await call(servicenow.api, 'GET', `/api/now/table/sys_user_group?sysparm_query=${query}`)),
  );
  if (found === undefined)
    throw new TrackerFailure(`ServiceNow has no group ${servicenow.group} that the user may see`, false);
  servicenow.seen.group = word(fields(found)['sys_id']);
  return servicenow.seen.group;
}

async function read(servicenow: ServiceNow, key: string) {
  const answer = await call(servicenow.api, 'GET', `${record(key)}?sysparm_fields=${FIELDS}`, {
    takes: [404],
  });
  if (answer.status === 404) return undefined;
  const said = fields(resultOf(answer));
  const body = word(said['description']).replaceAll('\r\n', '\n');
  return { ...ticketOf(servicenow, said), body, boxes: boxesOf(body) };
}

function ticketOf({ url }: ServiceNow, said: Fields): Ticket & { labels: string[] } {
  const isClosed = word(said['active']) === 'false';
  const key = word(said['sys_id']);
  return {
    key,
    name: word(said['number']),
    url: addressOf(url, key),
    state: isClosed ? 'closed' : 'open',
    labels: marksOf(said),
    ...dateOf(said['due_date']),
    ...closedAtOf(said['closed_at'], isClosed),
  };
}

/** The work notes of a problem are read as one text, as people see them: its rows are for administrators alone. */
async function note(servicenow: ServiceNow, key: string, text: string, mark: string): Promise<void> {
  const path = `${record(key)}?sysparm_fields=work_notes&sysparm_display_value=true`;
  const said = fields(resultOf(await call(servicenow.api, 'GET', path)));
  const lines = word(said['work_notes']).split('\n');
  if (lines.some((line) => line.trim() === mark)) return;
  const body = { work_notes: `${textWithin(text, BODY_MOST)}\n\n${mark}` };
  await call(servicenow.api, 'PATCH', `${record(key)}?sysparm_fields=sys_id`, { body });
}

/** A problem has no relation to another that only says "see also": a note names it. */
async function link(servicenow: ServiceNow, key: string, other: string): Promise<void> {
  const found = await read(servicenow, other);
  if (found === undefined) return;
  await note(servicenow, key, `Related: ${found.name} ${found.url}`, `pageturner-link-${found.name}`);
}

async function check(servicenow: ServiceNow): Promise<Check[]> {
  const path = `${TABLE}?sysparm_limit=1&sysparm_query=ORDERBYDESCsys_created_on&sysparm_fields=sys_id,description,active`;
  const answer = await call(servicenow.api, 'GET', path, { takes: [403] });
  if (answer.status === 403)
    return [
      {
        level: 'fail',
        what: 'The user may not read problems: give it the roles sn_problem_read and sn_problem_write.',
      },
    ];
  const [found] = list(resultOf(answer)).map(fields);
  const checks: Check[] = [{ level: 'ok', what: 'The token works, and the user may read problems.' }];
  if (found !== undefined && !('description' in found && 'active' in found))
    checks.push({
      level: 'fail',
      what: 'The user may not read description and active of a problem: tickets would be made twice.',
    });
  await groupOf(servicenow);
  return [
    ...checks,
    { level: 'ok', what: 'Whether it may write is seen with the first ticket: ServiceNow cannot be asked.' },
  ];
}
