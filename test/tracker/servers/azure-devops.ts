/**
 * Azure DevOps work items as its documentation has them: JSON Patch with its content type, WIQL, states and ways between them by
 * type, HTML that is cleaned, a field that may have been turned into Markdown, 203 with a page for a wrong token.
 * Source: Microsoft "Work Items", "Wiql", "Work Item Types", "Comments", version 7.1.
 */
import { type Answer, type Asked, LocalTracker, notFound } from './listen.ts';

type Patch = { op: string; path: string; value: unknown };
type Item = {
  id: number;
  fields: Record<string, unknown>;
  multilineFieldsFormat: Record<string, string>;
  relations: { rel: string; url: string }[];
};

export const AZURE_TOKEN = 'only-for-this-machine';
const STATES = [
  { name: 'To Do', category: 'Proposed' },
  { name: 'Doing', category: 'InProgress' },
  { name: 'Done', category: 'Completed' },
];
const KNOWN = ['System.Title', 'System.Description', 'System.Tags', 'System.State', 'Microsoft.VSTS.Common.ClosedDate'];

export class LocalAzureDevops extends LocalTracker {
  readonly items: Item[] = [];
  readonly notes = new Map<number, { text: string }[]>();
  hasDueDate = true;
  /** Fields that the process demands and we do not know. */
  required: string[] = [];
  canReopen = true;

  constructor() {
    super((asked) => this.#answer(asked));
  }

  close(id: string, at = '2026-11-26T09:00:00Z'): void {
    const { fields } = this.items.find((one) => String(one.id) === id)!;
    Object.assign(fields, { 'System.State': 'Done', 'Microsoft.VSTS.Common.ClosedDate': at });
  }

  #answer(asked: Asked): Answer {
    const { headers, path, method, query } = asked;
    if (headers['authorization'] !== `Basic ${Buffer.from(`:${AZURE_TOKEN}`).toString('base64')}`)
      return { status: 203, body: '<html><title>Azure DevOps Services | Sign In</title></html>' };
    if (!query.has('api-version')) return { status: 400, body: { message: 'VssVersionNotSpecifiedException' } };
    if (path.startsWith('/_apis/projects/'))
      return path === '/_apis/projects/Payments' ? { status: 200, body: { name: 'Payments' } } : notFound;
    if (path === '/Payments/_apis/wit/wiql') return this.#wiql(asked);
    if (path === '/Payments/_apis/wit/workitemtypes')
      return { status: 200, body: { value: [{ name: 'Epic' }, { name: 'Issue' }] } };
    if (path === '/Payments/_apis/wit/workitemtypes/Issue') return { status: 200, body: this.#type() };
    if (path === '/Payments/_apis/wit/workitems/$Issue' && method === 'POST') return this.#create(asked);
    const [, id, part] = /\/_apis\/wit\/work[iI]tems\/([0-9]+)(?:\/(comments))?$/.exec(path) ?? [];
    const item = this.items.find((one) => String(one.id) === id);
    if (!item)
      return {
        status: 404,
        body: { message: 'TF401232: Work item does not exist, or you do not have permissions to read it.' },
      };
    if (part === 'comments') return this.#comments(item, asked);
    return method === 'PATCH' ? this.#change(item, asked) : { status: 200, body: item };
  }

  #type(): object {
    const known = [...KNOWN, ...(this.hasDueDate ? ['Microsoft.VSTS.Scheduling.DueDate'] : [])];
    const every = STATES.map(({ name }) => ({ to: name }));
    const transitions = { '': [{ to: 'To Do' }], 'To Do': every, Doing: every, Done: this.canReopen ? every : [] };
    return { name: 'Issue', fields: known.map((referenceName) => ({ referenceName })), states: STATES, transitions };
  }

  #wiql({ body }: Asked): Answer {
    const { query = '' } = body as { query?: string };
    const [, tag] = /\[System.Tags\] CONTAINS '((?:[^']|'')+)'/.exec(query) ?? [];
    if (tag === undefined || !query.includes('@project'))
      return { status: 400, body: { message: 'TF51006: The query statement is missing a clause.' } };
    // It finds parts of tags too.
    const found = this.items
      .filter(({ fields }) => String(fields['System.Tags']).includes(tag.replaceAll("''", "'")))
      .reverse();
    return { status: 200, body: { workItems: found.map(({ id }) => ({ id })) } };
  }

  #create(asked: Asked): Answer {
    const item: Item = {
      id: this.items.length + 1,
      fields: { 'System.WorkItemType': 'Issue', 'System.State': 'To Do' },
      multilineFieldsFormat: {},
      relations: [],
    };
    const refused = this.#patch(item, asked);
    if (refused) return refused;
    const missing = this.required.find((name) => !(name in item.fields));
    if (missing !== undefined)
      return {
        status: 400,
        body: { message: `TF401320: Rule Error for field ${missing}. Error code: Required, HasValues.` },
      };
    if (asked.query.get('validateOnly') !== 'true') this.items.push(item);
    return { status: 200, body: item };
  }

  #change(item: Item, asked: Asked): Answer {
    return this.#patch(item, asked) ?? { status: 200, body: item };
  }

  #patch(item: Item, { headers, body }: Asked): Answer | undefined {
    if (headers['content-type'] !== 'application/json-patch+json')
      return { status: 415, body: { message: 'TF400898: the content type is not supported' } };
    for (const { op, path, value } of body as Patch[]) {
      if (op !== 'add') return { status: 400, body: { message: 'VS402847: unknown operation' } };
      const name = path.replace('/fields/', '');
      if (path === '/relations/-') item.relations.push(value as { rel: string; url: string });
      else if (name === 'Microsoft.VSTS.Scheduling.DueDate' && !this.hasDueDate)
        return { status: 400, body: { message: 'TF51535: Cannot find field Microsoft.VSTS.Scheduling.DueDate.' } };
      else if (name === 'System.Title' && String(value).length > 255)
        return { status: 400, body: { message: 'TF401325: the title is too long' } };
      else
        item.fields[name] =
          /Description/.test(name) && !item.multilineFieldsFormat[name] ? cleaned(String(value)) : value;
    }
    if (item.fields['System.State'] !== 'Done') delete item.fields['Microsoft.VSTS.Common.ClosedDate'];
    return undefined;
  }

  #comments(item: Item, { method, body, query }: Asked): Answer {
    const notes = this.notes.get(item.id) ?? [];
    if (method === 'POST') {
      const kept = { text: cleaned((body as { text: string }).text) };
      this.notes.set(item.id, [kept, ...notes]);
      return { status: 200, body: kept };
    }
    const from = Number(query.get('continuationToken') ?? 0);
    const to = from + Number(query.get('$top') ?? 10);
    return {
      status: 200,
      body: { comments: notes.slice(from, to), ...(to < notes.length ? { continuationToken: String(to) } : {}) },
    };
  }
}

/** Comments of HTML are stripped, and so is what is hidden. */
function cleaned(html: string): string {
  return html.replace(/<!--[\s\S]*?-->/g, '').replace(/<(\w+)[^>]*display: *none[^>]*>[\s\S]*?<\/\1>/g, '');
}
