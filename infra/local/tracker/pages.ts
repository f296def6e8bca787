/**
 * The pages of the small GitLab of this machine: the tickets, each with its text and notes, and buttons for what a team does with
 * one: close, reopen, tick a follow-up. Each tells Pageturner by a webhook, as GitLab would.
 */
import { type Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import MarkdownIt from 'markdown-it';
import { PHONE_STYLE } from '../phone-page.ts';
import { type Gitlab, type GitlabOptions, type Issue, issueHook, type Project } from './gitlab.ts';

/** As GitLab: HTML in a description is not obeyed here, and its comments are not shown. */
const markdown = new MarkdownIt({ html: false, linkify: false });

/** `tell`: brings a notice to Pageturner. */
export function trackerPages(gitlab: Gitlab, options: GitlabOptions, tell: (notice: object) => void): Hono {
  const app = new Hono();
  const base = () => new URL(options.baseUrl()).pathname;
  const found = (c: Context) => {
    const project = gitlab.state.projects.find(({ path }) => path === `${c.req.param('group')}/${c.req.param('name')}`);
    const issue = project?.issues.find(({ iid }) => String(iid) === c.req.param('iid'));
    return project && issue && { project, issue };
  };
  app.get('/', (c) => c.html(listPage(gitlab.state.projects, base())));
  app.get('/:group/:name/-/issues/:iid', (c) => {
    const one = found(c);
    return one ? c.html(issuePage(one.project, one.issue, base())) : c.notFound();
  });
  app.post('/:group/:name/-/issues/:iid', async (c) => {
    const one = found(c);
    if (!one) return c.notFound();
    const { project, issue } = one;
    const form = await c.req.parseBody();
    const action = String(form['action']);
    if (action === 'close') gitlab.close(project, issue);
    else if (action === 'reopen') gitlab.reopen(project, issue);
    else tick(issue, Number(form['box']));
    options.onChange?.();
    tell(issueHook(options, project, issue, action === 'tick' ? 'update' : action));
    return c.redirect(`${base()}/${project.path}/-/issues/${issue.iid}`, 303);
  });
  return app;
}

const BOX = /^(\s*[-*+] \[)([ x])(\] )/;

/** Ticks the n-th box of a description, or clears it. */
function tick(issue: Issue, wanted: number): void {
  let n = -1;
  issue.description = issue.description
    .split('\n')
    .map((line) => {
      if (!BOX.test(line) || ++n !== wanted) return line;
      return line.replace(
        BOX,
        (_all, before: string, mark: string, after: string) => `${before}${mark === ' ' ? 'x' : ' '}${after}`,
      );
    })
    .join('\n');
}

function boxesOf(issue: Issue): { text: string; isDone: boolean }[] {
  return issue.description
    .split('\n')
    .filter((line) => BOX.test(line))
    .map((line) => ({ text: withoutComments(line.replace(BOX, '')).trim(), isDone: /\[x\]/.test(line) }));
}

function withoutComments(text: string): string {
  return text.replace(/<!--[^\n]{0,200}?-->/g, '');
}

function shown(text: string) {
  const rendered = markdown.render(withoutComments(text));
  return raw(rendered.replaceAll('<li>[ ] ', '<li>☐ ').replaceAll('<li>[x] ', '<li>☑ '));
}

const STYLE = `main{max-width:60rem;margin:0 auto;padding:1rem}table{border-collapse:collapse}td,th{border:1px solid;padding:.2rem .5rem;text-align:left}
.label{border:1px solid;border-radius:1rem;padding:0 .5rem;margin-right:.3rem}article{border-top:1px solid;margin-top:1rem}`;

function layout(title: string, body: ReturnType<typeof html>) {
  return html`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(PHONE_STYLE)}${raw(STYLE)}</style></head><body><main>${body}</main></body></html>`;
}

function listPage(projects: Project[], base: string) {
  const rows = projects.flatMap((project) =>
    [...project.issues]
      .reverse()
      .map(
        (issue) =>
          html`<tr><td><a href="${base}/${project.path}/-/issues/${issue.iid}">${project.path}#${issue.iid}</a></td><td>${issue.title}</td><td>${issue.state === 'opened' ? 'open' : 'closed'}</td><td>${issue.notes.length}</td></tr>`,
      ),
  );
  return layout(
    'Tickets',
    html`<h1>Tickets</h1>${rows.length === 0 ? html`<p>There is no problem ticket yet. One is made when an incident ends that a rule of the catalogue names, or when somebody presses “Open a problem ticket”.</p>` : html`<table><thead><tr><th>Ticket</th><th>Title</th><th>State</th><th>Notes</th></tr></thead><tbody>${rows}</tbody></table>`}`,
  );
}

function issuePage(project: Project, issue: Issue, base: string) {
  const address = `${base}/${project.path}/-/issues/${issue.iid}`;
  const isOpen = issue.state === 'opened';
  const boxes = boxesOf(issue).map(
    ({ text, isDone }, n) =>
      html`<form method="post" action="${address}"><input type="hidden" name="box" value="${n}"><button name="action" value="tick">${isDone ? 'Clear' : 'Tick'}: ${text}</button></form>`,
  );
  const notes = issue.notes.map(({ body, created_at }) => html`<article><p>${created_at}</p>${shown(body)}</article>`);
  return layout(
    `#${issue.iid} ${issue.title}`,
    html`<p><a href="${base}">All tickets</a></p><h1>${issue.title}</h1>
<p>#${issue.iid} in ${project.path}: <strong>${isOpen ? 'open' : 'closed'}</strong>${issue.confidential ? ', confidential' : ''}${issue.due_date === null ? '' : `, due ${issue.due_date}`}</p>
<p>${issue.labels.map((label) => html`<span class="label">${label}</span>`)}</p>
<form method="post" action="${address}"><button name="action" value="${isOpen ? 'close' : 'reopen'}">${isOpen ? 'Close' : 'Reopen'}</button></form>
${shown(issue.description)}${boxes.length === 0 ? '' : html`<h2>Tick a follow-up</h2>${boxes}`}<h2>Notes</h2>${notes.length === 0 ? html`<p>There is no note.</p>` : notes}`,
  );
}
