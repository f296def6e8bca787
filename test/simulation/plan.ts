/**
 * The plan of a simulation: what will happen to the system from outside, made from a seed. A list, so that things can be
 * taken out of it until only what matters is left.
 */
import { type Random, seeded } from './random.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
/** Midnight is past, the clocks go back in the middle. */
export const START = Date.parse('2026-10-25T00:10:00Z');
/** The last fault ends no later than this long after the start. */
export const FAULTS_END = 30 * MINUTE;
/** From then on every signal is over. */
export const ALL_OVER = FAULTS_END + 6 * MINUTE;
export const END = ALL_OVER + 5 * MINUTE;

export const FAULTS = [
  'kill',
  'table refuses',
  'answer lost',
  'queue refuses',
  'queue is slow',
  'messages come twice',
  'carrier refuses',
  'carrier throttles',
  'carrier hangs',
  'carrier loses',
  'carrier sends twice',
  'receipts lie',
  'index lags',
  'sweep stops',
  'region is gone',
  'partition is hot',
  'tracker is busy',
  'tracker hangs',
  'tracker answer lost',
  'tracker token expired',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Faults of what is beside the pager: they are drawn apart, so that they add to a night and take nothing from it. */
const BESIDE: readonly FaultKind[] = [
  'tracker is busy',
  'tracker hangs',
  'tracker answer lost',
  'tracker token expired',
];

const DOUBLING: readonly FaultKind[] = ['messages come twice', 'answer lost'];

export const ANSWERS = [
  'acknowledge by link',
  'acknowledge by reply',
  'acknowledge by both',
  'acknowledge with the wrong code',
  'resolve by link',
  'escalate by reply',
  'snooze by link',
  'hand over by link',
  'judge by link',
  'stranger replies',
  'forged link',
] as const;
export type AnswerKind = (typeof ANSWERS)[number];

export type Planned =
  | { what: 'notice'; at: number; signal: string; severity: string; status: 'firing' | 'resolved'; said: number }
  | { what: 'fault'; at: number; until: number; fault: FaultKind; rate: number; on?: string }
  | { what: 'answer'; at: number; person: string; answer: AnswerKind }
  | { what: 'silence'; at: number; signal: string; seconds: number }
  | { what: 'override'; at: number; rota: string; person: string; seconds: number }
  | { what: 'publish'; at: number };

/** `cut`: the function that does the n-th effect of the night dies right before it, or right after. */
export type Plan = {
  seed: number;
  maxReceives: number;
  planned: Planned[];
  cut?: { effect: number; when: 'before' | 'after' };
};

const SIGNALS = ['pay-error-1', 'pay-error-2', 'pay-error-3', 'pay-slow-1', 'ledger-1', 'ledger-2', 'other-1'];
const SEVERITIES = ['critical', 'critical', 'error', 'warning'];
const PEOPLE = ['amira', 'ben', 'chidi', 'head'];

/** Of one seed the plan is always the same. Times are milliseconds from the start. */
export function planOf(seed: number): Plan {
  const random = seeded(seed);
  const planned: Planned[] = [
    ...faults(random),
    ...notices(random),
    ...answers(random),
    ...faultsBeside(seeded(seed ^ 0x7f4a7c15)),
  ];
  if (random.chance(0.05)) planned.push(...storm(random));
  if (random.chance(0.25)) planned.push({ what: 'publish', at: random.whole(0, FAULTS_END) });
  if (random.chance(0.2)) {
    const at = random.whole(0, FAULTS_END);
    planned.push({ what: 'silence', at, signal: random.pick(SIGNALS), seconds: random.whole(60, 600) });
  }
  if (random.chance(0.2)) {
    const at = random.whole(0, FAULTS_END);
    const person = random.pick(PEOPLE);
    planned.push({ what: 'override', at, rota: random.pick(['primary', 'secondary']), person, seconds: 900 });
  }
  planned.sort((a, b) => a.at - b.at);
  return { seed, maxReceives: random.chance(0.2) ? 3 : 100, planned };
}

function faults(random: Random): Planned[] {
  // Every sixth night is calm: then the promises hold to the second.
  const count = random.chance(0.16) ? 0 : random.whole(1, 5);
  return Array.from({ length: count }, () => {
    const at = random.whole(0, FAULTS_END - 2 * MINUTE);
    const fault = random.pick(FAULTS.filter((kind) => !BESIDE.includes(kind)));
    const longest = fault === 'sweep stops' ? FAULTS_END : 8 * MINUTE;
    return {
      what: 'fault' as const,
      at,
      until: Math.min(at + random.whole(5 * SECOND, longest), FAULTS_END),
      fault,
      // What doubles every message at every turn would only grow: half of them is plenty.
      rate: random.pick(DOUBLING.includes(fault) ? [0.02, 0.1, 0.3, 0.5] : [0.02, 0.1, 0.3, 0.7, 1]),
      on: fault === 'partition is hot' ? random.pick(SIGNALS) : random.pick(['sms', 'voice', 'slack', 'email']),
    };
  });
}

function faultsBeside(random: Random): Planned[] {
  const count = random.chance(0.4) ? 0 : random.whole(1, 3);
  return Array.from({ length: count }, () => {
    const at = random.whole(0, FAULTS_END - 2 * MINUTE);
    const until = Math.min(at + random.whole(30 * SECOND, 20 * MINUTE), FAULTS_END);
    return { what: 'fault' as const, at, until, fault: random.pick(BESIDE), rate: random.pick([0.1, 0.3, 0.7]) };
  });
}

function notices(random: Random): Planned[] {
  const list: Extract<Planned, { what: 'notice' }>[] = [];
  const signals = SIGNALS.filter(() => random.chance(0.55));
  for (const signal of signals.length > 0 ? signals : ['pay-error-1']) {
    // Each sender's clock is off by as much as it is, always.
    const skew = random.chance(0.3) ? random.whole(-300, 300) * SECOND : 0;
    let at = random.whole(0, FAULTS_END / 2);
    let firing = true;
    for (let n = random.whole(1, 6); n > 0 && at < FAULTS_END - MINUTE; n--) {
      const late = random.chance(0.2) ? random.whole(0, 4 * MINUTE) : random.whole(0, 2 * SECOND);
      const severity = random.pick(SEVERITIES);
      const status = firing ? ('firing' as const) : ('resolved' as const);
      const copies = random.chance(0.25) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const arrives = Math.min(at + late + copy * random.whole(0, 90 * SECOND), FAULTS_END);
        list.push({ what: 'notice', at: arrives, signal, severity, status, said: START + at + skew });
      }
      // Some senders' notices come at one instant, in one batch.
      if (list.length > 0 && random.chance(0.15)) {
        const beside = random.pick(list);
        list.push({ what: 'notice', at: beside.at, signal, severity, status, said: START + at + skew });
      }
      at += random.whole(5 * SECOND, random.chance(0.5) ? MINUTE : 12 * MINUTE);
      firing = random.chance(0.8) ? !firing : firing;
    }
  }
  return list;
}

function answers(random: Random): Planned[] {
  // Some nights everybody sleeps.
  const count = random.chance(0.3) ? 0 : random.whole(1, 10);
  return Array.from({ length: count }, () => ({
    what: 'answer' as const,
    at: random.whole(10 * SECOND, FAULTS_END),
    person: random.pick(PEOPLE),
    answer: random.chance(0.5) ? random.pick(ANSWERS.slice(0, 3)) : random.pick(ANSWERS),
  }));
}

function storm(random: Random): Planned[] {
  const from = random.whole(0, FAULTS_END / 2);
  return Array.from({ length: random.whole(15, 40) }, (_, n) => {
    const at = from + random.whole(0, 40 * SECOND);
    const severity = random.pick(['critical', 'error']);
    return { what: 'notice' as const, at, signal: `storm-${n}`, severity, status: 'firing' as const, said: START + at };
  });
}
