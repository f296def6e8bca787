/** The question: how long does a backtest of 90 days take? A hundred thousand alerts of all senders, by two catalogues. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from '../../cli/backtest/compare.ts';
import { type Line, lineOf } from '../../cli/backtest/history.ts';
import { readAll, replay } from '../../cli/backtest/replay.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { sampleCatalogue } from '../world.ts';

export const title = 'A backtest of 100,000 alerts';

const ALERTS = 100_000;
const DAYS = 90;
const FIXTURES = join(import.meta.dirname, '../alert/fixtures');
const FROM = Date.parse('2026-09-01T00:00:00.000Z');

/** The samples of all senders, again and again, spread over the days. */
function history(): Line[] {
  const bodies = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && !file.includes('expected'))
    .map((file) => readFileSync(join(FIXTURES, file), 'utf8'));
  const lines: Line[] = [];
  for (let n = 0; lines.length < ALERTS; n++) {
    const at = new Date(FROM + Math.floor((n * DAYS * 86_400_000) / ALERTS)).toISOString();
    const { alerts } = normaliseBody(bodies[n % bodies.length]!, undefined, { receivedAt: at });
    for (const alert of alerts) lines.push(lineOf({ ...alert, at }, false));
  }
  return lines.slice(0, ALERTS);
}

export async function run() {
  const lines = history();
  const loaded = await sampleCatalogue(new Date(FROM).toISOString());
  const { catalogue } = loaded;
  const quieter = { ...catalogue.defaults.urgency, error: 'low' as const };
  const changed = { ...loaded, catalogue: { ...catalogue, defaults: { ...catalogue.defaults, urgency: quieter } } };
  const began = performance.now();
  const reads = await readAll(lines, loaded);
  const found = compare(lines, replay(reads, loaded), replay(reads, changed), () => 'Europe/London');
  const seconds = (performance.now() - began) / 1000;
  return [
    {
      name: 'two replays and what differs',
      value: Math.round(seconds * 10) / 10,
      unit: 's',
      rival: { name: 'limit', value: 60 },
      ratio: Math.round((100 * seconds) / 60) / 100,
      aim: 'at most 60',
    },
    { name: 'alerts whose telling changes', value: found.changes.length, unit: 'alerts' },
  ];
}

if (import.meta.main) console.table(await run());
