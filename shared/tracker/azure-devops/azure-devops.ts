/**
 * Azure DevOps work items, of Services and of Server.
 *
 * `url` is `https://dev.azure.com/ORGANISATION` or a server's collection; `project` its name, or `PROJECT/Work item type`; `token`
 * a personal access token, or an access token of Entra. Types, states and fields differ by process, so they are asked for,
 * never written by name. A work item is hidden by its area path alone.
 * Source: Microsoft "Work Items - Create", "- Update", "Wiql - Query By Wiql", "Work Item Types - Get", "Comments", version 7.1;
 * "Rate and usage limits".
 */
import { boxesOf } from '../boxes.ts';
import { textWithin, titleWithin } from '../length.ts';
import { readMarkdown } from '../read-markdown.ts';
import { type Fields, fields, list, word } from '../reading.ts';
import { type Answered, type Api, basic, call, checked, listed, made } from '../request.ts';
import { type Check, type Connection, type Draft, type Ticket, type Tracker, TrackerFailure } from '../tracker.ts';
import { writeMarkdown } from '../write-markdown.ts';
import { escapeHtml, toHtml } from './html.ts';
import { readHtml } from './read-html.ts';
import { BODY_FIELDS, closedBy, DUE_FIELDS, tagsOf, ticketOf } from './work-item.ts';

const TITLE_MOST = 255;
const BODY_MOST = 200_000;
const PATCH = 'application/json-patch+json';
const VERSION = 'api-version=7.1';
const NOTES_VERSION = 'api-version=7.1-preview.4';
const NOTES_A_PAGE = 200;
const NOTE_PAGES = 5;
/** What we take of the types of a process where the catalogue names none, best first. */
const TYPES = ['Problem', 'Issue', 'Bug', 'Task'];

/** A type of work item, as its process has it. */
type Kind = { name: string; fields: string[]; states: Fields[]; transitions: Fields };
type Azure = { api: Api; base: string; project: string; type: string | undefined; seen: { kinds: Map<string, Kind> } };

export function openAzureDevops({ url, project, token }: Connection): Tracker {
  const [name = '', ...type] = project.split('/');
  const base = url.replace(/\/+$/, '');
  const authorization = token.startsWith('eyJ') ? `Bearer ${token}` : basic('', token);
  const api: Api = { vendor: 'Azure DevOps', base, headers: () => ({ authorization }), isRefused, reasonOf };
  const azure: Azure = {
    api,
    base,
    project: name,
    type: type.length > 0 ? type.join('/') : undefined,
    seen: { kinds: new Map() },
  };
  return {
    findsAfterSeconds: 0,
    find: (mark) => find(azure, mark),
    create: (draft) => create(azure, draft),
    read: (key) => read(azure, key),
    rewrite: (key, body) => rewrite(azure, key, body),
    note: (key, text, mark) => note(azure, key, text, mark),
    reopen: (key) => reopen(azure, key),
    link: (key, other) => link(azure, key, other),
    check: () => checked(() => check(azure)),
  };
}

/** A token that it does not know is answered with the page for signing in, as 203 or by sending us there. */
function isRefused({ status, headers }: Answered): boolean {
  return status === 203 || (status === 302 && (headers.get('location') ?? '').includes('_signin'));
}

/** `TF401320: Rule Error for field Severity.`: the code, and the field where one is named. */
function reasonOf(body: unknown): string | undefined {
  const message = word(fields(body)['message']);
  const [code] = /\b(?:TF|VS)[0-9]{5,8}\b/.exec(message) ?? [];
  const [, field] = /\bfor field ([A-Za-z][A-Za-z0-9 ]{0,60})\./.exec(message) ?? [];
  return code === undefined ? undefined : `${code}${field === undefined ? '' : `, field ${field}`}`;
}

const inProject = ({ project }: Azure) => `/${encodeURIComponent(project)}/_apis/wit`;
const item = (azure: Azure, key: string) => `${inProject(azure)}/workitems/${encodeURIComponent(key)}`;
const add = (path: string, value: unknown) => ({ op: 'add', path, value });

/** Whole tags are compared here: `Contains` of WIQL may find more. */
async function find(azure: Azure, mark: string): Promise<Ticket | undefined> {
  const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '${mark.replaceAll("'", "''")}' ORDER BY [System.CreatedDate] DESC`;
  const { body } = await call(azure.api, 'POST', `${inProject(azure)}/wiql?${VERSION}&$top=10`, { body: { query } });
  for (const { id } of listed(azure.api, fields(body)['workItems']).map(fields)) {
    const { status, body: found } = await call(azure.api, 'GET', `${item(azure, word(id))}?${VERSION}`, {
      takes: [404],
    });
    if (status !== 404 && tagsOf(fields(fields(found)['fields'])).includes(mark)) return toTicket(azure, fields(found));
  }
  return undefined;
}

async function create(azure: Azure, draft: Draft): Promise<Ticket> {
  const kind = await ours(azure);
  const path = `${inProject(azure)}/workitems/$${encodeURIComponent(kind.name)}?${VERSION}`;
  const { body } = await call(azure.api, 'POST', path, { body: patchOf(draft, kind), type: PATCH });
  return made(azure.api, await toTicket(azure, fields(body)));
}

function patchOf(draft: Draft, kind: Kind): object[] {
  const tags = [...new Set([draft.mark, ...draft.labels])].map((tag) => tag.replace(/[;,]/g, ' ').trim()).join('; ');
  const due = DUE_FIELDS.find((name) => kind.fields.includes(name));
  return [
    add('/fields/System.Title', titleWithin(draft.title, TITLE_MOST)),
    add(`/fields/${bodyField(kind.fields)}`, htmlOf(draft.body)),
    add('/fields/System.Tags', tags),
    ...(draft.due === undefined || due === undefined ? [] : [add(`/fields/${due}`, `${draft.due}T12:00:00Z`)]),
  ];
}

const htmlOf = (markdown: string) => toHtml(readMarkdown(textWithin(markdown, BODY_MOST)));
/** A bug's form shows its steps and not its description. */
const bodyField = (names: string[]) => BODY_FIELDS.find((name) => names.includes(name)) ?? 'System.Description';

/** The type that we make: the catalogue's, or the first of the process that we know. */
async function ours(azure: Azure): Promise<Kind> {
  if (azure.type !== undefined) return kindOf(azure, azure.type);
  const { body } = await call(azure.api, 'GET', `${inProject(azure)}/workitemtypes?${VERSION}`);
  const names = list(fields(body)['value']).map((one) => word(fields(one)['name']));
  const name = TYPES.find((type) => names.includes(type));
  if (name === undefined)
    throw new TrackerFailure(
      `Azure DevOps has no type for us in the project: write project: ${azure.project}/TYPE`,
      false,
    );
  azure.type = name;
  return kindOf(azure, name);
}

async function kindOf(azure: Azure, name: string): Promise<Kind> {
  const seen = azure.seen.kinds.get(name);
  if (seen !== undefined) return seen;
  const path = `${inProject(azure)}/workitemtypes/${encodeURIComponent(name)}?${VERSION}`;
  const { status, body } = await call(azure.api, 'GET', path, { takes: [404] });
  if (status === 404)
    throw new TrackerFailure(
      `Azure DevOps has no type ${name} in the project: write project: ${azure.project}/TYPE`,
      false,
    );
  const said = fields(body);
  const kind: Kind = {
    name,
    fields: [...list(said['fields']), ...list(said['fieldInstances'])].map((field) =>
      word(fields(field)['referenceName']),
    ),
    states: list(said['states']).map(fields),
    transitions: fields(said['transitions']),
  };
  azure.seen.kinds.set(name, kind);
  return kind;
}

async function toTicket(azure: Azure, said: Fields): Promise<Ticket & { labels: string[] }> {
  const kind = await kindOf(azure, word(fields(said['fields'])['System.WorkItemType']));
  const closed = kind.states.filter(closedBy).map((state) => word(state['name']));
  return ticketOf(said, {
    closed,
    url: `${azure.base}/${encodeURIComponent(azure.project)}/_workitems/edit/${word(said['id'])}`,
  });
}

async function whole(azure: Azure, key: string): Promise<Fields | undefined> {
  const { status, body } = await call(azure.api, 'GET', `${item(azure, key)}?${VERSION}&$expand=relations`, {
    takes: [404],
  });
  if (status !== 404) return fields(body);
  // Gone is the ticket only where its project can be seen.
  await call(azure.api, 'GET', `/_apis/projects/${encodeURIComponent(azure.project)}?${VERSION}`);
  return undefined;
}

const isMarkdown = (said: Fields, field: string) =>
  word(fields(said['multilineFieldsFormat'])[field]).toLowerCase() === 'markdown';

async function read(azure: Azure, key: string) {
  const said = await whole(azure, key);
  if (said === undefined) return undefined;
  const ticket = await toTicket(azure, said);
  const field = bodyField((await kindOf(azure, word(fields(said['fields'])['System.WorkItemType']))).fields);
  const text = word(fields(said['fields'])[field]);
  const markdown = isMarkdown(said, field) ? text : writeMarkdown(readHtml(text));
  return { ...ticket, body: markdown, boxes: boxesOf(markdown) };
}

/** A field that somebody has turned into Markdown cannot be turned back: then we write Markdown. */
async function rewrite(azure: Azure, key: string, body: string): Promise<void> {
  const said = (await whole(azure, key)) ?? {};
  const type = word(fields(said['fields'])['System.WorkItemType']);
  if (type === '') throw new TrackerFailure('Azure DevOps has no such work item', false);
  const field = bodyField((await kindOf(azure, type)).fields);
  const value = isMarkdown(said, field) ? textWithin(body, BODY_MOST) : htmlOf(body);
  await call(azure.api, 'PATCH', `${item(azure, key)}?${VERSION}`, {
    body: [add(`/fields/${field}`, value)],
    type: PATCH,
  });
}

/** The mark is in small print below the note: Azure DevOps strips what cannot be seen. */
async function note(azure: Azure, key: string, text: string, mark: string): Promise<void> {
  const path = `${inProject(azure)}/workItems/${encodeURIComponent(key)}/comments?${NOTES_VERSION}`;
  const small = `<p><small>${escapeHtml(mark)}</small></p>`;
  let next = '';
  for (let page = 0; page < NOTE_PAGES; page++) {
    const { body } = await call(azure.api, 'GET', `${path}&$top=${NOTES_A_PAGE}&order=desc${next}`);
    const said = fields(body);
    if (list(said['comments']).some((one) => word(fields(one)['text']).includes(`>${escapeHtml(mark)}<`))) return;
    if (word(said['continuationToken']) === '') break;
    next = `&continuationToken=${encodeURIComponent(word(said['continuationToken']))}`;
  }
  await call(azure.api, 'POST', path, { body: { text: `${htmlOf(text)}${small}` } });
}

/** Takes a way that the process allows from here to a state where work begins; to one where it goes on, where there is none. */
async function reopen(azure: Azure, key: string): Promise<boolean> {
  const said = await whole(azure, key);
  if (said === undefined) return false;
  const { 'System.WorkItemType': type, 'System.State': state } = fields(said['fields']);
  const kind = await kindOf(azure, word(type));
  if (!kind.states.some((one) => one['name'] === state && closedBy(one))) return true;
  const allowed = list(kind.transitions[word(state)]).map((way) => word(fields(way)['to']));
  const to = (category: string) =>
    kind.states.find((one) => one['category'] === category && allowed.includes(word(one['name'])));
  const way = to('Proposed') ?? to('InProgress');
  if (way === undefined) return false;
  const body = [add('/fields/System.State', way['name'])];
  const answer = await call(azure.api, 'PATCH', `${item(azure, key)}?${VERSION}`, { body, type: PATCH, takes: [400] });
  return answer.status === 200;
}

/** A relation that is there already is refused. */
async function link(azure: Azure, key: string, other: string): Promise<void> {
  const url = `${azure.base}/_apis/wit/workItems/${encodeURIComponent(other)}`;
  const relations = list((await whole(azure, key))?.['relations']).map((one) => word(fields(one)['url']).toLowerCase());
  if (relations.some((one) => one.endsWith(`/workitems/${other.toLowerCase()}`))) return;
  const body = [add('/relations/-', { rel: 'System.LinkTypes.Related', url })];
  await call(azure.api, 'PATCH', `${item(azure, key)}?${VERSION}`, { body, type: PATCH });
}

/** `validateOnly` goes through every rule of the process and makes nothing. */
async function check(azure: Azure): Promise<Check[]> {
  const project = await call(azure.api, 'GET', `/_apis/projects/${encodeURIComponent(azure.project)}?${VERSION}`, {
    takes: [404],
  });
  if (project.status === 404)
    return [{ level: 'fail', what: `There is no project ${azure.project}, or the token may not see it.` }];
  const kind = await ours(azure);
  const draft: Draft = { title: 'Check', body: 'Check', mark: 'pageturner-check', labels: [], confidential: true };
  const path = `${inProject(azure)}/workitems/$${encodeURIComponent(kind.name)}?${VERSION}&validateOnly=true`;
  const { status, body } = await call(azure.api, 'POST', path, {
    body: patchOf(draft, kind),
    type: PATCH,
    takes: [400, 403],
  });
  const works: Check = {
    level: 'ok',
    what: 'The token works; Azure DevOps does not say when it ends. Tokens live a year at most: note the day.',
  };
  if (status === 200) return [works, { level: 'ok', what: `The token may make a ticket of type ${kind.name}.` }];
  if (status === 403)
    return [works, { level: 'fail', what: 'The token may not make tickets: give it Work Items, read and write.' }];
  const why = reasonOf(body);
  return [
    works,
    {
      level: 'fail',
      what: `A ticket of type ${kind.name} would be refused${why === undefined ? '' : ` (${why})`}: name another type.`,
    },
  ];
}
