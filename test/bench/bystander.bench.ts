/**
 * The question: how long does somebody wait for their first page who is not in the storm, and how long until all of the storm
 * is told or waits for a digest? Beside Alertmanager with the same storm, where its binary is present.
 */
import { findAlertmanager, measureAlertmanager } from '../load/alertmanager.ts';
import { type Load, measureLoad } from '../load/load.ts';

export const title = 'A bystander in a storm of 2,000 alerts in 12 s';

const STORM: Load = { alerts: 2000, seconds: 12, own: 0.3, digests: true, bystanders: 6 };

export async function run() {
  const ours = await measureLoad(STORM, () => {});
  const binary = findAlertmanager();
  if (binary === undefined)
    console.warn('SKIPPED: Alertmanager is not installed (Debian: prometheus-alertmanager); no rival is measured.');
  const theirs = binary === undefined ? undefined : await measureAlertmanager(binary, STORM, 4980);
  const waits = ours.bystanders.map(({ tookMilliseconds }) => tookMilliseconds ?? Number.POSITIVE_INFINITY);
  const line = (name: string, value: number, unit: string, rival: number | undefined, aim: string) => ({
    name,
    value,
    unit,
    ...(rival === undefined
      ? {}
      : { rival: { name: theirs!.version, value: rival }, ratio: Math.round((100 * value) / rival) / 100 }),
    aim,
  });
  return [
    line('a bystander’s first page, the longest', Math.max(...waits), 'ms', longest(theirs), 'at most 5,000'),
    line('the storm’s first page', ours.firstPageMilliseconds, 'ms', theirs?.firstMilliseconds, 'at most 2,000'),
    line('from alert to told or waiting, p99', ours.toPage.p99Milliseconds, 'ms', undefined, 'at most 15,000'),
    line('messages to the busiest person, beside notices', ours.mostToOne, 'messages', theirs?.notices, 'at most 3'),
    line('accepted and neither told nor waiting', ours.lost, 'alerts', undefined, '0'),
  ];
}

function longest(theirs: { bystandersMilliseconds: number[] } | undefined): number | undefined {
  return theirs === undefined ? undefined : Math.max(...theirs.bystandersMilliseconds);
}

if (import.meta.main) console.table(await run());
