/**
 * The question: what does understanding a notice cost beside merely parsing its JSON? The whole step (parse, normalise,
 * check) should be at most twice JSON.parse of the same bytes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { alertSchema } from '../../shared/alert/alert.ts';
import { brokenRule } from '../../shared/alert/check.ts';
import { normalise } from '../../shared/intake/intake.ts';

export const title = 'Normalising every sample payload beside JSON.parse of the same bytes, one core';

type Row = {
  name: string;
  value: number;
  unit: string;
  rival?: { name: string; value: number };
  ratio?: number;
  aim?: string;
};

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/payloads');
const OWN = join(import.meta.dirname, '../alert/fixtures');

function samples(): string[] {
  const folder = existsSync(CORPUS) ? CORPUS : OWN;
  if (folder === OWN) console.warn(`The corpus of payloads is not at ${CORPUS}: measuring our own samples.`);
  const files = readdirSync(folder, { recursive: true }) as string[];
  const payloads = files.filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json')).sort();
  // As senders send them: without the indent that the samples were saved with.
  return payloads.map((file) => JSON.stringify(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}

const receivedAt = '2026-11-23T03:12:06.000Z';

/** Microseconds a payload: the best of several rounds, so that a neighbour's work is not ours. */
function microseconds(texts: string[], step: (text: string) => unknown, rounds = 40): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const from = process.hrtime.bigint();
    for (let again = 0; again < 5; again++) for (const text of texts) step(text);
    best = Math.min(best, Number(process.hrtime.bigint() - from) / 1000 / 5 / texts.length);
  }
  return best;
}

function p99(text: string): number {
  const times: number[] = [];
  for (let index = 0; index < 2000; index++) {
    const from = process.hrtime.bigint();
    normalise(JSON.parse(text), { receivedAt, text });
    times.push(Number(process.hrtime.bigint() - from) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}

export async function run(): Promise<Row[]> {
  const texts = samples();
  const whole = (text: string) => normalise(JSON.parse(text), { receivedAt, text });
  microseconds(texts, whole, 10);
  const parse = microseconds(texts, (text) => JSON.parse(text));
  const step = microseconds(texts, whole);
  const alerts = texts.flatMap((text) => whole(text).alerts);
  const asTexts = alerts.map((_, index) => String(index));
  const byHand = microseconds(asTexts, (index) => brokenRule(alerts[Number(index)]!));
  const valibot = microseconds(asTexts, (index) => v.safeParse(alertSchema, alerts[Number(index)]));
  const longest = texts.reduce((a, b) => (a.length > b.length ? a : b));
  const rival = { name: 'JSON.parse alone', value: round(parse) };
  return [
    {
      name: 'parse and normalise, mean a payload',
      value: round(step),
      unit: 'µs',
      rival,
      ratio: round(step / parse),
      aim: 'at most 2',
    },
    { name: `p99 of the longest payload (${longest.length} bytes)`, value: round(p99(longest)), unit: 'µs' },
    {
      name: 'the check of an alert',
      value: round(byHand),
      unit: 'µs',
      rival: { name: 'valibot safeParse of the same schema', value: round(valibot) },
      ratio: round(byHand / valibot),
    },
  ];
}

const round = (value: number) => Math.round(value * 100) / 100;

if (import.meta.main) console.table(await run());
