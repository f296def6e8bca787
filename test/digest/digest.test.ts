import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../shared/alert/alert.ts';
import { afterDigest, CHAT_BURST, type Pace, pace, USUAL_WINDOWS } from '../../shared/digest/digest.ts';
import type { Waiting, Woken } from '../../shared/digest/gather.ts';
import { at } from '../incident/world.ts';

const waits = (incident: string, severity: Severity = 'critical'): Waiting => ({ incident, severity, title: incident });
const asks = (incident: string, severity: Severity = 'critical', waited?: number) => ({
  about: waits(incident, severity),
  ...(waited === undefined ? {} : { waited }),
});
const woken = (incident: string, when: number, severity: Severity = 'critical'): Woken => ({
  ...waits(incident, severity),
  at: at(when),
});
const { firstSeconds, thenSeconds } = USUAL_WINDOWS;

describe('one person, many incidents', () => {
  const opened = pace(undefined, asks('one'), at(0), USUAL_WINDOWS);
  const first = (opened as { next: Pace }).next;

  it('the first pages at once, and opens a window', () => {
    expect(opened).toEqual({
      do: 'send',
      next: {
        generation: 1,
        lead: 'one',
        severity: 'critical',
        until: at(firstSeconds),
        told: 0,
        waitedIn: 0,
        sent: 1,
        woken: [woken('one', 0)],
      },
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

  it('the first page after its end tells of all that waited', () => {
    expect(pace({ ...first, waitedIn: 1 }, asks('two', 'critical', 1), at(firstSeconds), USUAL_WINDOWS)).toEqual({
      do: 'send',
      next: {
        generation: 2,
        lead: 'two',
        severity: 'critical',
        until: at(2 * firstSeconds),
        told: 0,
        waitedIn: 1,
        sent: 1,
        woken: [woken('two', firstSeconds), woken('one', 0)],
      },
      untold: { from: 1, to: 1 },
    });
  });

  it('the first page after a window in which nobody waited tells of itself alone', () => {
    expect(pace(first, asks('two'), at(firstSeconds), USUAL_WINDOWS)).not.toHaveProperty('untold');
  });

  it('a record that does not say who waited may have somebody waiting', () => {
    const { waitedIn: _, ...old } = first;
    expect(pace(old, asks('two'), at(firstSeconds), USUAL_WINDOWS)).toMatchObject({ untold: { from: 1, to: 1 } });
  });

  it('a digest makes its window long, and no worse than the worst that it told of opens it', () => {
    const digest = { ...first, generation: 2, told: 1, ...afterDigest(at(firstSeconds), 'error', USUAL_WINDOWS) };
    expect(pace(digest, asks('three', 'error'), at(200), USUAL_WINDOWS)).toMatchObject({ do: 'wait', until: at(360) });
    expect(pace(digest, asks('three', 'critical'), at(200), USUAL_WINDOWS)).toMatchObject({ do: 'send' });
  });

  it('a window in which nothing needs the person any more ends early', () => {
    const digest = { ...first, generation: 2, told: 1, ...afterDigest(at(firstSeconds), 'critical', USUAL_WINDOWS) };
    expect(pace(digest, { ...asks('three'), isFree: true }, at(200), USUAL_WINDOWS)).toMatchObject({
      do: 'send',
      next: { generation: 3, lead: 'three', until: at(200 + firstSeconds) },
    });
  });

  it('what was told is not told again; what is being told looks again in a moment', () => {
    const second: Pace = { ...first, generation: 2, lead: 'two', until: at(360) };
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

describe('a further way of a person', () => {
  const { next: first } = pace(undefined, asks('one'), at(0), USUAL_WINDOWS) as { next: Pace };
  const calls = (incident: string, waited?: number) => ({
    ...asks(incident, 'critical', waited),
    follows: { channel: 'voice' as const, seconds: 60 },
  });
  const told: Pace = {
    ...first,
    generation: 2,
    lead: 'two',
    told: 1,
    toldAt: at(60),
    ...afterDigest(at(60), 'critical', USUAL_WINDOWS),
  };

  it('goes for what was told by itself, and opens no window', () => {
    expect(pace(first, calls('one'), at(60), USUAL_WINDOWS)).toEqual({ do: 'send' });
    expect(pace(told, calls('one'), at(500), USUAL_WINDOWS)).toEqual({ do: 'send' });
  });

  it('waits until the digest is out, and then as long as the rules say', () => {
    expect(pace(first, calls('two', 1), at(30), USUAL_WINDOWS)).toEqual({ do: 'wait', generation: 1, until: at(120) });
    expect(pace(told, calls('two', 1), at(60), USUAL_WINDOWS)).toEqual({ do: 'wait', generation: 1, until: at(120) });
  });

  it('goes once for all that the digest told of', () => {
    const called = pace(told, calls('three', 1), at(120), USUAL_WINDOWS) as { do: string; next: Pace };
    expect(called).toMatchObject({ do: 'send', untold: { from: 1, to: 1 }, next: { until: told.until, lead: 'two' } });
    expect(pace(called.next, calls('two', 1), at(120), USUAL_WINDOWS)).toMatchObject({ do: 'wait', until: at(130) });
    const done = { ...called.next, followed: { 'voice 60': { told: 1 } } };
    expect(pace(done, calls('two', 1), at(130), USUAL_WINDOWS)).toEqual({ do: 'told' });
  });

  it('may be tried by another, where the one who was at it did not say that it went out', () => {
    const { next } = pace(told, calls('three', 1), at(120), USUAL_WINDOWS) as { next: Pace };
    expect(pace(next, calls('two', 1), at(151), USUAL_WINDOWS)).toMatchObject({ do: 'send' });
  });
});

describe('what hangs on something that the person was woken for and that is still open', () => {
  const { next: first } = pace(undefined, asks('ledger'), at(0), USUAL_WINDOWS) as { next: Pace };
  const child = { ...asks('payments'), gathered: true };

  it('waits for its siblings for a first window’s length, and then is told with them', () => {
    expect(pace(first, child, at(200), USUAL_WINDOWS)).toEqual({
      do: 'wait',
      generation: 1,
      until: at(200 + firstSeconds),
    });
    const then = { ...child, waited: 1 };
    expect(pace({ ...first, waitedIn: 1 }, then, at(200 + firstSeconds), USUAL_WINDOWS)).toMatchObject({
      do: 'send',
      untold: { from: 1, to: 1 },
    });
  });

  it('never waits less than the window that is open', () => {
    const long = { ...first, until: at(300) };
    expect(pace(long, child, at(10), USUAL_WINDOWS)).toMatchObject({ do: 'wait', until: at(300) });
  });

  it('is told with the page that opens a window before', () => {
    const other = pace({ ...first, waitedIn: 1 }, asks('portal'), at(210), USUAL_WINDOWS);
    expect(other).toMatchObject({ do: 'send', next: { generation: 2 }, untold: { from: 1, to: 1 } });
  });

  it('pages at once where somebody has asked for no digests', () => {
    const none = { firstSeconds: 0, thenSeconds: 0, burst: 1 };
    expect(pace(first, child, at(200), none)).toMatchObject({ do: 'send' });
  });
});

describe('what a person was woken for of late', () => {
  it('is kept for an hour, newest first, each once, and no more than eight', () => {
    const short = { firstSeconds: 10, thenSeconds: 20, burst: 1 };
    let record = (pace(undefined, asks('i0'), at(0), short) as { next: Pace }).next;
    for (let n = 1; n < 12; n++) record = (pace(record, asks(`i${n}`), at(n * 100), short) as { next: Pace }).next;
    expect(record.woken.map(({ incident }) => incident)).toEqual(['i11', 'i10', 'i9', 'i8', 'i7', 'i6', 'i5', 'i4']);
    const again = pace(record, asks('i9'), at(1200), short) as { next: Pace };
    expect(again.next.woken[0]).toEqual(woken('i9', 1200));
    expect(again.next.woken.filter(({ incident }) => incident === 'i9')).toHaveLength(1);
    const later = pace(record, asks('late'), at(1000 + 3600), short) as { next: Pace };
    expect(later.next.woken.map(({ incident }) => incident)).toEqual(['late', 'i11']);
  });
});

describe('a chat channel', () => {
  const windows = { ...USUAL_WINDOWS, burst: CHAT_BURST };

  it('takes ten incidents of a window one by one; the others wait for its digest', () => {
    let record: Pace | undefined;
    for (let n = 0; n < CHAT_BURST; n++) {
      const paced = pace(record, asks(`i${n}`), at(n), windows) as { do: string; next: Pace };
      expect(paced.do).toBe('send');
      record = paced.next;
    }
    expect(record).toMatchObject({ generation: 1, lead: 'i0', sent: CHAT_BURST });
    expect(pace(record, asks('one more'), at(20), windows)).toEqual({
      do: 'wait',
      generation: 1,
      until: at(firstSeconds),
    });
  });

  it('takes in a window that follows at once only what the one before left over', () => {
    const full = { ...(pace(undefined, asks('one'), at(0), windows) as { next: Pace }).next, sent: 8 };
    const next = (pace(full, asks('two'), at(firstSeconds), windows) as { next: Pace }).next;
    expect(next).toMatchObject({ generation: 2, sent: 9 });
    const later = pace(full, asks('two'), at(2 * firstSeconds), windows) as { next: Pace };
    expect(later.next.sent).toBe(1);
  });

  it('has its digest’s window to the digest', () => {
    const first = (pace(undefined, asks('one'), at(0), windows) as { next: Pace }).next;
    const digest = pace(first, asks('two', 'critical', 1), at(firstSeconds), windows) as { next: Pace };
    expect(pace(digest.next, asks('three'), at(firstSeconds + 1), windows)).toMatchObject({ do: 'wait' });
  });

  it('keeps the digest that grows for as long as the storm lasts', () => {
    const grown = { message: 'C1/1.2', digest: { count: 3, services: [] } };
    const record = { ...(pace(undefined, asks('one'), at(0), windows) as { next: Pace }).next, grown };
    const inStorm = pace(record, asks('two', 'critical', 1), at(firstSeconds), windows);
    expect(inStorm).toMatchObject({ next: { grown } });
    const after = pace(record, asks('later'), at(firstSeconds + thenSeconds), windows) as { next: Pace };
    expect(after.next.grown).toBeUndefined();
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
  owed.sort((a, b) => b.due - a.due);
  // The next due stands last; whoever waits again is put where it belongs.
  const owe = (page: Page) => {
    let [from, to] = [0, owed.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (owed[middle]!.due > page.due) from = middle + 1;
      else to = middle;
    }
    owed.splice(from, 0, page);
  };
  for (let looks = 0; owed.length > 0; looks++) {
    if (looks >= 20_000) throw new Error('It does not end.');
    const page = owed.pop()!;
    const paced = pace(record, asks(page.incident, page.severity, page.waited), at(page.due), USUAL_WINDOWS);
    if (paced.do === 'told') {
      expect(told).toContain(page.incident);
      continue;
    }
    if (paced.do === 'wait') {
      const seconds = (Date.parse(paced.until) - Date.parse(at(0))) / 1000;
      expect(seconds).toBeGreaterThan(page.due);
      waiting.set(paced.generation, (waiting.get(paced.generation) ?? new Set()).add(page.incident));
      if (record) record = { ...record, waitedIn: Math.max(record.waitedIn ?? 0, paced.generation) };
      owe({ ...page, due: seconds, waited: paced.generation });
      continue;
    }
    record = paced.next ?? record;
    if (fails(sends++)) {
      owe({ ...page, due: page.due + 5 });
      continue;
    }
    messages.push({ at: page.due, incident: page.incident });
    told.add(page.incident);
    if (!paced.untold) continue;
    for (let n = paced.untold.from; n <= paced.untold.to; n++) for (const one of waiting.get(n) ?? []) told.add(one);
    record = { ...record!, told: Math.max(record!.told, paced.untold.to) };
    const others = [...waiting].some(([n, ones]) => n >= paced.untold!.from && n <= paced.untold!.to && ones.size > 0);
    if (others) record = { ...record, ...afterDigest(at(page.due), record.severity, USUAL_WINDOWS) };
  }
  return { messages, told };
}

describe('a storm', () => {
  const severity = fc.constantFrom<Severity>('critical', 'error', 'warning', 'info');
  const storm = fc.array(fc.record({ at: fc.integer({ min: 0, max: 2000 }), severity }), {
    minLength: 1,
    maxLength: 200,
  });

  it('tells of everything, in any order, though sending fails now and then', () => {
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
