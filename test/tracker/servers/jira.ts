/**
 * Jira Cloud as its documentation has it: descriptions and notes in ADF alone, `/search` gone (410), a search that lags behind
 * what was written, labels without spaces, states that change by transitions alone, fields that are not on the screen refused.
 * Source: Atlassian "The Jira Cloud platform REST API" v3, "Search and reconcile", "Document format: structure".
 */
import { type Answer, type Asked, LocalTracker, notFound } from './listen.ts';

type Issue = {
  id: string;
  key: string;
  fields: Record<string, unknown> & { labels: string[]; status: Status };
  /** The search sees it from then on. */
  seenFrom: number;
};
type Status = { name: string; statusCategory: { key: 'new' | 'indeterminate' | 'done' } };

export const JIRA_TOKEN = 'pageturner@example.gov.uk:only-for-this-machine';
const TO_DO: Status = { name: 'To Do', statusCategory: { key: 'new' } };
const DONE: Status = { name: 'Done', statusCategory: { key: 'done' } };
const PERMISSIONS = [
  'BROWSE_PROJECTS',
  'CREATE_ISSUES',
  'EDIT_ISSUES',
  'ADD_COMMENTS',
  'TRANSITION_ISSUES',
  'LINK_ISSUES',
];

export class LocalJira extends LocalTracker {
  readonly issues: Issue[] = [];
  readonly notes = new Map<string, Record<string, unknown>[]>();
  readonly links: unknown[] = [];
  /** So long the search does not see a new issue. */
  lagSeconds = 0;
  now: () => string = () => '2026-11-25T09:00:00.000Z';
  hasDueDate = true;
  /** Whether the workflow lets anybody out of Done. */
  canReopen = true;
  denied: string[] = [];

  constructor() {
    super((asked) => this.#answer(asked));
  }

  close(key: string, at = '2026-11-26T09:00:00.000Z'): void {
    const issue = this.issues.find((one) => one.key === key)!;
    Object.assign(issue.fields, { status: DONE, resolutiondate: at.replace('Z', '+0000') });
  }

  #answer(asked: Asked): Answer {
    const { headers, path, method } = asked;
    const expected = `Basic ${Buffer.from(JIRA_TOKEN).toString('base64')}`;
    if (headers['authorization'] !== expected) {
      // Some calls are answered as to anybody; only the header says that the token was wrong.
      const isOpen = path.endsWith('/search/jql');
      return {
        status: isOpen ? 200 : 401,
        body: { issues: [] },
        headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
      };
    }
    const route = `${method} ${path.replace('/rest/api/3', '')}`;
    if (route.endsWith(' /search'))
      return { status: 410, body: { errorMessages: ['The requested API has been removed.'] } };
    if (route === 'GET /myself') return { status: 200, body: { accountId: '5b10ac8d82e05b22cc7d4ef5' } };
    if (route === 'GET /mypermissions') return this.#permissions(asked);
    if (route === 'GET /issueLinkType')
      return {
        status: 200,
        body: {
          issueLinkTypes: [
            { id: '1', name: 'Blocks' },
            { id: '3', name: 'Relates' },
          ],
        },
      };
    if (route === 'POST /issueLink') return this.#link(asked);
    if (route === 'GET /project/SRE') return { status: 200, body: { key: 'SRE' } };
    if (route === 'POST /search/jql') return this.#search(asked);
    if (route === 'POST /issue') return this.#create(asked);
    if (route === 'GET /issue/createmeta/SRE/issuetypes') return this.#types();
    const [, key = '', part] = /^\/rest\/api\/3\/issue\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const issue = this.issues.find((one) => one.key === key);
    return issue === undefined ? noIssue : this.#issue(issue, part, asked);
  }

  #types(): Answer {
    const issueTypes = [
      { id: '10003', name: 'Sub-task', subtask: true },
      { id: '10001', name: 'Task', subtask: false },
    ];
    return { status: 200, body: { issueTypes } };
  }

  #permissions({ query }: Asked): Answer {
    if (query.get('projectKey') !== 'SRE') return notFound;
    const permissions = Object.fromEntries(
      PERMISSIONS.map((name) => [name, { key: name, havePermission: !this.denied.includes(name) }]),
    );
    return { status: 200, body: { permissions } };
  }

  #link({ body }: Asked): Answer {
    if (!this.links.some((one) => JSON.stringify(one) === JSON.stringify(body))) this.links.push(body);
    return { status: 201 };
  }

  #search({ body }: Asked): Answer {
    const { jql = '', fields } = body as { jql?: string; fields?: string[] };
    if (!jql.includes('project = "SRE"'))
      return refused({ jql: "The value 'NO' does not exist for the field 'project'." });
    const [, label] = /labels = "([^"]+)"/.exec(jql) ?? [];
    if (label === undefined) return refused({ jql: 'Unbounded JQL queries are not allowed here.' });
    const found = this.issues
      .filter((issue) => issue.seenFrom <= Date.parse(this.now()) && issue.fields.labels.includes(label))
      .reverse();
    // Without fields only ids are given.
    return { status: 200, body: { isLast: true, issues: found.map((one) => (fields ? shown(one) : { id: one.id })) } };
  }

  #create({ body }: Asked): Answer {
    const { fields = {} } = body as { fields?: Record<string, unknown> };
    const errors: Record<string, string> = {};
    if ((fields['project'] as { key?: string } | undefined)?.key !== 'SRE')
      errors['project'] = 'valid project is required';
    if ((fields['issuetype'] as { id?: string } | undefined)?.id !== '10001')
      errors['issuetype'] = 'The issue type selected is invalid.';
    if (typeof fields['summary'] !== 'string' || /\n/.test(fields['summary']))
      errors['summary'] = 'The summary is invalid.';
    if (!isAdf(fields['description']))
      errors['description'] = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
    if ((fields['labels'] as string[] | undefined)?.some((label) => / /.test(label)))
      errors['labels'] = 'The label contains spaces which is invalid.';
    if (!this.hasDueDate && 'duedate' in fields)
      errors['duedate'] = "Field 'duedate' cannot be set. It is not on the appropriate screen, or unknown.";
    if (Object.keys(errors).length > 0) return refused(errors);
    const number = this.issues.length + 1;
    const issue = {
      id: String(10_000 + number),
      key: `SRE-${number}`,
      seenFrom: Date.parse(this.now()) + this.lagSeconds * 1000,
      fields: { labels: [], ...fields, status: TO_DO },
    };
    this.issues.push(issue);
    return { status: 201, body: { id: issue.id, key: issue.key, self: `${this.url}/rest/api/3/issue/${issue.id}` } };
  }

  #issue(issue: Issue, part: string | undefined, asked: Asked): Answer {
    const { method, body } = asked;
    if (part === 'comment') return this.#comment(issue, asked);
    if (part === 'transitions') return this.#transition(issue, asked);
    if (part !== undefined) return notFound;
    if (method === 'GET') return { status: 200, body: shown(issue) };
    const { fields = {} } = body as { fields?: Record<string, unknown> };
    if ('description' in fields && !isAdf(fields['description']))
      return refused({ description: 'must be an Atlassian Document' });
    Object.assign(issue.fields, fields);
    return { status: 204 };
  }

  #comment(issue: Issue, { method, body, query }: Asked): Answer {
    const notes = this.notes.get(issue.key) ?? [];
    if (method === 'POST') {
      if (!isAdf((body as { body?: unknown }).body)) return refused({ comment: 'must be an Atlassian Document' });
      this.notes.set(issue.key, [body as Record<string, unknown>, ...notes]);
      return { status: 201, body };
    }
    const from = Number(query.get('startAt') ?? 0);
    const withProperties = query.get('expand') === 'properties';
    // Jira gives at most so many, also where more are wanted.
    const page = notes.slice(from, from + Math.min(Number(query.get('maxResults') ?? 50), 50));
    return {
      status: 200,
      body: {
        total: notes.length,
        comments: page.map((one) => (withProperties ? one : { ...one, properties: undefined })),
      },
    };
  }

  #transition(issue: Issue, { method, body }: Asked): Answer {
    const isDone = issue.fields.status.statusCategory.key === 'done';
    const ways = isDone
      ? this.canReopen
        ? [{ id: '31', name: 'Reopen', to: TO_DO }]
        : []
      : [{ id: '41', name: 'Done', to: DONE }];
    if (method === 'GET') return { status: 200, body: { transitions: ways } };
    const way = ways.find(({ id }) => id === (body as { transition?: { id?: string } }).transition?.id);
    if (way === undefined) return refused({ transition: 'It is not on the appropriate screen' });
    issue.fields.status = way.to;
    return { status: 204 };
  }
}

const shown = ({ id, key, fields }: Issue) => ({ id, key, fields });
const noIssue: Answer = {
  status: 404,
  body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
};
const refused = (errors: Record<string, string>): Answer => ({ status: 400, body: { errorMessages: [], errors } });

const INLINE = ['text', 'hardBreak'];
/** What each kind of node may hold, of what we write. [Atlassian "Document format: structure"; adf-schema v1] */
const MAY_HOLD: Record<string, string[]> = {
  doc: ['paragraph', 'heading', 'bulletList', 'orderedList', 'taskList', 'blockquote', 'codeBlock', 'table', 'rule'],
  paragraph: INLINE,
  heading: INLINE,
  bulletList: ['listItem'],
  orderedList: ['listItem'],
  listItem: ['paragraph', 'bulletList', 'orderedList', 'codeBlock'],
  taskList: ['taskItem', 'taskList'],
  taskItem: INLINE,
  blockquote: ['paragraph', 'bulletList', 'orderedList', 'codeBlock'],
  codeBlock: ['text'],
  table: ['tableRow'],
  tableRow: ['tableHeader', 'tableCell'],
  tableHeader: ['paragraph'],
  tableCell: ['paragraph'],
};
const NEEDS_CONTENT = [
  'doc',
  'bulletList',
  'orderedList',
  'listItem',
  'taskList',
  'blockquote',
  'table',
  'tableRow',
  'tableCell',
  'tableHeader',
];

type Node = {
  type?: string;
  version?: number;
  text?: string;
  attrs?: Record<string, unknown>;
  marks?: { type: string; attrs?: { href?: string } }[];
  content?: Node[];
};

/** A document that Jira takes: known nodes where they may be, texts that are not empty, marks that go together. */
export function isAdf(value: unknown): boolean {
  const document = value as Node | undefined;
  return typeof value === 'object' && document?.type === 'doc' && document.version === 1 && isNode(document);
}

function isNode(node: Node): boolean {
  const { type = '', content = [], text, attrs = {}, marks = [] } = node;
  const names = marks.map((mark) => mark.type);
  if (type === 'text')
    return (
      text !== undefined &&
      text !== '' &&
      new Set(names).size === names.length &&
      !(names.includes('code') && names.some((name) => name !== 'code' && name !== 'link')) &&
      marks.every((mark) => mark.type !== 'link' || /^(https?|mailto):/i.test(mark.attrs?.href ?? ''))
    );
  if (type === 'hardBreak' || type === 'rule') return true;
  if ((type === 'taskList' || type === 'taskItem') && typeof attrs['localId'] !== 'string') return false;
  if (type === 'taskItem' && attrs['state'] !== 'TODO' && attrs['state'] !== 'DONE') return false;
  if (type === 'heading' && !(Number(attrs['level']) >= 1 && Number(attrs['level']) <= 6)) return false;
  if (type === 'taskList' && content[0]?.type !== 'taskItem') return false;
  if (type === 'listItem' && content[0]?.type !== 'paragraph' && content[0]?.type !== 'codeBlock') return false;
  if (NEEDS_CONTENT.includes(type) && content.length === 0) return false;
  return content.every((child) => (MAY_HOLD[type] ?? []).includes(child.type ?? '') && isNode(child));
}
