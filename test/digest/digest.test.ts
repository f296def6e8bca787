import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../shared/alert/alert.ts';
import { digestOf, type Pace, pace, USUAL_WINDOWS } from '../../shared/digest/digest.ts';
import { at } from '../incident/world.ts';

const asks = (incident: string, severity: Severity = 'critical', waited?: number) => ({
  incident,
  severity,
  ...(waited === undefined ? {} : { waited }),
});
const { firstSeconds, thenSeconds } = USUAL_WINDOWS;

describe('one person, many incidents', () => {
  const opened = pace(undefined, asks('one'), at(0), USUAL_WINDOWS);
  const first = (opened as { next: Pace }).next;

  it('the first pages at once, and opens a window', () => {
    expect(opened).toEqual({
      do: 'send',
      next: { generation: 1, lead: 'one', severity: 'critical', until: at(firstSeconds), told: 0 },
    });
  });

  it('the others wait until it ends', () => {
    expect(pace(first, asks('two'), at(20), USUAL_WINDOWS)).toEqual({
      do: 'wait',
      generation: 1,
      until: at(firstSeconds),
    });
  });

  it('the first one’s own next page, the call, goes on inside it', () => {
    expect(pace(first, asks('one'), at(20), USUAL_WINDOWS)).toEqual({ do: 'send' });
  });

  it('what is worse than what the person was woken for does not wait', () => {
    const warned = { ...first, severity: 'warning' as const };
    expect(pace(warned, asks('two', 'error'), at(20), USUAL_WINDOWS)).toMatchObject({
      do: 'send',
      next: { generation: 1, lead: 'two', severity: 'error', until: at(firstSeconds) },
    });
    expect(pace(warned, asks('two', 'info'), at(20), USUAL_WINDOWS)).toMatchObject({ do: 'wait' });
  });

  it('whoever comes first after its end tells of all that waited, and opens a longer one', () => {
    expect(pace(first, asks('two', 'critical', 1), at(firstSeconds), USUAL_WINDOWS)).toEqual({
      do: 'send',
      next: {
        generation: 2,
        lead: 'two',
        severity: 'critical',
        until: at(firstSeconds + thenSeconds),
        told: 0,
      },
      untold: { from: 1, to: 1 },
    });
  });

  it('what was told is not told again; what is being told looks again in a moment', () => {
    const second: Pace = { generation: 2, lead: 'two', severity: 'critical', until: at(360), told: 0 };
    expect(pace({ ...second, told: 1 }, asks('three', 'critical', 1), at(61), USUAL_WINDOWS)).toEqual({ do: 'told' });
    expect(pace(second, asks('three', 'critical', 1), at(61), USUAL_WINDOWS)).toEqual({
      do: 'wait',
      generation: 1,
      until: at(71),
    });
  });

  it('after a quiet time everything is as at first', () => {
    const quiet = firstSeconds + thenSeconds + 1;
    expect(pace(first, asks('later'), at(quiet), USUAL_WINDOWS)).toMatchObject({
      next: { until: at(quiet + firstSeconds) },
    });
  });
});

/**
 * A storm, played out: pages come due at any time, wait, look again, and digests fail to be sent now and then.
 * Out: when this person was woken, and for what.
 */
function play(arrivals: { at: number; severity: Severity }[], fails: (n: number) => boolean) {
  type Page = { incident: string; severity: Severity; due: number; waited?: number };
  const owed: Page[] = arrivals.map((one, n) => ({ incident: `i${n}`, severity: one.severity, due: one.at }));
  const waiting = new Map<number, Set<string>>();
  const told = new Set<string>();
  const messages: { at: number; incident: string }[] = [];
  let record: Pace | undefined;
  let sends = 0;
  for (let looks = 0; owed.length > 0; looks++) {
    expect(looks).toBeLessThan(20_000);
    owed.sort((a, b) => a.due - b.due);
    const page = owed.shift()!;
    const paced = pace(record, asks(page.incident, page.severity, page.waited), at(page.due), USUAL_WINDOWS);
    if (paced.do === 'told') {
      expect(told).toContain(page.incident);
      continue;
    }
    if (paced.do === 'wait') {
      const seconds = (Date.parse(paced.until) - Date.parse(at(0))) / 1000;
      expect(seconds).toBeGreaterThan(page.due);
      waiting.set(paced.generation, (waiting.get(paced.generation) ?? new Set()).add(page.incident));
      owed.push({ ...page, due: seconds, waited: paced.generation });
      continue;
    }
    record = paced.next ?? record;
    if (fails(sends++)) {
      owed.push({ ...page, due: page.due + 5 });
      continue;
    }
    messages.push({ at: page.due, incident: page.incident });
    told.add(page.incident);
    if (!paced.untold) continue;
    for (let n = paced.untold.from; n <= paced.untold.to; n++) for (const one of waiting.get(n) ?? []) told.add(one);
    record = { ...record!, told: Math.max(record!.told, paced.untold.to) };
  }
  return { messages, told };
}

describe('a storm', () => {
  const severity = fc.constantFrom<Severity>('critical', 'error', 'warning', 'info');
  const storm = fc.array(fc.record({ at: fc.integer({ min: 0, max: 2000 }), severity }), {
    minLength: 1,
    maxLength: 200,
  });

  it('tells of everything, whatever comes when, though sending fails now and then', () => {
    fc.assert(
      fc.property(storm, fc.integer({ min: 2, max: 7 }), (arrivals, every) => {
        const { told } = play(arrivals, (n) => n % every === 1);
        expect(told.size).toBe(arrivals.length);
      }),
    );
  });

  it('wakes a person at once, then at most once a window but for worse news', () => {
    fc.assert(
      fc.property(storm, (arrivals) => {
        const same = arrivals.map((one) => ({ ...one, severity: 'critical' as const }));
        const { messages } = play(same, () => false);
        expect(messages[0]!.at).toBe(Math.min(...same.map((one) => one.at)));
        for (const [n, { at: when }] of messages.entries()) {
          if (n > 0) expect(when - messages[n - 1]!.at).toBeGreaterThanOrEqual(firstSeconds);
          if (n > 1) {
            const twoAgo = messages[n - 2]!.at;
            expect(when - twoAgo).toBeGreaterThanOrEqual(Math.min(firstSeconds + thenSeconds, 2 * firstSeconds));
          }
        }
      }),
    );
  });

  it('of ten thousand incidents in a minute is two messages', () => {
    const arrivals = Array.from({ length: 10_000 }, (_, n) => ({
      at: (n * 60) / 10_000,
      severity: 'critical' as const,
    }));
    const looks = play(arrivals, () => false);
    expect(looks.messages.length).toBe(2);
    expect(looks.told.size).toBe(10_000);
  });
});

it('a digest counts by service, the worst first, then the most', () => {
  const of = (service: string | undefined, severity: Severity, n: number) => ({
    incident: `${service}-${n}`,
    severity,
    title: 'x',
    ...(service === undefined ? {} : { service }),
  });
  const waiting = [
    of('print', 'warning', 0),
    of('ledger', 'error', 1),
    of('payments-api', 'error', 2),
    of('payments-api', 'warning', 3),
    of(undefined, 'critical', 4),
  ];
  expect(digestOf(waiting, 7)).toEqual({
    count: 12,
    services: [
      { service: 'no service', count: 1, severity: 'critical' },
      { service: 'payments-api', count: 2, severity: 'error' },
      { service: 'ledger', count: 1, severity: 'error' },
      { service: 'print', count: 1, severity: 'warning' },
    ],
  });
});
