/**
 * A small GitLab: issues, notes, labels and links as its API has them, for this machine and for the contract of trackers.
 *
 * It behaves as GitLab's documentation says where a tracker of Pageturner can notice it: tokens with scopes and an end, roles,
 * unknown labels that are made, 404 for what a token may not see, 409 for a second link. Faults can be asked for.
 * Sources: GitLab documentation, "Issues API", "Notes API", "Issue links API", "Personal access tokens API", "Rate limits".
 */
import { type Context, Hono } from 'hono';

export type Note = { id: number; body: string; created_at: string };
export type Issue = {
  iid: number;
  title: string;
  description: string;
  state: 'opened' | 'closed';
  labels: string[];
  confidential: boolean;
  due_date: string | null;
  created_at: string;
  closed_at: string | null;
  notes: Note[];
  links: number[];
};
export type Project = { path: string; labels: string[]; issues: Issue[]; archived?: boolean; issuesOff?: boolean };

/** What a token may do. `access`: 10 guest, 20 reporter, 30 developer. `expires`: YYYY-MM-DD. */
export type Token = { access: number; scopes: string[]; expires: string | null; revoked?: boolean };

/** One request that fails. `lost`: it is done, and its answer never comes. `at`: of the method and path, like `POST /issues`. */
export type Fault = { at: RegExp; times: number; lost?: true; status?: number; retryAfter?: string };

export type GitlabState = { projects: Project[]; nextId: number };

export type Gitlab = {
  app: Hono;
  state: GitlabState;
  tokens: Record<string, Token>;
  faults: Fault[];
  /** Methods and paths of what was asked, in order. */
  asked: string[];
  project: (path: string) => Project;
  close: (project: Project, issue: Issue, at?: string) => void;
  reopen: (project: Project, issue: Issue) => void;
};

export type GitlabOptions = {
  /** Where its pages are, without a slash at the end. */
  baseUrl: () => string;
  now: () => string;
  state?: GitlabState;
  /** Projects are made as they are asked for: on this machine alone. */
  makesProjects?: boolean;
  onChange?: () => void;
};

export function startGitlab(options: GitlabOptions): Gitlab {
  const state = options.state ?? { projects: [], nextId: 1 };
  const changed = () => options.onChange?.();
  const gitlab: Gitlab = {
    app: new Hono(),
    state,
    tokens: {},
    faults: [],
    asked: [],
    project: (path) => projectAt(state, path) ?? addProject(state, path),
    close: (_project, issue, at = options.now()) => {
      Object.assign(issue, { state: 'closed', closed_at: at });
      changed();
    },
    reopen: (_project, issue) => {
      Object.assign(issue, { state: 'opened', closed_at: null });
      changed();
    },
  };
  const api = gitlab.app.basePath('/api/v4');
  api.use(async (c, next) => {
    const asked = `${c.req.method} ${new URL(c.req.url).pathname.replace(/^.*\/api\/v4/, '')}`;
    gitlab.asked.push(asked);
    const fault = gitlab.faults.find(({ at, times }) => times > 0 && at.test(asked));
    if (fault !== undefined) fault.times--;
    if (fault?.status !== undefined) {
      const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter };
      return c.json({ message: 'fault' }, fault.status as 500, headers);
    }
    const refusal = refuse(c, gitlab, options.now());
    if (refusal) return refusal;
    await next();
    // The gateway gives up after the work was done.
    if (fault?.lost) c.res = new Response('', { status: 502 });
    return undefined;
  });
  addRoutes(api, gitlab, options, changed);
  return gitlab;
}

export function webUrl(options: GitlabOptions, project: Project, issue: Issue): string {
  return `${options.baseUrl()}/${project.path}/-/issues/${issue.iid}`;
}

function projectAt(state: GitlabState, path: string): Project | undefined {
  return state.projects.find((one) => one.path === path);
}

function addProject(state: GitlabState, path: string): Project {
  const project: Project = { path, labels: [], issues: [] };
  state.projects.push(project);
  return project;
}

/** Who may not: a token that is wrong, over or too weak. Undefined for who may. */
function refuse(c: Context, { tokens }: Gitlab, now: string): Response | undefined {
  const token = tokens[c.req.header('private-token') ?? ''];
  if (token === undefined) return c.json({ message: '401 Unauthorized' }, 401);
  if (token.revoked || (token.expires !== null && token.expires <= now.slice(0, 10)))
    return c.json({ error: 'invalid_token', error_description: 'Token was revoked or expired.' }, 401);
  const writes = c.req.method !== 'GET';
  const may = token.scopes.includes('api') || (!writes && token.scopes.includes('read_api'));
  if (!may) return c.json({ error: 'insufficient_scope', scope: 'api' }, 403);
  return undefined;
}

function addRoutes(api: Hono, gitlab: Gitlab, options: GitlabOptions, changed: () => void): void {
  const tokenOf = (c: Context) => gitlab.tokens[c.req.header('private-token') ?? '']!;
  const projectOf = (c: Context): Project | undefined => {
    const path = c.req.param('id')!;
    return options.makesProjects ? gitlab.project(path) : projectAt(gitlab.state, path);
  };
  const missing = (c: Context) => c.json({ message: '404 Not found' }, 404);
  const json = (project: Project, issue: Issue) => issueJson(options, project, issue);
  const issueOf = (c: Context) => {
    const project = projectOf(c);
    const issue = project?.issues.find(({ iid }) => String(iid) === c.req.param('iid'));
    // A confidential issue is not there for who may not see it.
    if (!project || !issue || (issue.confidential && tokenOf(c).access < 15)) return undefined;
    return { project, issue };
  };

  api.get('/personal_access_tokens/self', (c) => {
    const { scopes, expires, revoked } = tokenOf(c);
    return c.json({ id: 1, name: 'pageturner', revoked: revoked ?? false, active: true, scopes, expires_at: expires });
  });
  api.get('/projects/:id', (c) => {
    const project = projectOf(c);
    if (!project) return missing(c);
    return c.json({
      id: 1,
      path_with_namespace: project.path,
      archived: project.archived ?? false,
      issues_access_level: project.issuesOff ? 'disabled' : 'enabled',
      permissions: { project_access: { access_level: tokenOf(c).access }, group_access: null },
    });
  });
  api.get('/projects/:id/labels', (c) => {
    const project = projectOf(c);
    if (!project) return missing(c);
    const search = c.req.query('search') ?? '';
    return c.json(project.labels.filter((name) => name.includes(search)).map((name, id) => ({ id, name })));
  });
  api.get('/projects/:id/issues', (c) => {
    const project = projectOf(c);
    if (!project) return missing(c);
    const { labels = '', state = 'all', sort = 'desc', per_page = '20' } = c.req.query();
    const wanted = labels === '' ? [] : labels.split(',');
    const found = project.issues
      .filter((issue) => wanted.every((label) => issue.labels.includes(label)))
      .filter((issue) => state === 'all' || issue.state === state)
      .filter((issue) => !issue.confidential || tokenOf(c).access >= 15);
    if (sort === 'desc') found.reverse();
    return c.json(found.slice(0, Number(per_page)).map((issue) => json(project, issue)));
  });
  api.post('/projects/:id/issues', async (c) => {
    const project = projectOf(c);
    if (!project) return missing(c);
    if (project.issuesOff || project.archived) return c.json({ message: '403 Forbidden' }, 403);
    const body = await bodyOf(c);
    const title = String(body['title'] ?? '');
    if (title === '' || title.length > 255) return c.json({ message: { title: ["can't be blank"] } }, 400);
    // Who may not triage issues sets no labels, and is not told. [Permissions: "Apply labels"]
    const labels = tokenOf(c).access < 15 ? [] : listOf(body['labels']);
    for (const label of labels) if (!project.labels.includes(label)) project.labels.push(label);
    const issue: Issue = {
      iid: project.issues.length + 1,
      title,
      description: String(body['description'] ?? ''),
      state: 'opened',
      labels,
      confidential: body['confidential'] === true,
      due_date: typeof body['due_date'] === 'string' ? body['due_date'] : null,
      created_at: options.now(),
      closed_at: null,
      notes: [],
      links: [],
    };
    project.issues.push(issue);
    changed();
    return c.json(json(project, issue), 201);
  });
  api.get('/projects/:id/issues/:iid', (c) => {
    const found = issueOf(c);
    return found ? c.json(json(found.project, found.issue)) : missing(c);
  });
  api.put('/projects/:id/issues/:iid', async (c) => {
    const found = issueOf(c);
    if (!found) return missing(c);
    if (tokenOf(c).access < 20) return c.json({ message: '403 Forbidden' }, 403);
    const { state_event, description } = await bodyOf(c);
    if (typeof description === 'string') found.issue.description = description;
    if (state_event === 'close') gitlab.close(found.project, found.issue);
    if (state_event === 'reopen') gitlab.reopen(found.project, found.issue);
    changed();
    return c.json(json(found.project, found.issue));
  });
  addNotesAndLinks(api, { gitlab, options, changed, issueOf, missing });
}

type Routed = {
  gitlab: Gitlab;
  options: GitlabOptions;
  changed: () => void;
  issueOf: (c: Context) => { project: Project; issue: Issue } | undefined;
  missing: (c: Context) => Response;
};

function addNotesAndLinks(api: Hono, { gitlab, options, changed, issueOf, missing }: Routed): void {
  api.get('/projects/:id/issues/:iid/notes', (c) => {
    const found = issueOf(c);
    if (!found) return missing(c);
    const { sort = 'desc', page = '1', per_page = '20' } = c.req.query();
    const notes = sort === 'desc' ? [...found.issue.notes].reverse() : found.issue.notes;
    const from = (Number(page) - 1) * Number(per_page);
    return c.json(notes.slice(from, from + Number(per_page)));
  });
  api.post('/projects/:id/issues/:iid/notes', async (c) => {
    const found = issueOf(c);
    if (!found) return missing(c);
    const text = String((await bodyOf(c))['body'] ?? '');
    if (text === '') return c.json({ message: '400 Bad request - Note {:note=>["can\'t be blank"]}' }, 400);
    const note = { id: gitlab.state.nextId++, body: text, created_at: options.now() };
    found.issue.notes.push(note);
    changed();
    return c.json(note, 201);
  });
  api.post('/projects/:id/issues/:iid/links', async (c) => {
    const found = issueOf(c);
    const { target_issue_iid } = await bodyOf(c);
    const other = found?.project.issues.find(({ iid }) => String(iid) === String(target_issue_iid));
    if (!found || !other) return missing(c);
    if (found.issue.links.includes(other.iid)) return c.json({ message: 'Issue(s) already assigned' }, 409);
    found.issue.links.push(other.iid);
    other.links.push(found.issue.iid);
    changed();
    return c.json({ source_issue: {}, target_issue: {} }, 201);
  });
}

async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  return (await c.req.json().catch(() => ({}))) as Record<string, unknown>;
}

function listOf(labels: unknown): string[] {
  return String(labels ?? '')
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

function issueJson(options: GitlabOptions, project: Project, issue: Issue): object {
  const { notes: _n, links: _l, ...rest } = issue;
  return { id: issue.iid + 1000, ...rest, web_url: webUrl(options, project, issue) };
}

/** What GitLab's webhook says of an issue. [GitLab documentation, "Webhook events"] */
export function issueHook(options: GitlabOptions, project: Project, issue: Issue, action: string): object {
  const labels = issue.labels.map((title, id) => ({ id, title }));
  return {
    object_kind: 'issue',
    event_type: issue.confidential ? 'confidential_issue' : 'issue',
    project: { path_with_namespace: project.path },
    object_attributes: {
      iid: issue.iid,
      title: issue.title,
      description: issue.description,
      state: issue.state,
      action,
      url: webUrl(options, project, issue),
      due_date: issue.due_date,
      confidential: issue.confidential,
      closed_at: issue.closed_at?.replace('T', ' ').replace(/\.\d+Z$/, ' UTC') ?? null,
      labels,
    },
    labels,
    changes: {},
  };
}
