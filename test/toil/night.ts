/** Incidents for tests of toil: one is opened at an instant, what happens to it is said in seconds after that. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Event } from '../../shared/incident/event.ts';
import { type Incident, incidentId } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { VerdictName } from '../../shared/incident/verdict.ts';
import { after } from '../../shared/time/time.ts';
import { notice, catalogue as small } from '../incident/world.ts';

const layer = (people: string[]) => ({ people, starts: '2026-01-05T09:00', every: '1w' });

/** The people and policies of stories about incidents, with the two rotas that the policy names. */
export const catalogue: Catalogue = {
  ...small,
  services: {
    'payments-api': { name: 'payments-api' } as Catalogue['services'][string],
    trial: { name: 'trial', shadow: true } as Catalogue['services'][string],
  },
  rotas: {
    primary: {
      name: 'primary',
      time_zone: 'Europe/London',
      holidays: 'england-and-wales',
      layers: [layer(['amira'])],
    },
    secondary: { name: 'secondary', time_zone: 'Europe/London', layers: [layer(['ben'])] },
  },
};

export type Night = {
  opened: string;
  /** Tells incidents of one time apart; the group of the incident. */
  group?: string;
  title?: string;
  service?: string;
  severity?: Notice['severity'];
  runbook?: string | null;
  /** Seconds after it opened; nobody does it where it is absent. */
  acknowledged?: number;
  resolvedBy?: number;
  ends?: number;
  verdict?: VerdictName;
  wrong?: number;
};

/** What becomes of an incident; every page is sent as soon as it is due. */
export function incidentOf(night: Night): Incident {
  const { opened, acknowledged, resolvedBy, ends, verdict, wrong } = night;
  const by = { by: 'amira', via: 'link' };
  const events: [number, Event][] = [
    [0, { type: 'notices', notices: [noticeOf(night, 'firing', opened)] }],
    ...(acknowledged === undefined ? [] : [[acknowledged, { type: 'acknowledge', ...by }] as [number, Event]]),
    ...(wrong === undefined ? [] : [[wrong, { type: 'wrong-runbook', ...by }] as [number, Event]]),
    ...(resolvedBy === undefined ? [] : [[resolvedBy, { type: 'resolve', ...by }] as [number, Event]]),
    ...(ends === undefined
      ? []
      : [[ends, { type: 'notices', notices: [noticeOf(night, 'resolved', after(opened, ends))] }] as [number, Event]]),
    ...(verdict === undefined ? [] : [[86_400, { type: 'judge', verdict, ...by }] as [number, Event]]),
  ];
  let incident: Incident | undefined;
  for (const [seconds, event] of events) {
    if (incident !== undefined) incident = untilThen(incident, after(opened, seconds));
    incident = decide(incident, event, contextAt(after(opened, seconds)));
  }
  // Those of one group and of other days are others of one cause.
  const sequence = Math.floor(Date.parse(opened) / 86_400_000);
  return { ...incident!, sequence, id: incidentId(incident!.group, sequence) };
}

function noticeOf(night: Night, status: 'firing' | 'resolved', at: string): Notice {
  const { group = 'one', title = 'Queue is long', service = 'payments-api', severity = 'critical' } = night;
  const made = notice(group, status, 0, { group, severity, service });
  const runbook = night.runbook === undefined ? 'payments/5xx' : night.runbook;
  return {
    ...made,
    alert: { ...made.alert, id: `${group}/${at}`, title, at },
    runbook: { runbook, by: runbook === null ? 'none' : 'pattern', candidates: [] },
  };
}

function contextAt(now: string) {
  const onCall: Record<string, string> = { primary: 'amira', secondary: 'ben' };
  return { now, catalogue, onCall: (rota: string) => onCall[rota] };
}

/** All that is due until then happens when it is due: steps fire, pages go out. */
function untilThen(incident: Incident, then: string): Incident {
  let now = incident;
  for (let turns = 0; turns < 500; turns++) {
    const page = now.pages.find(({ state, due }) => state === 'owed' && due < then);
    const timer = now.timers.toSorted((a, b) => (a.due < b.due ? -1 : 1)).find(({ due }) => due < then);
    if (page !== undefined && (timer === undefined || page.due <= timer.due))
      now = decide(now, { type: 'sent', page: page.id }, contextAt(page.due))!;
    else if (timer !== undefined) now = decide(now, { type: 'timer', id: timer.id }, contextAt(timer.due))!;
    else return now;
  }
  throw new Error('It never ends.');
}
