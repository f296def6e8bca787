/**
 * How long does lint take to walk what every severity of 500 services comes to in 90 days, through 50 policies and 50 rotas
 * of 12-hour turns? Beside asking the same courses once for every hour.
 */

import { checkReadiness, courseOf } from '../../cli/lint/readiness.ts';
import type { Catalogue, Person, Policy, Service } from '../../shared/catalogue/catalogue.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import { DAY, HOUR, zoneNamed } from '../../shared/rota/zone.ts';

export const title = 'Readiness of 500 services over 90 days, beside asking hour by hour';

const COUNT = 50;
const FROM = Date.parse('2026-11-24T10:00:00Z');
const URGENCY = { critical: 'high', error: 'high', warning: 'low', info: 'none' } as const;

function record<T>(count: number, make: (n: number) => [string, T]): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => make(n)));
}

function catalogue(): Catalogue {
  const person = (n: number): [string, Person] => [
    `p${n}`,
    {
      id: `p${n}`,
      name: `p${n}`,
      contact: n % 10 === 0 ? { slack: 'U1' } : { phone: '+447700900001' },
      rules: { high: [{ channel: 'sms', afterSeconds: 0 }], low: [{ channel: 'slack', afterSeconds: 0 }] },
    },
  ];
  const rota = (n: number): [string, Rota] => {
    const people = [0, 1, 2, 3].map((more) => `p${n + more}`);
    const layers = [{ people, starts: '2006-01-02T09:00', every: '12 hours' }];
    return [`r${n}`, { name: `r${n}`, time_zone: 'Europe/London', layers }];
  };
  const policy = (n: number): [string, Policy] => {
    const step = (after: number, name: string) => ({ afterSeconds: after, notify: [{ kind: 'rota' as const, name }] });
    return [`q${n}`, { name: `q${n}`, repeat: 1, steps: [step(0, `r${n}`), step(300, `r${(n + 1) % COUNT}`)] }];
  };
  const service = (n: number): [string, Service] => [
    `s${n}`,
    { name: `s${n}`, aliases: [], dependsOn: [], policy: `q${n % COUNT}`, urgency: URGENCY },
  ];
  return {
    format: 1,
    digest: '',
    defaults: {
      policy: 'q0',
      severity: 'error',
      urgency: URGENCY,
      timeZone: 'Europe/London',
      runbookHosts: [],
      environments: {},
    },
    people: record(COUNT + 3, person),
    services: record(10 * COUNT, service),
    rotas: record(COUNT, rota),
    policies: record(COUNT, policy),
    runbooks: {},
  };
}

export async function run(): Promise<
  { name: string; value: number; unit: string; rival?: { name: string; value: number }; ratio?: number }[]
> {
  const made = catalogue();
  const rotas = new Map(Object.entries(made.rotas).map(([name, rota]) => [name, compileRota(rota)]));
  const zone = zoneNamed('Europe/London')!;
  const horizon = { from: FROM, to: FROM + 90 * DAY };
  const walk = () => checkReadiness(made, rotas, horizon, zone, () => ({ file: 'policies/x.yaml' }));
  walk();
  const began = performance.now();
  walk();
  const intervals = performance.now() - began;
  const beganHours = performance.now();
  for (const service of Object.values(made.services))
    for (let at = horizon.from; at < horizon.to; at += 24 * HOUR)
      courseOf({
        catalogue: made,
        policy: made.policies[service.policy!]!,
        urgency: 'high',
        at: new Date(at).toISOString(),
        onCall: (name) => onCallAt(rotas.get(name)!, at).person,
      });
  // One hour a day was asked, of one urgency: all would be 24 times that, twice.
  const hours = (performance.now() - beganHours) * 24 * 2;
  const rival = { name: 'hour by hour (reckoned from one hour a day)', value: Math.round(hours) };
  const ratio = Math.round((hours / intervals) * 10) / 10;
  return [{ name: 'stretch by stretch', value: Math.round(intervals), unit: 'ms', rival, ratio }];
}

if (import.meta.main) console.table(await run());
