/** Two regions through a night: the same signal pages once, a region that is lost is stood in for, answers travel. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../shared/standby/standby.ts';
import { type Pair, startPair } from './pair.ts';

const BOTH: Role[] = ['first', 'standby'];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** What is promised: missing for 150 s, and a few for queues and carriers. */
const TAKEN_OVER = 160 * SECOND;

const START = Date.parse('2026-11-23T03:12:04.000Z');
const until = (pair: Pair, minutes: number) => pair.clock.run(START + minutes * MINUTE);
const by = (pair: Pair, role: Role, key = 'db') =>
  pair.pages.filter((page) => page.role === role && page.key === key && page.kind === 'alert').map(({ at }) => at);

/** Two regions that have heard each other. */
async function heard(): Promise<Pair> {
  const pair = startPair(1);
  await until(pair, 3);
  return pair;
}

describe('two regions', () => {
  it('the same signal pages once, by the first', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 30);
    expect(by(pair, 'first')[0]).toBeLessThan(3 * MINUTE + 5 * SECOND);
    expect(by(pair, 'standby')).toEqual([]);
    expect(await pair.incident('standby', 'db')).toMatchObject({ state: 'triggered', stand: 'by' });
  });

  it('the first is lost: the standby pages for what was open within the promised time', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.lose('first');
    await until(pair, 10);
    expect(by(pair, 'standby')[0]).toBeLessThan(4 * MINUTE + TAKEN_OVER);
    const { timeline } = (await pair.incident('standby', 'db'))!;
    expect(timeline.map(({ what }) => what).join('\n')).toContain(
      'The other region has not been heard since 2026-11-23T',
    );
  });

  it('and for what comes after it is missing at once', async () => {
    const pair = await heard();
    pair.lose('first');
    await until(pair, 10);
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 11);
    expect(by(pair, 'standby')[0]).toBeLessThan(10 * MINUTE + 5 * SECOND);
  });

  it('what somebody took at the standby, the first does not page for when it is back', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.lose('first');
    await until(pair, 10);
    pair.acknowledge('standby', 'db', () => {});
    await until(pair, 20);
    const before = pair.pages.length;
    pair.bringBack('first');
    await until(pair, 50);
    expect(pair.pages.length).toBe(before);
    expect(await pair.incident('first', 'db')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'head' });
  });

  it('what nobody took, the first pages for again, and the standby no longer', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.lose('first');
    await until(pair, 20);
    pair.bringBack('first');
    await until(pair, 40);
    expect(by(pair, 'first').some((at) => at > 20 * MINUTE)).toBe(true);
    expect(by(pair, 'standby').filter((at) => at > 22 * MINUTE)).toEqual([]);
  });

  it('what somebody took at the first, the standby does not page for when the first is lost', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.acknowledge('first', 'db', () => {});
    await until(pair, 6);
    pair.lose('first');
    await until(pair, 40);
    expect(by(pair, 'standby')).toEqual([]);
    expect(await pair.incident('standby', 'db')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'head' });
  });

  it('what only the standby received pages although the first lives, and goes on paging', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', ['standby']);
    await until(pair, 30);
    const pages = by(pair, 'standby');
    expect(pages[0]).toBeLessThan(3 * MINUTE + TAKEN_OVER + MINUTE);
    expect(pages.at(-1)).toBeGreaterThan(25 * MINUTE);
  });

  it('once the first has it after all, the standby stands by', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', ['standby']);
    await until(pair, 15);
    pair.tell('db', 'trigger', ['first']);
    await until(pair, 40);
    expect(by(pair, 'standby').filter((at) => at > 17 * MINUTE)).toEqual([]);
    expect(by(pair, 'first').length).toBeGreaterThan(0);
  });

  it('the standby is lost and back: it does not take the first for missing', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.lose('standby');
    await until(pair, 20);
    pair.bringBack('standby');
    await until(pair, 40);
    expect(by(pair, 'standby')).toEqual([]);
  });

  it('the link between them is broken: both page, and once it is mended one of them', async () => {
    const pair = await heard();
    pair.tell('db', 'trigger', BOTH);
    await until(pair, 4);
    pair.link(false);
    await until(pair, 10);
    expect(by(pair, 'standby').length).toBeGreaterThan(0);
    pair.link(true);
    await until(pair, 40);
    expect(by(pair, 'standby').filter((at) => at > 12 * MINUTE)).toEqual([]);
  });
});

describe('whatever is lost, whenever', () => {
  const signal = fc.record({
    at: fc.integer({ min: 180, max: 1200 }),
    lasts: fc.option(fc.integer({ min: 30, max: 1500 })),
    reaches: fc.constantFrom<Role[]>(BOTH, BOTH, BOTH, ['standby'], ['first']),
    answered: fc.option(fc.integer({ min: 5, max: 600 })),
  });
  const night = fc.record({
    seed: fc.nat(),
    signals: fc.array(signal, { minLength: 1, maxLength: 4 }),
    lost: fc.record({
      role: fc.constantFrom<Role>('first', 'first', 'standby'),
      at: fc.integer({ min: 200, max: 1500 }),
      for: fc.integer({ min: 5, max: 1500 }),
    }),
  });
  const END = 3600;

  it('while both live one of them pages; what is lost is stood in for in time; what somebody has pages nobody', async () => {
    await fc.assert(
      fc.asyncProperty(night, async ({ seed, signals, lost }) => {
        const pair = startPair(seed);
        const at = (seconds: number, does: () => void) => pair.clock.at(START + seconds * SECOND, does);
        const answers = new Map<string, number>();
        for (const [n, one] of signals.entries()) {
          const key = `s${n}`;
          at(one.at, () => pair.tell(key, 'trigger', one.reaches));
          if (one.lasts !== null) at(one.at + one.lasts, () => pair.tell(key, 'resolve', one.reaches));
          if (one.answered !== null)
            at(one.at + one.answered, () => {
              // They answer to whom they were asked by.
              const asked = pair.pages.findLast((page) => page.key === key);
              if (asked) pair.acknowledge(asked.role, key, (when) => answers.set(key, when));
            });
        }
        const back = lost.at + lost.for;
        at(lost.at, () => pair.lose(lost.role));
        at(back, () => pair.bringBack(lost.role));
        await pair.clock.run(START + END * SECOND);

        for (const [n, one] of signals.entries()) {
          const key = `s${n}`;
          const mine = pair.pages.filter((page) => page.key === key && page.kind === 'alert');
          const ends = one.lasts === null ? Number.POSITIVE_INFINITY : (one.at + one.lasts) * SECOND;
          const answer = answers.get(key) ?? Number.POSITIVE_INFINITY;
          // Somebody is asked in time, unless it was over or somebody had it before; by the region that has it, when that is back.
          const bothReceive = one.reaches.length === 2;
          const isAtHand = bothReceive && (lost.role !== 'first' || one.at < lost.at - 5 || one.at > back + 5);
          // What the standby alone has waits for a question; where the first is lost before that is answered, until it is missing.
          const isLostMeanwhile = lost.role === 'first' && lost.at < one.at + 220 && back > one.at;
          const seconds = isAtHand ? 5 : isLostMeanwhile ? 370 : 220;
          const isGone = !bothReceive && lost.role === one.reaches[0] && one.at + seconds > lost.at && one.at <= back;
          const inTime = ((isGone ? back + 20 : one.at) + seconds) * SECOND;
          if (Math.min(ends, answer) > inTime)
            expect(
              mine.some((page) => page.at <= inTime),
              `${key} is paged by ${inTime}`,
            ).toBe(true);
          // One region pages: the standby only for what it alone has, or while the first is lost or just back.
          for (const page of mine.filter(({ role }) => role === 'standby')) {
            if (one.reaches.length === 1) continue;
            // Back is back once it has swept (a minute), and was asked after that (another).
            const isLost = lost.role === 'first' && page.at > lost.at * SECOND && page.at < (back + 130) * SECOND;
            expect(isLost, `${key}: the standby pages at ${page.at}`).toBe(true);
          }
          // Nobody is asked for what somebody has, once that has travelled: it does within a minute, unless a region is lost in it.
          const isLostWithIt = answer < back * SECOND && answer > (lost.at - 65) * SECOND;
          const travelled = (isLostWithIt ? back * SECOND : answer) + 65 * SECOND;
          for (const page of mine)
            expect(page.at, `${key} is answered at ${answer}, which travels until ${travelled}`).toBeLessThan(
              travelled,
            );
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('with everything failing now and then too, somebody is asked in the end, and then one region alone', async () => {
    await fc.assert(
      fc.asyncProperty(night, fc.constantFrom(0.02, 0.1, 0.2), async ({ seed, signals, lost }, rate) => {
        // The last twenty minutes are quiet.
        const pair = startPair(seed, (now) => (now < (END - 1200) * SECOND ? rate : 0));
        const at = (seconds: number, does: () => void) => pair.clock.at(START + seconds * SECOND, does);
        for (const [n, one] of signals.entries()) {
          at(one.at, () => pair.tell(`s${n}`, 'trigger', BOTH));
          if (one.lasts !== null) at(one.at + one.lasts, () => pair.tell(`s${n}`, 'resolve', BOTH));
        }
        at(lost.at, () => pair.lose(lost.role));
        at(Math.min(lost.at + lost.for, END - 1200), () => pair.bringBack(lost.role));
        await pair.clock.run(START + END * SECOND);

        for (const [n, one] of signals.entries()) {
          const key = `s${n}`;
          const late = (role: Role) => by(pair, role, key).filter((when) => when > (END - 700) * SECOND);
          const over = one.lasts !== null;
          expect(late('first').length > 0, `${key} is paged by the first in the end`).toBe(!over);
          expect(late('standby'), `${key}: the standby in the end`).toEqual([]);
          for (const role of BOTH)
            expect((await pair.incident(role, key))?.state, `${key} at the ${role}`).toBe(
              over ? 'resolved' : 'triggered',
            );
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
