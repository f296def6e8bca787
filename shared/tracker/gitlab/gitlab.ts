/**
 * GitLab: an issue for each ticket, on GitLab.com and self-managed.
 *
 * GitLab has no idempotency key: an issue is found again by its label, which filters exactly and at once; search may lag behind.
 * Sources: GitLab documentation, "Issues API", "Notes API", "Issue links API", "Personal access tokens API", "Projects API",
 * "Rate limits". Called by the tracker's world and the contract suite.
 */
import { boxesOf } from '../boxes.ts';
import { type Answer, ask, failureOf, type Request } from '../http.ts';
import { type Check, type Connection, type Draft, type Ticket, type Tracker, TrackerFailure } from '../tracker.ts';
import { instantOf } from './instant.ts';

/** [Issues API: description "Limited to 1,048,576 characters"; title 255] */
const MAX_DESCRIPTION = 1_048_576;
const MAX_TITLE = 255;
/** [Notes API: body "Limited to 1,000,000 characters"] */
const MAX_NOTE = 1_000_000;
const NOTES_A_PAGE = 100;
/** A ticket with more notes than that has a cause that pages every day: what is older was told long ago. */
const MAX_NOTE_PAGES = 5;
/** Planner: the least role that sees confidential issues of others, and labels them. [Roles and permissions] */
const LEAST_ACCESS = 15;
const EXPIRY_WARNING_DAYS = 30;

type Issue = {
  iid: number;
  web_url: string;
  state: 'opened' | 'closed';
  title: string;
  description: string | null;
  labels?: string[];
  due_date?: string | null;
  closed_at?: string | null;
};
type Call = (method: Request['method'], path: string, doing: string, body?: object) => Promise<Answer>;

export function openGitlab(connection: Connection): Tracker {
  const root = `${connection.url}/api/v4`;
  const project = `/projects/${encodeURIComponent(connection.project)}`;
  const headers = { 'PRIVATE-TOKEN': connection.token, 'content-type': 'application/json' };
  /** Any answer; `get` and `send` take successes alone. */
  const any = (method: Request['method'], path: string, body?: object) =>
    ask({ method, url: `${root}${path}`, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const call: Call = async (method, path, doing, body) => {
    const answer = await any(method, path, body);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 404)
      throw new TrackerFailure(`GitLab has no such project, or the token may not see it (404)`, false);
    throw failureOf(answer, doing);
  };
  const issue = (key: string) => `${project}/issues/${Number(key)}`;
  return {
    findsAfterSeconds: 0,
    find: (mark) => find(call, project, mark),
    create: (draft) => create(call, project, draft),
    read: async (key) => {
      const answer = await any('GET', issue(key));
      if (answer.status === 404) {
        // An issue that is gone, or a project: only the first means that the ticket is.
        await call('GET', project, 'to see the project');
        return undefined;
      }
      if (answer.status !== 200) throw failureOf(answer, 'to read a ticket');
      const found = answer.body as Issue;
      const body = found.description ?? '';
      return { ...ticketOf(found), body, boxes: boxesOf(body) };
    },
    rewrite: async (key, body) =>
      void (await call('PUT', issue(key), 'to write a ticket', { description: body.slice(0, MAX_DESCRIPTION) })),
    note: (key, text, mark) => note(call, issue(key), text, mark),
    reopen: async (key) => {
      const answer = await any('PUT', issue(key), { state_event: 'reopen' });
      if (answer.status === 403) return false;
      if (answer.status !== 200) throw failureOf(answer, 'to reopen a ticket');
      return true;
    },
    link: async (key, other) => {
      const body = { target_project_id: connection.project, target_issue_iid: other, link_type: 'relates_to' };
      const answer = await any('POST', `${issue(key)}/links`, body);
      // 409: they are linked already.
      if (answer.status !== 201 && answer.status !== 409) throw failureOf(answer, 'to link two tickets');
    },
    check: (now) => check(any, project, now),
  };
}

function ticketOf({ iid, web_url, state, labels, due_date, closed_at }: Issue): Ticket {
  const closedAt = instantOf(closed_at);
  return {
    key: String(iid),
    name: `#${iid}`,
    url: web_url,
    state: state === 'closed' ? 'closed' : 'open',
    labels: labels ?? [],
    ...(due_date ? { due: due_date } : {}),
    ...(state === 'closed' && closedAt !== undefined ? { closedAt } : {}),
  };
}

async function find(call: Call, project: string, mark: string): Promise<Ticket | undefined> {
  const query = new URLSearchParams({ labels: mark, state: 'all', scope: 'all', order_by: 'created_at', sort: 'desc' });
  const { body } = await call('GET', `${project}/issues?${query}&per_page=1`, 'to look for a ticket');
  if (!Array.isArray(body)) throw new TrackerFailure('GitLab answered no list of issues', true);
  const [found] = body as Issue[];
  return found && ticketOf(found);
}

async function create(call: Call, project: string, draft: Draft): Promise<Ticket> {
  const { body } = await call('POST', `${project}/issues`, 'to make a ticket', {
    title: draft.title.slice(0, MAX_TITLE),
    description: draft.body.slice(0, MAX_DESCRIPTION),
    // Labels that are not there yet are made.
    labels: [...new Set([...draft.labels, draft.mark])].join(','),
    confidential: draft.confidential,
    issue_type: 'issue',
    ...(draft.due === undefined ? {} : { due_date: draft.due }),
  });
  const made = body as Issue;
  if (typeof made.iid !== 'number') throw new TrackerFailure('GitLab answered no issue', true);
  return ticketOf(made);
}

/** The mark is in the note, where people do not see it. */
async function note(call: Call, issue: string, text: string, mark: string): Promise<void> {
  const comment = `<!-- pageturner:note ${mark} -->`;
  for (let page = 1; page <= MAX_NOTE_PAGES; page++) {
    const query = `sort=desc&order_by=created_at&per_page=${NOTES_A_PAGE}&page=${page}`;
    const { body } = await call('GET', `${issue}/notes?${query}`, 'to read the notes of a ticket');
    const notes = (Array.isArray(body) ? body : []) as { body?: string }[];
    if (notes.some((one) => one.body?.includes(comment))) return;
    if (notes.length < NOTES_A_PAGE) break;
  }
  const body = `${text.slice(0, MAX_NOTE - comment.length - 2)}\n\n${comment}`;
  await call('POST', `${issue}/notes`, 'to add a note to a ticket', { body });
}

// ---- what would fail tonight ------------------------------------------------------------------------------------------

type Any = (method: 'GET', path: string) => Promise<Answer>;

async function check(any: Any, project: string, now: string): Promise<Check[]> {
  const token = await any('GET', '/personal_access_tokens/self');
  if (token.status === 401)
    return [
      { level: 'fail', what: 'GitLab refuses the token. Make a project access token and put it into its parameter.' },
    ];
  // 404 and 403: a token of another kind, such as OAuth, which tells nothing of itself.
  const ofToken = token.status === 200 ? checkToken(token.body as Token, now) : [];
  const found = await any('GET', project);
  if (found.status !== 200) {
    const why = found.status === 404 ? 'is not there, or the token may not see it' : `answers ${found.status}`;
    return [...ofToken, { level: 'fail', what: `The project ${why}. Is its path written as in its address?` }];
  }
  const marks = await any('GET', `${project}/labels?search=pageturner&per_page=1`);
  return [...ofToken, ...checkProject(found.body as Project), checkLabels(marks)];
}

type Token = { active?: boolean; revoked?: boolean; expires_at?: string | null; scopes?: string[] };

function checkToken({ active, revoked, expires_at, scopes = [] }: Token, now: string): Check[] {
  if (active === false || revoked === true)
    return [{ level: 'fail', what: 'The token is not active. Make a new project access token with scope api.' }];
  const checks: Check[] = [];
  if (!scopes.includes('api'))
    checks.push({
      level: 'fail',
      what: `The token has scope ${scopes.join(', ') || 'nothing'}. Tickets need scope api.`,
    });
  if (!expires_at) checks.push({ level: 'ok', what: 'The token is active and does not expire.' });
  else {
    const days = Math.floor((Date.parse(`${expires_at}T00:00:00Z`) - Date.parse(now)) / 86_400_000);
    if (days > EXPIRY_WARNING_DAYS) checks.push({ level: 'ok', what: `The token is active until ${expires_at}.` });
    else if (days >= 0)
      checks.push({
        level: 'warn',
        what: `The token expires on ${expires_at}, in ${days} days. Make the next one now.`,
      });
    else checks.push({ level: 'fail', what: `The token expired on ${expires_at}. Make a new one.` });
  }
  return checks;
}

type Access = { access_level?: number } | null;
type Project = {
  archived?: boolean;
  issues_access_level?: string;
  permissions?: { project_access?: Access; group_access?: Access };
};

function checkProject({ archived, issues_access_level, permissions }: Project): Check[] {
  if (archived) return [{ level: 'fail', what: 'The project is archived: no issue can be made in it.' }];
  if (issues_access_level === 'disabled')
    return [{ level: 'fail', what: 'Issues are switched off in the project. Switch them on in its settings.' }];
  const access = Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0);
  if (access < LEAST_ACCESS)
    return [
      {
        level: 'fail',
        what: 'The token has no role in the project, or one that may not label issues. Give it the role Reporter.',
      },
    ];
  return [{ level: 'ok', what: 'The project takes issues, and the token may make and label them.' }];
}

function checkLabels({ status, body }: Answer): Check {
  if (status !== 200) return { level: 'warn', what: `The labels of the project could not be read (${status}).` };
  const isThere = Array.isArray(body) && body.length > 0;
  return { level: 'ok', what: isThere ? 'Its labels are there.' : 'Its labels are made with the first ticket.' };
}
