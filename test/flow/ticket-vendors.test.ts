/** The whole story of a ticket in each tracker that is not GitLab: made once, read back, ticked off, written anew, come again. */
import { afterEach, describe, expect, it } from 'vitest';
import { readTickets } from '../../shared/flow/ticket-news.ts';
import { makeTicket } from '../../shared/flow/tickets.ts';
import { parseIncidentId } from '../../shared/incident/incident.ts';
import { problemOf } from '../../shared/store/problems.ts';
import { after as later } from '../../shared/time/time.ts';
import { openAzureDevops } from '../../shared/tracker/azure-devops/azure-devops.ts';
import { openGitHub } from '../../shared/tracker/github/github.ts';
import { openJira } from '../../shared/tracker/jira/jira.ts';
import { openServiceNow } from '../../shared/tracker/servicenow/servicenow.ts';
import type { OpenTracker, Tracker } from '../../shared/tracker/tracker.ts';
import { AZURE_TOKEN, LocalAzureDevops } from '../tracker/servers/azure-devops.ts';
import { GITHUB_TOKEN, LocalGitHub } from '../tracker/servers/github.ts';
import { JIRA_TOKEN, LocalJira } from '../tracker/servers/jira.ts';
import type { Asked, LocalTracker } from '../tracker/servers/listen.ts';
import { LocalServiceNow, SERVICENOW_TOKEN } from '../tracker/servers/servicenow.ts';
import { openTicketWorld, type TicketWorld } from './ticket-world.ts';

const CAUSE = 'runbook:api/down|api|production';

type Vendor = {
  server: LocalTracker;
  open: OpenTracker;
  project: string;
  token: string;
  makes: (asked: Asked) => boolean;
  close: (key: string) => void;
  count: () => number;
  reopens: boolean;
};
const VENDORS: Record<string, () => Vendor> = {
  GitHub: () => {
    const server = new LocalGitHub();
    const close = (key: string) => Object.assign(server.issues.get(Number(key))!, { state: 'closed' });
    const makes = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/issues');
    const count = () => server.issues.size;
    return {
      server,
      open: openGitHub,
      project: 'sre/problems',
      token: GITHUB_TOKEN,
      makes,
      close,
      count,
      reopens: true,
    };
  },
  Jira: () => {
    const server = new LocalJira();
    server.lagSeconds = 200;
    const makes = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/issue');
    const close = (key: string) => server.close(key);
    const count = () => server.issues.length;
    return { server, open: openJira, project: 'SRE', token: JIRA_TOKEN, makes, close, count, reopens: true };
  },
  'Azure DevOps': () => {
    const server = new LocalAzureDevops();
    const makes = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/$Issue');
    const close = (key: string) => server.close(key);
    const count = () => server.items.length;
    return {
      server,
      open: openAzureDevops,
      project: 'Payments',
      token: AZURE_TOKEN,
      makes,
      close,
      count,
      reopens: true,
    };
  },
  ServiceNow: () => {
    const server = new LocalServiceNow();
    const makes = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/problem');
    const close = (key: string) => server.close(key);
    const count = () => server.problems.length;
    return { server, open: openServiceNow, project: '', token: SERVICENOW_TOKEN, makes, close, count, reopens: false };
  },
};

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A world whose tickets are made in this tracker. */
async function begin(vendor: Vendor) {
  const world = await openTicketWorld();
  const server = await vendor.server.start();
  if (server instanceof LocalJira) server.now = () => world.clock.now;
  ends.push(world.close, () => server.stop());
  const tracker = vendor.open({ url: server.url, project: vendor.project, token: vendor.token });
  let tries = 0;
  const deliver = async () => {
    for (const body of world.queued.tickets.splice(0))
      await makeTicket(world.world, async () => tracker, JSON.parse(body), `try-${++tries}`);
  };
  return { world, tracker, deliver };
}

const bodyOf = async (world: TicketWorld, tracker: Tracker, incident: string) => {
  const { ticket } = (await problemOf(world.world.table, parseIncidentId(incident)!.group))!;
  return { key: ticket!.key, read: (await tracker.read(ticket!.key))! };
};

describe.each(Object.entries(VENDORS))('%s', (_name, start) => {
  it('has one ticket where the answer to its making was lost', async () => {
    const vendor = start();
    const { world, tracker, deliver } = await begin(vendor);
    vendor.server.faults.push({ on: vendor.makes, lose: true });
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await deliver();
    expect((await world.incident(incident.id)).ticket).toMatchObject({ tries: 1 });
    for (let n = 0; n < 3; n++) {
      const due = (await world.incident(incident.id)).ticket?.due;
      if (due === undefined) break;
      world.clock.now = later(due, 1);
      world.queued.tickets.push(JSON.stringify({ incident: incident.id, ticket: incident.ticket!.id }));
      await deliver();
    }
    expect(vendor.count()).toBe(1);
    expect((await world.incident(incident.id)).problem?.name).toBe(
      (await bodyOf(world, tracker, incident.id)).read.name,
    );
  });

  it('has its follow-ups ticked off there, and the problem knows', async () => {
    const vendor = start();
    const { world, tracker, deliver } = await begin(vendor);
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await deliver();
    const { key, read } = await bodyOf(world, tracker, incident.id);
    expect(read.boxes[0]).toMatchObject({ text: expect.stringContaining('<!-- pageturner:f1 -->'), isDone: false });
    await tracker.rewrite(key, read.body.replace('- [ ] Answer', '- [x] Answer'));
    vendor.close(key);
    expect(await readTickets(world.world, async () => tracker)).toEqual({ read: 1, failed: 0 });
    const problem = await problemOf(world.world.table, parseIncidentId(incident.id)!.group);
    expect(problem).toMatchObject({ state: 'closed' });
    expect(problem?.followUps[0]).toMatchObject({ text: 'Answer the five whys', state: 'done' });
    expect(problem?.followUps).toHaveLength(problem!.followUps.filter(({ id }) => /^f[0-9]+$/.test(id)).length);
  });

  it('has the facts written anew where the incident goes on, and what people wrote stays', async () => {
    const vendor = start();
    const { world, tracker, deliver } = await begin(vendor);
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await deliver();
    const before = await bodyOf(world, tracker, incident.id);
    await tracker.rewrite(before.key, before.read.body.replace('## Impact\n', '## Impact\n\nPayments failed.\n'));
    await world.happens(CAUSE, { severity: 'critical', lasts: 60 });
    await deliver();
    const { read } = await bodyOf(world, tracker, incident.id);
    expect(vendor.count()).toBe(1);
    expect(read.body).toContain('Payments failed.');
    expect(read.body).toContain('Triggered again');
    expect(read.boxes).toEqual(before.read.boxes);
  });

  it('opens its ticket again when the cause comes back, or gets another', async () => {
    const vendor = start();
    const { world, tracker, deliver } = await begin(vendor);
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await deliver();
    const { key } = await bodyOf(world, tracker, incident.id);
    vendor.close(key);
    world.days(12);
    await world.happens(CAUSE, { severity: 'critical', lasts: 60 });
    await deliver();
    expect(vendor.count()).toBe(vendor.reopens ? 1 : 2);
    const again = await bodyOf(world, tracker, incident.id);
    expect(again.read.state).toBe('open');
    expect(again.key === key).toBe(vendor.reopens);
  });
});
