/** A small world for stories about incidents: six people, two rotas, three policies; time is handed in. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { decide } from '../../shared/incident/decide.ts';
import { claim as claimPage } from '../../shared/incident/delivery.ts';
import type { Context } from '../../shared/incident/escalation.ts';
import type { Event } from '../../shared/incident/event.ts';
import { type Incident, incidentId } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import { after } from '../../shared/time/time.ts';

export const T0 = '2026-11-23T03:12:04.000Z';
/** So many seconds after 03:12:04. */
export const at = (seconds: number): string => after(T0, seconds);

const high = [
  { channel: 'sms' as const, afterSeconds: 0 },
  { channel: 'voice' as const, afterSeconds: 120 },
  { channel: 'voice' as const, afterSeconds: 300 },
];
const person = (id: string, contact: Record<string, string>) => ({
  id,
  name: id,
  contact,
  rules: { high, low: [{ channel: 'slack' as const, afterSeconds: 0 }] },
});

export const catalogue: Catalogue = {
  format: 1,
  digest: 'd1',
  defaults: {
    policy: 'everybody',
    severity: 'error',
    urgency: { critical: 'high', error: 'high', warning: 'low', info: 'none' },
    timeZone: 'Europe/London',
    runbookHosts: [],
    environments: { production: ['prod'] },
  },
  people: {
    amira: person('amira', { phone: '+447700900001', email: 'amira@example.gov.uk', slack: 'U1' }),
    ben: person('ben', { phone: '+447700900002', slack: 'U2' }),
    chidi: person('chidi', { email: 'chidi@example.gov.uk' }),
    nobody: person('nobody', {}),
    head: person('head', { phone: '+447700900009' }),
  },
  services: {},
  rotas: {},
  policies: {
    payments: {
      name: 'payments',
      repeat: 1,
      ackExpiresSeconds: 7200,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'rota', name: 'primary' },
            { kind: 'slack', name: '#payments' },
          ],
        },
        { afterSeconds: 300, notify: [{ kind: 'rota', name: 'secondary' }] },
        { afterSeconds: 900, notify: [{ kind: 'person', name: 'head' }] },
      ],
    },
    lonely: { name: 'lonely', repeat: 0, steps: [{ afterSeconds: 0, notify: [{ kind: 'person', name: 'nobody' }] }] },
    everybody: {
      name: 'everybody',
      repeat: 0,
      steps: [{ afterSeconds: 0, notify: [{ kind: 'person', name: 'head' }] }],
    },
  },
  runbooks: {},
};

const rotas: Record<string, string | undefined> = { primary: 'amira', secondary: 'ben' };

export function context(now: string, onCall: Record<string, string | undefined> = {}): Context {
  return { now, catalogue, onCall: (rota) => ({ ...rotas, ...onCall })[rota] };
}

export const GROUP = 'runbook:payments/5xx|payments-api|production';
export const ID = incidentId(GROUP, 1);

/** A notice of signal `key` at so many seconds, as triage hands it over. */
export function notice(
  key: string,
  status: 'firing' | 'resolved',
  seconds: number,
  more: Partial<Omit<Notice, 'alert'>> = {},
): Notice {
  return {
    alert: {
      id: `${key}/${status}/${seconds}`,
      key,
      status,
      source: { kind: 'cloudwatch' },
      title: `alarm ${key}`,
      resources: [],
      labels: {},
      links: {},
      at: at(seconds),
      test: false,
    },
    group: GROUP,
    severity: 'critical',
    urgency: 'high',
    policy: 'payments',
    service: 'payments-api',
    environment: 'production',
    runbook: { runbook: 'payments/5xx', by: 'pattern', candidates: [] },
    holdSeconds: 0,
    suspects: [],
    ...more,
  };
}

/** Signal `key` fires at so many seconds. */
export const fires = (key: string, seconds: number, more: Partial<Omit<Notice, 'alert'>> = {}): Event => ({
  type: 'notices',
  notices: [notice(key, 'firing', seconds, more)],
});
/** Signal `key` is over at so many seconds. */
export const ends = (key: string, seconds: number): Event => ({
  type: 'notices',
  notices: [notice(key, 'resolved', seconds)],
});

/** A sender takes a page into its hands for 20 seconds. */
export type Claim = { type: 'claim'; page: string };
/** What happens in turn, each with the seconds at which it does. */
export type Happenings = [seconds: number, happening: Event | Claim][];

/** What an incident is after all that happens to it, in a world of its own where one is handed in. */
export function live(happenings: Happenings, before?: Incident, world: Partial<Context> = {}): Incident {
  let incident = before;
  for (const [seconds, happening] of happenings) {
    if (happening.type !== 'claim') {
      incident = decide(incident, happening, { ...context(at(seconds)), ...world });
      continue;
    }
    const claim = claimPage(incident, happening.page, at(seconds), 20);
    if ('refused' in claim) throw new Error(`${happening.page} is not to be had at ${seconds}: ${claim.refused}`);
    incident = claim.claimed;
  }
  return incident!;
}

/** The pages still owed, in the order they were: `alert sms amira 0`, the seconds at which they are due last. */
export const owedPages = ({ pages }: Incident): string[] =>
  pages
    .filter(({ state }) => state === 'owed')
    .map(({ kind, channel, to, due }) => `${kind} ${channel} ${to} ${secondsOf(due)}`);
/** The timers: `step 300`. */
export const timersOf = ({ timers }: Incident): string[] => timers.map(({ kind, due }) => `${kind} ${secondsOf(due)}`);
/** What the timeline says. */
export const saidOf = ({ timeline }: Incident): string[] => timeline.map(({ what }) => what);
const secondsOf = (instant: string) => (Date.parse(instant) - Date.parse(T0)) / 1000;
