/**
 * GitHub issues, of github.com, GitHub Enterprise Cloud with data residency (`ghe.com`) and GitHub Enterprise Server.
 *
 * `project` is OWNER/REPOSITORY; `token` a fine-grained or classic token, or one of an app's installation. A ticket is found by
 * listing its label: the search API lags behind. An issue has no due date and is not hidden from anybody who may read its
 * repository, so a confidential ticket is refused where the repository is public.
 * Source: GitHub "REST API endpoints for issues", "for labels", "Rate limits for the REST API", version 2022-11-28.
 */
import { boxesOf } from '../boxes.ts';
import { textWithin, titleWithin } from '../length.ts';
import { closedOf, fields, list, word } from '../reading.ts';
import { type Api, call, checked, listed, made } from '../request.ts';
import { type Check, type Connection, type Draft, type Ticket, type Tracker, TrackerFailure } from '../tracker.ts';

const TITLE_MOST = 256;
const BODY_MOST = 65_536;
const LABEL_MOST = 50;
/** Notes that are looked through for a mark: the first thousand. */
const NOTE_PAGES = 10;
/** GitHub does not promise that a list has what was made a moment ago. */
const FINDS_AFTER_SECONDS = 10;
const EXPIRES_SOON_DAYS = 21;

type GitHub = { api: Api; repository: string };

export function openGitHub({ url, project, token }: Connection): Tracker {
  const api: Api = {
    vendor: 'GitHub',
    base: apiOf(url),
    headers: () => ({
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'pageturner',
    }),
    reasonOf,
  };
  const github: GitHub = {
    api,
    repository: `/repos/${project.split('/').map(encodeURIComponent).join('/')}`,
  };
  return {
    findsAfterSeconds: FINDS_AFTER_SECONDS,
    find: (mark) => find(github, mark),
    create: (draft) => create(github, draft),
    read: (key) => read(github, key),
    rewrite: async (key, body) => {
      await call(api, 'PATCH', issue(github, key), { body: { body: textWithin(body, BODY_MOST) } });
    },
    note: (key, text, mark) => note(github, key, text, mark),
    reopen: async (key) => {
      const body = { state: 'open', state_reason: 'reopened' };
      const { status } = await call(api, 'PATCH', issue(github, key), { body, takes: [404, 410, 422] });
      return status === 200;
    },
    // GitHub relates issues that mention each other.
    link: (key, other) => note(github, key, `Related: #${Number(other)}`, `pageturner-link-${Number(other)}`),
    check: (now) => checked(() => check(github, now)),
  };
}

/** Where the API is. [GitHub "Getting started with the REST API"; "Network details for ghe.com"] */
function apiOf(url: string): string {
  const { hostname, origin } = new URL(url);
  if (hostname === 'github.com' || hostname === 'api.github.com') return 'https://api.github.com';
  if (hostname.endsWith('.ghe.com')) return `https://${hostname.startsWith('api.') ? '' : 'api.'}${hostname}`;
  return `${origin}/api/v3`;
}

const issue = ({ repository }: GitHub, key: string) => `${repository}/issues/${encodeURIComponent(key)}`;

async function find(github: GitHub, mark: string): Promise<Ticket | undefined> {
  const query = new URLSearchParams({ labels: mark, state: 'all', sort: 'created', direction: 'desc', per_page: '10' });
  const { body } = await call(github.api, 'GET', `${github.repository}/issues?${query}`);
  const found = listed(github.api, body).find(
    (one) => fields(one)['pull_request'] === undefined && labelsOf(one).includes(mark),
  );
  return found === undefined ? undefined : ticketOf(found);
}

async function create(github: GitHub, draft: Draft): Promise<Ticket> {
  if (draft.confidential && !(await isPrivate(github)))
    throw new TrackerFailure(
      'GitHub would show it to everybody: use a private repository, or write confidential: false',
      false,
    );
  await makeLabel(github, draft.mark);
  const { body } = await call(github.api, 'POST', `${github.repository}/issues`, {
    body: {
      title: titleWithin(draft.title, TITLE_MOST),
      body: textWithin(draft.body, BODY_MOST),
      labels: [...new Set([draft.mark, ...draft.labels.map((label) => label.slice(0, LABEL_MOST))])],
    },
  });
  // Labels of somebody who may not push are dropped in silence, and without the mark it would never be found again.
  if (!labelsOf(body).includes(draft.mark))
    throw new TrackerFailure(
      'GitHub made the ticket and dropped its label: give the token the right to write issues',
      false,
    );
  return made(github.api, ticketOf(body));
}

/** The mark is there before the ticket: where we may not make it, nothing is made. 422: it is there already. */
async function makeLabel({ api, repository }: GitHub, name: string): Promise<void> {
  const body = { name, color: 'd4c5f9', description: 'A cause that Pageturner follows' };
  await call(api, 'POST', `${repository}/labels`, { body, takes: [422] });
}

/** Asked each time: a repository may be opened to everybody at any moment. */
async function isPrivate(github: GitHub): Promise<boolean> {
  return fields((await call(github.api, 'GET', github.repository)).body)['private'] === true;
}

/** 301: it was moved to another repository, where we may not follow. 410: deleted. */
async function read(github: GitHub, key: string) {
  const { status, body } = await call(github.api, 'GET', issue(github, key), { takes: [301, 404, 410] });
  if (status !== 200) {
    // Gone is the ticket only where its repository can be seen.
    await call(github.api, 'GET', github.repository);
    return undefined;
  }
  const text = word(fields(body)['body']).replaceAll('\r\n', '\n');
  return { ...ticketOf(body), body: text, boxes: boxesOf(text) };
}

/** The mark is a comment in the note's Markdown, which nobody sees. */
async function note(github: GitHub, key: string, text: string, mark: string): Promise<void> {
  const comment = `<!-- ${mark} -->`;
  for (let page = 1; page <= NOTE_PAGES; page++) {
    const { body } = await call(github.api, 'GET', `${issue(github, key)}/comments?per_page=100&page=${page}`);
    const notes = list(body);
    if (notes.some((one) => word(fields(one)['body']).includes(comment))) return;
    if (notes.length < 100) break;
  }
  const body = { body: `${textWithin(text, BODY_MOST - comment.length - 2)}\n\n${comment}` };
  await call(github.api, 'POST', `${issue(github, key)}/comments`, { body });
}

export function ticketOf(body: unknown): Ticket & { labels: string[] } {
  const said = fields(body);
  const isClosed = said['state'] === 'closed';
  return {
    key: word(said['number']),
    name: `#${word(said['number'])}`,
    url: word(said['html_url']),
    state: isClosed ? 'closed' : 'open',
    labels: labelsOf(body),
    ...closedOf(said['closed_at'], isClosed),
  };
}

function labelsOf(body: unknown): string[] {
  return list(fields(body)['labels']).map((label) => (typeof label === 'string' ? label : word(fields(label)['name'])));
}

/** `errors[].field` and `.code` are GitHub's own words. [GitHub "Troubleshooting the REST API", validation failed] */
function reasonOf(body: unknown): string | undefined {
  const errors = list(fields(body)['errors']).map(
    (error) => `${word(fields(error)['field'])} ${word(fields(error)['code'])}`,
  );
  return errors.length === 0
    ? undefined
    : errors
        .join(', ')
        .replace(/[^a-z_, ]/gi, '')
        .slice(0, 200);
}

async function check(github: GitHub, now: string): Promise<Check[]> {
  const { api, repository } = github;
  const { status, headers, body } = await call(api, 'GET', repository, { takes: [404] });
  if (status === 404)
    return [
      {
        level: 'fail',
        what: 'There is no such repository, or the token may not see it: give it access to the repository.',
      },
    ];
  const said = fields(body);
  const checks: Check[] = [expiry(headers.get('github-authentication-token-expiration'), now)];
  if (said['archived'] === true)
    checks.push({ level: 'fail', what: 'The repository is archived: nothing can be written there.' });
  if (said['has_issues'] === false)
    checks.push({ level: 'fail', what: 'The repository has no issues: switch them on in its settings.' });
  if (said['private'] !== true)
    checks.push({ level: 'warn', what: 'Everybody can read the repository: confidential tickets are refused.' });
  // Without a name nothing is made; 422 says that only the name is missing.
  const probe = await call(api, 'POST', `${repository}/labels`, { body: {}, takes: [403, 404, 422] });
  checks.push(
    probe.status === 422
      ? { level: 'ok', what: 'The token may make tickets and labels.' }
      : { level: 'fail', what: 'The token may not make labels: give it Issues, read and write.' },
  );
  return checks;
}

/** `2026-12-01 10:00:00 UTC`; a token of an app's installation and one without an end have no such header. */
function expiry(said: string | null, now: string): Check {
  const at = Date.parse((said ?? '').replace(' UTC', 'Z').replace(' ', 'T'));
  if (!Number.isFinite(at)) return { level: 'ok', what: 'The token works; GitHub names no day on which it ends.' };
  const days = Math.floor((at - Date.parse(now)) / 86_400_000);
  const day = new Date(at).toISOString().slice(0, 10);
  return days < EXPIRES_SOON_DAYS
    ? { level: 'warn', what: `The token ends on ${day}, in ${days} days: make a new one.` }
    : { level: 'ok', what: `The token works until ${day}.` };
}
