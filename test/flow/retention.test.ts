/** What a night leaves in the table: all that names a person or an alert has an end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { canaryEvents } from '../../shared/flow/canary.ts';
import { triage } from '../../shared/flow/triage.ts';
import { wrapBody } from '../../shared/queue/queue.ts';
import { INCIDENT_DAYS } from '../../shared/store/incidents.ts';
import { ALERT_DAYS } from '../../shared/store/store.ts';
import { NIGHT, openTestWorld, sampleCatalogue } from '../world.ts';
import { alarm } from './alarm.ts';

/** Kept on purpose, with the reason. */
const KEPT: [RegExp, string][] = [
  [
    /^P#[^ ]+ C#/,
    'whether a way of a person works, and whether they sent STOP, must be known as long as they are paged',
  ],
  [/^P#.+ PACE$/, 'one item a person or channel, written anew by each window'],
];
const loaded = await sampleCatalogue();

it('after a night with a page, an answer, its end and a canary', async () => {
  const night = await openTestWorld({ loaded });
  const items = new Map<string, Record<string, unknown>>();
  night.watch((item) => items.set(`${item['pk']} ${item['sk']}`, item));
  await night.send(alarm());
  await night.reply(loaded.onCall('payments-primary', NIGHT)!, 'ACK');
  await night.advance('2m');
  await night.send(alarm('OK', night.now()));
  const [, canary] = canaryEvents('local', night.now());
  const body = Buffer.from(JSON.stringify(canary));
  await triage(night.world, [
    { id: 'c', sentAt: night.now(), body: wrapBody({ hook: 'events', receivedAt: night.now(), body }) },
  ]);
  await night.advance('5m');
  const endless = [...items]
    .filter(([key, item]) => item['expires'] === undefined && !KEPT.some(([known]) => known.test(key)))
    .map(([key]) => key);
  expect(endless).toEqual([]);
  const incidents = [...items].filter(([key]) => key.startsWith('G#')).map(([, item]) => Number(item['expires']));
  const days = incidents
    .map((expires) => Math.round((expires - Date.parse(NIGHT) / 1000) / 86_400))
    .sort((a, b) => a - b);
  expect(days).toEqual([7, INCIDENT_DAYS]);
});

it('the page says how long an incident is kept', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/what-is-kept.md'), 'utf8');
  expect(page).toContain(`${INCIDENT_DAYS} days after`);
  expect(page).toContain(`${2 * INCIDENT_DAYS} days after`);
  expect(page).toContain(`${ALERT_DAYS} days`);
});
