/**
 * The tracker of this machine, beside the phone: a small GitLab in which problem tickets are made and can be seen.
 *
 * Promises: a ticket is on disk before the answer is given. Every tracker of the catalogue is this one here.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Hono } from 'hono';
import { type Gitlab, type GitlabOptions, type GitlabState, startGitlab } from './gitlab.ts';
import { trackerPages } from './pages.ts';

export type LocalTracker = { app: Hono; gitlab: Gitlab };

/** `file`: where its state is kept. `ports`: of the phone, which it is beside, and of Pageturner, which its webhooks call. */
export function startTracker(file: string, ports: { phone: number; web: number }): LocalTracker {
  const state: GitlabState = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as GitlabState)
    : { projects: [], nextId: 1 };
  const options: GitlabOptions = {
    baseUrl: () => `http://127.0.0.1:${ports.phone}/tracker`,
    now: () => new Date().toISOString(),
    state,
    makesProjects: true,
    onChange: () => writeFileSync(file, JSON.stringify(state)),
  };
  const gitlab = startGitlab(options);
  gitlab.tokens['local'] = { access: 40, scopes: ['api'], expires: null };
  const app = new Hono();
  app.route('/', gitlab.app);
  app.route(
    '/',
    // Pageturner may be down: the daily look finds what it missed.
    trackerPages(gitlab, options, (notice) => void tell(notice, ports.web).catch(() => {})),
  );
  return { app, gitlab };
}

/** What GitLab's webhook brings to Pageturner. */
function tell(notice: object, web: number): Promise<unknown> {
  return fetch(`http://127.0.0.1:${web}/hooks/gitlab/local`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(notice),
  });
}
