/**
 * The question: how long does `pageturner toil` take over 90 days with 100,000 alerts and 5,000 incidents, with as many in the
 * 90 days before? Over the local table, in this process; beside what is worked out once everything is read.
 */
import { incidentsBetween } from '../../shared/store/history.ts';
import { commitIncident } from '../../shared/store/incidents.ts';
import { type Asked, beforeOf, toilOf } from '../../shared/toil/toil.ts';
import { engines } from '../store/engines.ts';
import { catalogue, incidentOf } from '../toil/night.ts';

const INCIDENTS = 5000;
const SIGNALS = 20;
const DAYS = 90;
const DAY = 86_400_000;
const END = Date.parse('2026-11-25T00:00:00.000Z');

export const title = 'Toil of 90 days';

export async function run() {
  const { table, stop } = await engines()[0]!.open();
  try {
    for (let n = 0; n < 2 * INCIDENTS; n += 50)
      await Promise.all([...Array(50)].map((_, i) => commitIncident(table, { ...anIncident(n + i), version: 0 })));
    const asked: Asked = { from: at(END - DAYS * DAY), to: at(END), by: 'service', now: at(END) };
    const began = performance.now();
    const { incidents } = await incidentsBetween(table, beforeOf(asked), asked.to);
    const read = performance.now();
    const toil = toilOf(incidents, catalogue, asked);
    const worked = performance.now();
    if (toil.all.incidents !== INCIDENTS || toil.all.signals !== INCIDENTS * SIGNALS)
      throw new Error(`It counts ${toil.all.incidents} incidents with ${toil.all.signals} alerts.`);
    const seconds = (milliseconds: number) => Number((milliseconds / 1000).toFixed(2));
    return [
      {
        name: '5,000 incidents with 100,000 alerts, and as many before',
        value: seconds(worked - began),
        unit: 's',
        rival: { name: 'worked out, once read', value: seconds(worked - read) },
        aim: '5 s',
      },
    ];
  } finally {
    await stop();
  }
}

/** One of forty causes, of which some wake people, some end by themselves and some are judged. */
function anIncident(n: number) {
  const cause = n % 40;
  const incident = incidentOf({
    opened: at(END - 1 - Math.floor((n * 2 * DAYS * DAY) / (2 * INCIDENTS))),
    group: `cause ${cause} ${n}`,
    title: `Alarm ${cause}`,
    service: `service-${cause % 12}`,
    runbook: cause % 5 === 0 ? null : `runbook-${cause}`,
    ...(cause % 3 === 0 ? { ends: 120 + cause } : { acknowledged: 100 + cause, resolvedBy: 900 + cause * 40 }),
    ...(cause % 7 === 0 ? { verdict: 'noise' as const } : {}),
  });
  const [key, known] = Object.entries(incident.alerts)[0]!;
  const alerts = Object.fromEntries([...Array(SIGNALS)].map((_, i) => [i === 0 ? key : `${key}-${i}`, known]));
  return { ...incident, alerts };
}

const at = (instant: number) => new Date(instant).toISOString();

if (import.meta.main) console.log(await run());
