/** Causes that come again and again over months, with a small GitLab that their tickets are made in. */
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { type Gitlab, type Issue, startGitlab } from '../../infra/local/tracker/gitlab.ts';
import { change } from '../../shared/flow/change.ts';
import { makeTicket } from '../../shared/flow/tickets.ts';
import { groupDigest, type Incident } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { TicketLook } from '../../shared/queue/queue.ts';
import { type Loaded, load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { incidentById } from '../../shared/store/incidents.ts';
import { after } from '../../shared/time/time.ts';
import { openGitlab } from '../../shared/tracker/gitlab/gitlab.ts';
import type { OpenProject } from '../../shared/tracker/tracker.ts';
import { small } from '../cli/catalogue/small.ts';
import { notice } from '../incident/world.ts';
import { listen } from '../tracker/server.ts';
import { openStillWorld, type StillWorld } from '../world.ts';

const TOKEN = 'glpat-good-aaaaaaaaaaaa';
export const PROJECT = 'sre/problems';
export const DEFAULTS = `policy: all
time_zone: Europe/London
trackers: { gitlab: { kind: gitlab, url: "https://gitlab.example.gov.uk", project: ${PROJECT}, token: ssm:/pageturner/trackers/gitlab } }
problems: { tracker: gitlab, open: [{ repeats: 3, within: 30d }, { severity: critical }, { night: true, lasted: 30m }] }
`;

export function catalogueWith(changes: Record<string, string> = {}): Loaded {
  const files = { ...small, 'catalogue.yaml': DEFAULTS, ...changes };
  const { catalogue, findings } = compileCatalogue(Object.entries(files).map(([path, text]) => ({ path, text })));
  if (!catalogue) throw new Error(JSON.stringify(findings));
  return load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));
}

export type TicketWorld = StillWorld & {
  gitlab: Gitlab;
  open: OpenProject;
  issues: () => Issue[];
  /** A cause fires, its pages are sent, and so long after it is over; its tickets are not made yet. */
  happens: (
    cause: string,
    about?: { severity?: string; lasts?: number; service?: string; how?: 'shadow' },
  ) => Promise<Incident>;
  /** Lets days pass. */
  days: (count: number) => void;
  /** Handles what is on the tickets queue; messages that throw stay. Out: how many did. */
  deliver: () => Promise<number>;
  incident: (id: string) => Promise<Incident>;
  close: () => void;
};

export async function openTicketWorld(
  loaded: Loaded = catalogueWith(),
  at = '2026-09-01T10:00:00.000Z',
): Promise<TicketWorld> {
  const still = openStillWorld({ loaded, at });
  const { world, clock, queued } = still;
  let url = '';
  const gitlab = startGitlab({ baseUrl: () => url, now: () => clock.now });
  gitlab.tokens[TOKEN] = { access: 20, scopes: ['api'], expires: null };
  gitlab.project(PROJECT);
  const listening = await listen(gitlab.app);
  url = listening.url;
  const open: OpenProject = async ({ project }) => openGitlab({ url, project, token: TOKEN });
  let tries = 0;
  const tell = (id: string, event: never) => change(world, loaded, { id }, event);
  return {
    ...still,
    gitlab,
    open,
    issues: () => gitlab.state.projects.flatMap(({ issues }) => issues),
    happens: async (cause, { severity = 'error', lasts = 600, service = 'api', how } = {}) => {
      const at = (status: 'firing' | 'resolved'): Notice => {
        const more = { group: cause, severity: severity as Notice['severity'], service, policy: 'all' };
        const made = notice(cause, status, 0, more);
        const id = `${cause}-${clock.now}-${status}`;
        return { ...made, alert: { ...made.alert, id, at: clock.now, title: `${cause} is wrong` } };
      };
      const which = { group: groupDigest(cause) };
      const { incident } = (await change(world, loaded, which, { type: 'notices', notices: [at('firing')] }))!;
      for (const page of incident.pages.filter(({ state, due }) => state === 'owed' && due <= clock.now))
        await tell(incident.id, { type: 'sent', page: page.id, ...(how === undefined ? {} : { how }) } as never);
      clock.now = after(clock.now, lasts);
      await change(world, loaded, which, { type: 'notices', notices: [at('resolved')] });
      return (await incidentById(world.table, incident.id))!;
    },
    days: (count) => {
      clock.now = after(clock.now, count * 86_400);
    },
    deliver: async () => {
      let thrown = 0;
      for (const body of queued.tickets.splice(0)) {
        const look = JSON.parse(body) as TicketLook;
        await makeTicket(world, open, look, `try-${++tries}`).catch(() => {
          thrown++;
          queued.tickets.push(body);
        });
      }
      return thrown;
    },
    incident: async (id) => (await incidentById(world.table, id))!,
    close: listening.close,
  };
}
