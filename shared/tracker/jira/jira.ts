/**
 * Jira Cloud, REST API version 3.
 *
 * `project` is its key, or `KEY/Issue type`; `url` is `https://SITE.atlassian.net`, or `https://api.atlassian.com/ex/jira/CLOUD-ID`
 * for a scoped token; `token` is `EMAIL:TOKEN`, or an OAuth access token. Search lags behind by seconds to minutes, so a ticket
 * whose making was not answered is looked for later. A single ticket is hidden only by the project's default security level.
 * Source: Atlassian "The Jira Cloud platform REST API", "Search and reconcile", "Rate limiting", "Webhooks".
 */
import { boxesOf } from '../boxes.ts';
import { textWithin, titleWithin } from '../length.ts';
import { readMarkdown } from '../read-markdown.ts';
import { closedOf, dateOf, type Fields, fields, list, word } from '../reading.ts';
import { type Answered, type Api, basic, call, checked, listed, made, refusal } from '../request.ts';
import { type Check, type Connection, type Draft, type Ticket, type Tracker, TrackerFailure } from '../tracker.ts';
import { writeMarkdown } from '../write-markdown.ts';
import { toAdf } from './adf.ts';
import { readAdf } from './read-adf.ts';

const SUMMARY_MOST = 255;
/** Jira takes 32,767 characters; links and marks of ADF count too. */
const BODY_MOST = 24_000;
/** "From a few seconds to minutes." [Atlassian "Search and reconcile"] */
const FINDS_AFTER_SECONDS = 300;
const NOTES_A_PAGE = 100;
const NOTE_PAGES = 10;
const NOTE_PROPERTY = 'pageturner';
/** What we take of the types of a project that names none in the catalogue, best first. */
const TYPES = ['Problem', '[System] Problem', 'Task', 'Bug', 'Story'];
const NEEDED = ['BROWSE_PROJECTS', 'CREATE_ISSUES', 'EDIT_ISSUES', 'ADD_COMMENTS', 'TRANSITION_ISSUES', 'LINK_ISSUES'];
const FIELDS = 'summary,status,labels,duedate,resolutiondate';

type Jira = { api: Api; url: string; key: string; type: string | undefined; seen: { type?: string; site?: string } };

export function openJira({ url, project, token }: Connection): Tracker {
  const [key = '', ...type] = project.split('/');
  const [email = '', ...secret] = token.split(':');
  const authorization = secret.length > 0 ? basic(email, secret.join(':')) : `Bearer ${token}`;
  const api: Api = {
    vendor: 'Jira',
    base: url.replace(/\/+$/, ''),
    headers: () => ({ authorization }),
    isRefused,
    reasonOf,
  };
  const jira: Jira = { api, url: api.base, key, type: type.length > 0 ? type.join('/') : undefined, seen: {} };
  return {
    findsAfterSeconds: FINDS_AFTER_SECONDS,
    find: (mark) => find(jira, mark),
    create: (draft) => create(jira, draft),
    read: (ticket) => read(jira, ticket),
    rewrite: async (ticket, body) => {
      await call(api, 'PUT', issue(ticket), { body: { fields: { description: adfOf(body) } } });
    },
    note: (ticket, text, mark) => note(jira, ticket, text, mark),
    reopen: (ticket) => reopen(jira, ticket),
    link: (ticket, other) => link(jira, ticket, other),
    check: () => checked(() => check(jira)),
  };
}

/** Jira answers some calls of a wrong token as if nobody had signed in, and says so in this header alone. */
function isRefused({ headers }: Answered): boolean {
  return /AUTHENTICATED_FAILED|AUTHENTICATION_DENIED/.test(headers.get('x-seraph-loginreason') ?? '');
}

/** `errors` is by the name of a field; its texts may quote what was sent, so they are left out. */
function reasonOf(body: unknown): string | undefined {
  const names = Object.keys(fields(fields(body)['errors'])).filter((name) => /^[A-Za-z0-9_.-]{1,60}$/.test(name));
  return names.length === 0 ? undefined : `it refuses ${names.slice(0, 10).join(', ')}`;
}

const issue = (key: string) => `/rest/api/3/issue/${encodeURIComponent(key)}`;
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
const adfOf = (markdown: string) => toAdf(readMarkdown(textWithin(markdown, BODY_MOST)));

/** A bounded query with its fields named, as `/search/jql` wants it; `/search` was removed and answers 410. */
async function find(jira: Jira, mark: string): Promise<Ticket | undefined> {
  const jql = `project = ${quoted(jira.key)} AND labels = ${quoted(mark)} ORDER BY created DESC`;
  const body = { jql, maxResults: 10, fields: FIELDS.split(',') };
  const answer = await call(jira.api, 'POST', '/rest/api/3/search/jql', { body });
  const found = listed(jira.api, fields(answer.body)['issues'])
    .map(fields)
    .find((one) => labelsOf(one).includes(mark));
  return found === undefined ? undefined : ticketOf(found, await siteOf(jira));
}

async function create(jira: Jira, draft: Draft): Promise<Ticket> {
  const site = await siteOf(jira);
  const labels = [...new Set([draft.mark, ...draft.labels.map((label) => label.replace(/\s+/g, '-'))])];
  const written = {
    project: { key: jira.key },
    issuetype: { id: await typeOf(jira) },
    summary: titleWithin(draft.title, SUMMARY_MOST),
    description: adfOf(draft.body),
    labels,
  };
  const post = (due: object, takes: number[]) =>
    call(jira.api, 'POST', '/rest/api/3/issue', { body: { fields: { ...written, ...due } }, takes });
  const first = draft.due === undefined ? await post({}, []) : await post({ duedate: draft.due }, [400]);
  // A date that is not on the project's screen is refused, and nothing was made.
  const isDateRefused = first.status === 400 && 'duedate' in fields(fields(first.body)['errors']);
  if (first.status === 400 && !isDateRefused) throw refusal(jira.api, first, 'POST /rest/api/3/issue');
  const key = word(fields((isDateRefused ? await post({}, []) : first).body)['key']);
  const due = isDateRefused ? {} : dateOf(draft.due);
  return made(jira.api, { key, name: key, url: `${site}/browse/${key}`, state: 'open', labels, ...due });
}

/** The id of the type: names differ by language and project. */
async function typeOf(jira: Jira): Promise<string> {
  if (jira.seen.type !== undefined) return jira.seen.type;
  const path = `/rest/api/3/issue/createmeta/${encodeURIComponent(jira.key)}/issuetypes?maxResults=100`;
  const { body } = await call(jira.api, 'GET', path);
  const types = list(fields(body)['issueTypes'])
    .map(fields)
    .filter((type) => type['subtask'] !== true);
  const wanted = jira.type === undefined ? TYPES : [jira.type];
  const named = wanted.map((name) => types.find((type) => type['name'] === name)).find((type) => type !== undefined);
  const type = named ?? (jira.type === undefined ? types[0] : undefined);
  if (type === undefined)
    throw new TrackerFailure(`Jira has no issue type for us in ${jira.key}: write project: ${jira.key}/TYPE`, false);
  jira.seen.type = word(type['id']);
  return jira.seen.type;
}

/** Where people open tickets. A scoped token calls another address than theirs. */
async function siteOf(jira: Jira): Promise<string> {
  if (new URL(jira.url).hostname !== 'api.atlassian.com') return jira.url;
  jira.seen.site ??= word(fields((await call(jira.api, 'GET', '/rest/api/3/serverInfo')).body)['baseUrl']);
  return jira.seen.site;
}

async function read(jira: Jira, key: string) {
  const { status, body } = await call(jira.api, 'GET', `${issue(key)}?fields=${FIELDS},description`, { takes: [404] });
  // Gone is the ticket only where its project can be seen; one that was moved has another project's key.
  if (status === 404 || !key.startsWith(`${jira.key}-`))
    await call(jira.api, 'GET', `/rest/api/3/project/${encodeURIComponent(jira.key)}`);
  if (status === 404) return undefined;
  const blocks = readAdf(fields(fields(body)['fields'])['description']);
  const text = writeMarkdown(blocks);
  return { ...ticketOf(fields(body), await siteOf(jira)), body: text, boxes: boxesOf(text) };
}

const labelsOf = (said: Fields) => list(fields(said['fields'])['labels']).map(word);

/** States differ by workflow; each belongs to one of three categories that do not: `new`, `indeterminate`, `done`. */
export function ticketOf(said: Fields, site: string): Ticket & { labels: string[] } {
  const { status, duedate, resolutiondate } = fields(said['fields']);
  const isClosed = fields(fields(status)['statusCategory'])['key'] === 'done';
  const key = word(said['key']);
  return {
    key,
    name: key,
    url: `${site}/browse/${key}`,
    state: isClosed ? 'closed' : 'open',
    labels: labelsOf(said),
    ...dateOf(duedate),
    ...closedOf(resolutiondate, isClosed),
  };
}

/** The mark is a property of the note, which nobody sees. */
async function note(jira: Jira, key: string, text: string, mark: string): Promise<void> {
  let seen = 0;
  for (let page = 0; page < NOTE_PAGES; page++) {
    const query = `orderBy=-created&expand=properties&maxResults=${NOTES_A_PAGE}&startAt=${seen}`;
    const { body } = await call(jira.api, 'GET', `${issue(key)}/comment?${query}`);
    const { comments, total } = fields(body);
    const notes = list(comments).map(fields);
    if (notes.some((one) => marksOf(one).includes(mark))) return;
    seen += notes.length;
    // A page may be smaller than was asked for.
    if (notes.length === 0 || seen >= Number(total ?? 0)) break;
  }
  const body = { body: adfOf(text), properties: [{ key: NOTE_PROPERTY, value: { mark } }] };
  await call(jira.api, 'POST', `${issue(key)}/comment`, { body });
}

function marksOf(note: Fields): string[] {
  const ours = list(note['properties'])
    .map(fields)
    .filter((one) => one['key'] === NOTE_PROPERTY);
  return ours.map((one) => word(fields(one['value'])['mark']));
}

/** Takes the first way that the workflow allows from here to a state that is not done; to a new one, where there is one. */
async function reopen({ api }: Jira, key: string): Promise<boolean> {
  const { status, body } = await call(api, 'GET', `${issue(key)}/transitions`, { takes: [404] });
  if (status === 404) return false;
  const ways = list(fields(body)['transitions']).map(fields);
  const to = (category: string) => ways.find((way) => fields(fields(way['to'])['statusCategory'])['key'] === category);
  const way = to('new') ?? to('indeterminate');
  if (way === undefined) return false;
  const transition = { transition: { id: word(way['id']) } };
  // 400: the workflow wants a field; 409: somebody else was quicker.
  const answer = await call(api, 'POST', `${issue(key)}/transitions`, { body: transition, takes: [400, 404, 409] });
  return answer.status === 204;
}

/** The name of the relation is the site's own; Jira keeps the same link once. 404: links are switched off. */
async function link({ api }: Jira, key: string, other: string): Promise<void> {
  const { status, body } = await call(api, 'GET', '/rest/api/3/issueLinkType', { takes: [404] });
  const types = list(fields(body)['issueLinkTypes']).map(fields);
  const type = types.find(({ name }) => name === 'Relates') ?? types[0];
  if (status === 404 || type === undefined) return;
  const related = { type: { id: word(type['id']) }, inwardIssue: { key }, outwardIssue: { key: other } };
  await call(api, 'POST', '/rest/api/3/issueLink', { body: related, takes: [404] });
}

async function check(jira: Jira): Promise<Check[]> {
  await call(jira.api, 'GET', '/rest/api/3/myself');
  const checks: Check[] = [
    { level: 'ok', what: 'The token works; Jira does not say when it ends. Tokens live a year at most: note the day.' },
  ];
  const query = new URLSearchParams({ projectKey: jira.key, permissions: NEEDED.join(',') });
  const { status, body } = await call(jira.api, 'GET', `/rest/api/3/mypermissions?${query}`, { takes: [404] });
  if (status === 404)
    return [...checks, { level: 'fail', what: `There is no project ${jira.key}, or the token may not see it.` }];
  const missing = NEEDED.filter((name) => fields(fields(fields(body)['permissions'])[name])['havePermission'] !== true);
  checks.push(
    missing.length === 0
      ? { level: 'ok', what: 'The token may make, change, close and link tickets.' }
      : {
          level: 'fail',
          what: `The token lacks ${missing.join(', ')} in ${jira.key}: add its user to a role that has them.`,
        },
  );
  await typeOf(jira);
  return checks;
}
