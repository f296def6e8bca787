/** A small world for stories about incidents: six people, two rotas, three policies; time is handed in. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Context } from '../../shared/incident/escalation.ts';
import { after, incidentId } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';

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
