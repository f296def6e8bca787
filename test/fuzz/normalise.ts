/**
 * Mutated payloads through the normalisers. For every one: nothing is thrown, nothing takes 50 ms, every alert satisfies
 * the schema and can be written as JSON, and a body that says that something fires is never empty.
 *
 *   node_modules/.bin/node test/fuzz/normalise.ts [count, 1,000,000] [seed, 312]
 *
 * The same seed makes the same payloads; a failure names the number of the case.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { alertSchema } from '../../shared/alert/alert.ts';
import { deploymentSchema } from '../../shared/deployment/deployment.ts';
import { MAX_BODY_BYTES } from '../../shared/flow/receive.ts';
import { normalise, normaliseBody } from '../../shared/intake/intake.ts';

export type Failure = { number: number; seedOf: string; what: string };
export type Report = {
  cases: number;
  alerts: number;
  deployments: number;

  slowestMs: number;
  failures: Failure[];
};

const FOLDERS = ['../alert/fixtures', '../deployment/fixtures'].map((folder) => join(import.meta.dirname, folder));
const LIMIT_MS = 50;

type Sample = { name: string; text: string };
export function samples(): Sample[] {
  return FOLDERS.flatMap((folder) =>
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
      .sort()
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
  );
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function deep(levels: number): unknown {
  let nested: unknown = [];
  for (let level = 0; level < levels; level++) nested = [nested];
  return nested;
}

const DEEP = deep(100_000);
const LONG = 'ab\n'.repeat(349_525);
const ODD: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  5e-324,
  '',
  ' ',
  '\u0000',
  'NaN',
  'Infinity',
  '1e999',
  '-1',
  '0x10',
  '１２',
  '12,5',
  'null',
  'undefined',
  '[object Object]',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999Z',
  '2026-02-31T00:00:00Z',
  '2026-11-23T25:61:61Z',
  '1969-12-31T23:59:59Z',
  '2026-11-23',
  '11/23/2026',
  '23/11/2026 03:12:04',
  'Mon, 99 Nov 2026 03:12:04 GMT',
  '+275760-09-13T00:00:00.001Z',
  253402300800000,
  '\ud800',
  'a\udfff',
  '\u202eevil',
  '💥'.repeat(2000),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'javascript:alert(1)',
  'https://',
  '{',
  '[]',
  '{}',
  '"x"',
  '[[[[',
  'arn:',
  'arn:aws:cloudwatch',
  ':::::::',
  '/subscriptions/',
  'ALARM',
  'OK',
  'firing',
  'resolved',
  'INSUFFICIENT_DATA',
  'PT',
  'P1D',
  'PT999999999999S',
  '1.2.3:4:5',
  {},
  [],
  [[]],
  [null],
  [{}],
  { '': '' },
  { a: { b: { c: {} } } },
];

type Bag = { [name: string]: unknown };
const isBag = (value: unknown): value is Bag | unknown[] => typeof value === 'object' && value !== null;

/** Somewhere in the payload: the holder and the name of what is to change. */
function somewhere(root: unknown, random: () => number): { holder: Bag; name: string } | undefined {
  let holder = root;
  for (let depth = 0; depth < 12; depth++) {
    if (!isBag(holder)) return undefined;
    const names = Object.keys(holder);
    const name = names[Math.floor(random() * names.length)];
    if (name === undefined) return undefined;
    const inside = (holder as Bag)[name];
    if (!isBag(inside) || inside === DEEP || random() < 0.3) return { holder: holder as Bag, name };
    holder = inside;
  }
  return undefined;
}

type At = { holder: Bag; name: string };
type Mutation = (at: At, random: () => number) => void;
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;

/** What holds the deep nesting cannot be cloned, and need not be: nobody changes it. */
function copy(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

/** As JSON.parse would: a key called __proto__ is a key. */
function put(holder: Bag, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

const MUTATIONS: Record<string, Mutation> = {
  removed: ({ holder, name }) => {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  },
  retyped: ({ holder, name }, random) => put(holder, name, copy(pick(ODD, random))),
  retypedAgain: ({ holder, name }, random) => put(holder, name, copy(pick(ODD, random))),
  nestedInAList: ({ holder, name }) => put(holder, name, [holder[name]]),
  nestedInAnObject: ({ holder, name }) => put(holder, name, { value: holder[name], Value: holder[name] }),
  writtenAsText: ({ holder, name }) =>
    put(holder, name, isBag(holder[name]) ? '[object Object]' : String(holder[name])),
  deepOrLong: ({ holder, name }, random) => put(holder, name, deepOrLong(random)),
  repeated: ({ holder, name }) => {
    if (Array.isArray(holder)) for (let again = 0; again < 40; again++) holder.push(copy(holder[Number(name)]));
  },
  renamed: ({ holder, name }) => {
    const value = holder[name];
    delete holder[name];
    put(holder, name.toLowerCase(), value);
  },
  reordered: ({ holder }) => {
    if (Array.isArray(holder)) holder.reverse();
    else for (const [key, value] of Object.entries(holder)) if (delete holder[key]) put(holder, key, value);
  },
  polluted: ({ holder }, random) => {
    const name = pick(['__proto__', 'constructor', 'toString', 'prototype'], random);
    if (!Array.isArray(holder)) put(holder, name, { polluted: true, status: 'x' });
  },
  cut: ({ holder, name }) => {
    const value = holder[name];
    if (typeof value === 'string') put(holder, name, value.slice(0, value.length >> 1));
  },
  unwrapped: ({ holder, name }) => {
    const value = holder[name];
    if (typeof value === 'string') put(holder, name, parsed(value) ?? `${value}${value}`);
  },
};
const ALL = Object.values(MUTATIONS);

function deepOrLong(random: () => number): unknown {
  return random() < 0.02 ? DEEP : random() < 0.02 ? LONG : 'x'.repeat(Math.floor(random() * 5000));
}

function mutate(payload: unknown, random: () => number): unknown {
  const root = { payload };
  const changes = 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes; change++) {
    const at = somewhere(root, random);
    if (at === undefined) continue;
    // Half of what is wrapped is changed inside: SNS carries its notice as text.
    const wrapped = at.holder[at.name];
    if (typeof wrapped === 'string' && wrapped.startsWith('{') && random() < 0.8) {
      const inside = parsed(wrapped);
      const within = somewhere({ inside }, random);
      if (within !== undefined) {
        pick(ALL, random)(within, random);
        put(at.holder, at.name, written(inside) ?? wrapped);
        continue;
      }
    }
    pick(ALL, random)(at, random);
  }
  return root.payload;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

const FIRING: Record<string, ReadonlySet<unknown>> = {
  NewStateValue: new Set(['ALARM']),
  monitorCondition: new Set(['Fired']),
  status: new Set(['firing', 'Activated']),
  state: new Set(['alerting']),
  event_action: new Set(['trigger']),
};

/** Told without the normalisers' help: somewhere near the top it says that something fires. */
function saysFiring(payload: unknown, depth = 0): boolean {
  if (!isBag(payload) || payload === DEEP || depth > 3) return false;
  return Object.keys(payload).some((name) => {
    const value = (payload as Bag)[name];
    return (Object.hasOwn(FIRING, name) && FIRING[name]?.has(value)) || saysFiring(value, depth + 1);
  });
}

/** Confirmations, changed configurations and deployments may well be empty: they are no alerts. */
function isNoAlert(sample: Sample): boolean {
  return (
    /confirmation|configuration-changed/.test(sample.name) ||
    !/^(alertmanager|aws|azure-(common|legacy)|cloudwatch|events|grafana|unknown)/.test(sample.name) ||
    /code(deploy|pipeline|build)|cloudformation|ecs-|lambda-update/.test(sample.name)
  );
}

const receivedAt = '2026-11-23T03:12:06.000Z';

function elapsedMs(payload: unknown, text: string): { ms: number; result: ReturnType<typeof normalise> } {
  // The thread's own processor time: a neighbour on the machine must not count.
  const from = process.threadCpuUsage();
  const result = normalise(payload, { receivedAt, text });
  const { user, system } = process.threadCpuUsage(from);
  return { ms: (user + system) / 1000, result };
}

/** What is wrong with this payload's result; undefined when nothing is. */
function judge(payload: unknown, sample: Sample, report: Report): string | undefined {
  let { ms, result } = elapsedMs(payload, sample.text);
  // The collector may have taken the time: slow is what is slow three times.
  for (let again = 0; ms > LIMIT_MS && again < 2; again++) ms = Math.min(ms, elapsedMs(payload, sample.text).ms);
  report.slowestMs = Math.max(report.slowestMs, ms);
  report.alerts += result.alerts.length;
  report.deployments += result.deployments?.length ?? 0;
  // Mutations can repeat one text until a body is larger than any hook takes: such a body never comes.
  const isPossible = () => (written(payload)?.length ?? 0) <= MAX_BODY_BYTES;
  if (ms > LIMIT_MS && isPossible()) return `took ${ms.toFixed(1)} ms`;
  if (result.degraded !== undefined) return `degraded: ${result.degraded.join('; ')}`;
  for (const alert of result.alerts) {
    const { issues } = v.safeParse(alertSchema, alert);
    if (issues !== undefined) return `schema: ${issues.map((issue) => v.getDotPath(issue)).join(', ')}`;
  }
  for (const one of result.deployments ?? []) if (!v.is(deploymentSchema, one)) return 'a deployment breaks the schema';
  if (report.cases % 16 === 0 && written(result) === undefined) return 'cannot be written as JSON';
  if (result.alerts.length === 0 && !isNoAlert(sample) && saysFiring(payload))
    return 'empty, although it says that something fires';
  return undefined;
}

export function fuzz(count: number, seed: number): Report {
  const random = randomFrom(seed);
  const seeds = samples();
  const report: Report = { cases: 0, alerts: 0, deployments: 0, slowestMs: 0, failures: [] };
  for (; report.cases < count && report.failures.length < 10; report.cases++) {
    const sample = pick(seeds, random);
    const payload = mutate(JSON.parse(sample.text), random);
    let what: string | undefined;
    try {
      what = judge(payload, sample, report);
      // Now and then the body itself is cut or garbled.
      if (report.cases % 32 === 0)
        normaliseBody(sample.text.slice(Math.floor(random() * sample.text.length)), undefined, { receivedAt });
    } catch (error) {
      what = `threw ${error}`;
    }
    if (what !== undefined) report.failures.push({ number: report.cases, seedOf: sample.name, what });
  }
  return report;
}

if (import.meta.main) {
  const [count = '1000000', seed = '312'] = process.argv.slice(2);
  const report = fuzz(Number(count.replaceAll(',', '')), Number(seed));
  console.log(JSON.stringify(report, null, 2));
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
