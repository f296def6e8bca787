/**
 * GitHub's issues as its documentation has them: 404 for what the token may not see, labels that are dropped in silence from
 * somebody who may not push, pull requests in the list of issues, 410 where issues are switched off, 422 with codes.
 * Source: GitHub "REST API endpoints for issues", "for issue comments", "for labels", version 2022-11-28.
 */
import { type Answer, type Asked, LocalTracker, notFound } from './listen.ts';

type Issue = {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  labels: { name: string }[];
  closed_at: string | null;
  pull_request?: object;
};

export const GITHUB_TOKEN = 'github_pat_only_for_this_machine';

export class LocalGitHub extends LocalTracker {
  readonly issues = new Map<number, Issue>();
  readonly labels = new Set<string>();
  readonly notes = new Map<number, { body: string }[]>();
  mayPush = true;
  isPrivate = true;
  /** When the token ends, as the header has it. */
  tokenEnds: string | undefined = '2027-06-01 10:00:00 UTC';

  constructor() {
    super((asked) => this.#answer(asked));
  }

  #answer(asked: Asked): Answer {
    const { headers, path, method } = asked;
    if (headers['authorization'] !== `Bearer ${GITHUB_TOKEN}`)
      return { status: 401, body: { message: 'Bad credentials' } };
    // Administrative rules of the API: a request without it is refused.
    if (!headers['user-agent']) return { status: 403, body: 'Request forbidden by administrative rules.' };
    if (!path.startsWith('/api/v3/repos/sre/problems')) return notFound;
    const [kind, number, part] = path.slice('/api/v3/repos/sre/problems'.length).split('/').slice(1);
    if (kind === undefined) return this.#repository();
    if (kind === 'labels') return this.#label(asked);
    if (kind !== 'issues') return notFound;
    if (number === undefined) return method === 'POST' ? this.#create(asked) : this.#list(asked);
    const issue = this.issues.get(Number(number));
    if (!issue) return notFound;
    if (part === 'comments') return this.#comments(issue, asked);
    return method === 'PATCH' ? this.#change(issue, asked) : { status: 200, body: this.#shown(issue) };
  }

  #repository(): Answer {
    const headers = this.tokenEnds === undefined ? {} : { 'github-authentication-token-expiration': this.tokenEnds };
    return { status: 200, headers, body: { private: this.isPrivate, archived: false, has_issues: true } };
  }

  #label({ method, body }: Asked): Answer {
    if (method !== 'POST') return notFound;
    if (!this.mayPush) return { status: 403, body: { message: 'Resource not accessible by personal access token' } };
    const { name } = body as { name?: string };
    if (name === undefined) return invalid('Label', 'name', 'missing_field');
    if (this.labels.has(name)) return invalid('Label', 'name', 'already_exists');
    this.labels.add(name);
    return { status: 201, body: { name } };
  }

  #create({ body }: Asked): Answer {
    const { title, body: text = '', labels = [] } = body as { title?: string; body?: string; labels?: string[] };
    if (title === undefined) return invalid('Issue', 'title', 'missing_field');
    if (text.length > 65_536) return invalid('Issue', 'body', 'too_long');
    const number = this.issues.size + 1;
    const kept = this.mayPush ? labels.map((name) => ({ name })) : [];
    const issue: Issue = {
      number,
      title,
      body: text,
      state: 'open',
      state_reason: null,
      labels: kept,
      closed_at: null,
    };
    this.issues.set(number, issue);
    return { status: 201, body: this.#shown(issue) };
  }

  #list({ query }: Asked): Answer {
    const wanted = (query.get('labels') ?? '').split(',');
    const state = query.get('state') ?? 'open';
    const found = [...this.issues.values()]
      .filter((issue) => wanted.every((name) => issue.labels.some((label) => label.name === name)))
      .filter((issue) => state === 'all' || issue.state === state)
      .reverse();
    return {
      status: 200,
      body: found.slice(0, Number(query.get('per_page') ?? 30)).map((issue) => this.#shown(issue)),
    };
  }

  #change(issue: Issue, { body }: Asked): Answer {
    Object.assign(issue, body);
    issue.closed_at = issue.state === 'closed' ? '2026-11-26T09:00:00Z' : null;
    return { status: 200, body: this.#shown(issue) };
  }

  #comments(issue: Issue, { method, body, query }: Asked): Answer {
    const notes = this.notes.get(issue.number) ?? [];
    if (method === 'POST') {
      this.notes.set(issue.number, [...notes, body as { body: string }]);
      return { status: 201, body };
    }
    const size = Number(query.get('per_page') ?? 30);
    const from = (Number(query.get('page') ?? 1) - 1) * size;
    return { status: 200, body: notes.slice(from, from + size) };
  }

  #shown(issue: Issue): object {
    return { ...issue, html_url: `https://github.com/sre/problems/issues/${issue.number}` };
  }
}

const invalid = (resource: string, field: string, code: string): Answer => ({
  status: 422,
  body: { message: 'Validation Failed', errors: [{ resource, field, code }] },
});
