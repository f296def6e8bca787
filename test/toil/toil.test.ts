import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import { type Asked, beforeOf, type Grouping, toilOf } from '../../shared/toil/toil.ts';
import { catalogue, incidentOf, type Night } from './night.ts';

const asked = (by: Grouping = 'service'): Asked => ({
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  by,
  now: '2026-12-02T00:00:00.000Z',
});
const MONDAY_NIGHT = '2026-11-23T03:00:00.000Z';
const toil = (nights: Night[], by?: Grouping) => toilOf(nights.map(incidentOf), catalogue, asked(by));
const all = (nights: Night[]) => toil(nights).all;

describe('what an incident costs', () => {
  it('counts each page, and the times that people were taken from sleep', () => {
    // A text at once, a call after two minutes, another after five; the second step calls for ben after five.
    const { pages, interruptions } = all([{ opened: MONDAY_NIGHT, acknowledged: 200, resolvedBy: 3000 }]);
    expect({ pages, interruptions }).toEqual({ pages: 2, interruptions: { business: 0, off: 0, sleep: 2 } });
  });

  it("takes people's time from the answer to the end, as count, total, median and p90", () => {
    const nights = [600, 1200, 6000].map((ends, n) => ({
      opened: MONDAY_NIGHT,
      group: `g${n}`,
      acknowledged: 100,
      ends,
    }));
    expect(all(nights).effort).toEqual({ count: 3, total: 500 + 1100 + 5900, median: 1100, p90: 5900 });
  });

  it('counts what ended before anybody acted', () => {
    expect(all([{ opened: MONDAY_NIGHT, ends: 200 }]).endedByItself).toBe(1);
    expect(all([{ opened: MONDAY_NIGHT, acknowledged: 100, ends: 200 }]).endedByItself).toBe(0);
    expect(all([{ opened: MONDAY_NIGHT, resolvedBy: 200 }]).endedByItself).toBe(0);
    expect(all([{ opened: MONDAY_NIGHT, wrong: 50, ends: 200 }]).endedByItself).toBe(0);
  });

  it('counts incidents without a runbook, and those whose runbook somebody said was wrong', () => {
    const figures = all([
      { opened: MONDAY_NIGHT, group: 'a', runbook: null },
      { opened: MONDAY_NIGHT, group: 'b', wrong: 60 },
      { opened: MONDAY_NIGHT, group: 'c' },
    ]);
    expect([figures.withoutRunbook, figures.wrongRunbook]).toEqual([1, 1]);
  });

  it('counts what people said of it', () => {
    const { verdicts } = all([
      { opened: MONDAY_NIGHT, group: 'a', ends: 60, verdict: 'noise' },
      { opened: MONDAY_NIGHT, group: 'b', ends: 60, verdict: 'acted' },
      { opened: MONDAY_NIGHT, group: 'c', ends: 60 },
    ]);
    expect(verdicts).toEqual({ acted: 1, noise: 1, 'ended-by-itself': 0, 'poor-details': 0, none: 1 });
  });
});

describe('answers in time', () => {
  it.each<[string, Night, { inTime: number; late: number; unanswered: number }]>([
    ['critical, after 20 minutes', { opened: MONDAY_NIGHT, acknowledged: 1200 }, { inTime: 1, late: 0, unanswered: 0 }],
    ['critical, a second later', { opened: MONDAY_NIGHT, acknowledged: 1201 }, { inTime: 0, late: 1, unanswered: 0 }],
    [
      'an error, after an hour',
      { opened: MONDAY_NIGHT, severity: 'error', acknowledged: 3600 },
      { inTime: 1, late: 0, unanswered: 0 },
    ],
    ['closed by hand at once', { opened: MONDAY_NIGHT, resolvedBy: 300 }, { inTime: 1, late: 0, unanswered: 0 }],
    ['by nobody, for an hour', { opened: MONDAY_NIGHT, ends: 3600 }, { inTime: 0, late: 1, unanswered: 1 }],
    ['by nobody, over within 20 minutes', { opened: MONDAY_NIGHT, ends: 600 }, { inTime: 0, late: 0, unanswered: 0 }],
    ['by nobody, open', { opened: MONDAY_NIGHT }, { inTime: 0, late: 1, unanswered: 1 }],
  ])('%s', (_, night, expected) => {
    expect(all([night]).acknowledged).toMatchObject(expected);
  });

  it('count from the first page that was due, not from the beginning of a hold', () => {
    const held = { ...incidentOf({ opened: MONDAY_NIGHT, acknowledged: 1500, ends: 2000 }) };
    const first = held.pages.find(({ kind, person }) => kind === 'alert' && person)!;
    const late = '2026-11-23T03:10:00.000Z';
    held.pages = [{ ...first, due: late, at: late }];
    expect(toilOf([held], catalogue, asked()).all.acknowledged).toMatchObject({ inTime: 1, seconds: { median: 900 } });
  });
});

describe('what does not count', () => {
  it('is said with how many there were', () => {
    const open = { opened: MONDAY_NIGHT, group: 'open' };
    const test = decide(
      undefined,
      { type: 'test-page', person: 'amira', channel: 'sms', by: 'ben', via: 'api' },
      { now: MONDAY_NIGHT, catalogue, onCall: () => undefined },
    )!;
    const shadow = { opened: MONDAY_NIGHT, service: 'trial', group: 'trial', ends: 10 };
    const report = toilOf([test, incidentOf(open), incidentOf(shadow)], catalogue, asked());
    expect(report.all.incidents).toBe(1);
    expect(report.leftOut).toEqual([
      { what: 'test pages and canaries: not counted', count: 1 },
      { what: 'incidents of services in shadow, of which nobody was told: not counted', count: 1 },
      {
        what: 'incidents that nobody acknowledged, or that are open: in no time from the answer to the end',
        count: 1,
      },
      { what: 'incidents of which it is not known whether somebody had to act: in no precision', count: 1 },
    ]);
  });
});

describe('the time before', () => {
  it('is as long, ends where this one begins, and is beside it for all and for each row', () => {
    expect(beforeOf(asked())).toBe('2026-10-02T00:00:00.000Z');
    const report = toil([
      { opened: '2026-11-01T00:00:00.000Z', group: 'a' },
      { opened: '2026-10-31T23:59:59.999Z', group: 'b' },
      { opened: '2026-10-02T00:00:00.000Z', group: 'c' },
      { opened: '2026-10-01T23:59:59.999Z', group: 'd' },
      { opened: '2026-12-01T00:00:00.000Z', group: 'e' },
    ]);
    expect([report.all.incidents, report.before.incidents]).toEqual([1, 2]);
    expect(report.rows.map(({ name, now, before }) => [name, now.incidents, before.incidents])).toEqual([
      ['payments-api', 1, 2],
    ]);
  });
});

describe('grouped', () => {
  const nights: Night[] = [
    { opened: '2026-11-23T10:00:00.000Z', group: 'a', service: 'payments-api', ends: 30 },
    { opened: '2026-11-23T11:00:00.000Z', group: 'b', service: 'ledger', runbook: null, ends: 700 },
    { opened: '2026-11-24T03:00:00.000Z', group: 'b', service: 'ledger', runbook: null, ends: 20 },
  ];

  it.each<[Grouping, [string, number][]]>([
    [
      'service',
      [
        ['ledger', 2],
        ['payments-api', 1],
      ],
    ],
    [
      'runbook',
      [
        ['no runbook', 2],
        ['payments/5xx', 1],
      ],
    ],
  ])('by %s, the row that wakes people first', (by, rows) => {
    expect(toil(nights, by).rows.map(({ name, now }) => [name, now.incidents])).toEqual(rows);
  });

  it('by cause, each with its title', () => {
    const rows = toil(nights, 'cause').rows;
    expect(rows.map(({ title, now }) => [title, now.incidents])).toEqual([
      ['Queue is long', 2],
      ['Queue is long', 1],
    ]);
  });

  it('by rota, with the interruptions of that rota alone', () => {
    const rows = toil(nights, 'rota').rows.map(({ name, now: { interruptions } }) => [name, interruptions]);
    expect(rows).toEqual([
      ['primary', { business: 4, off: 0, sleep: 1 }],
      ['secondary', { business: 3, off: 0, sleep: 0 }],
    ]);
  });
});

it('no figure names a person', () => {
  const report = toil(
    [
      { opened: MONDAY_NIGHT, acknowledged: 100, resolvedBy: 900, verdict: 'noise' },
      { opened: MONDAY_NIGHT, group: 'b' },
    ],
    'rota',
  );
  expect(JSON.stringify(report)).not.toMatch(/amira|ben|chidi|head/);
});

it('no figure is a mean', () => {
  expect(JSON.stringify(toil([{ opened: MONDAY_NIGHT }]))).not.toMatch(/mean|average/i);
});

describe('how precise an alarm is', () => {
  it('is the share on which somebody had to act, with its interval', () => {
    const nights = [...Array(7)].map((_, n) => ({
      opened: `2026-11-${10 + n}T03:00:00.000Z`,
      group: `g${n}`,
      ...(n < 6 ? { resolvedBy: 600 } : { ends: 60 }),
    }));
    const [alarm] = toil(nights).alarms;
    expect(alarm).toMatchObject({ title: 'Queue is long', incidents: 7, acted: { yes: 6, of: 7 } });
    expect(alarm!.acted.from).toBeCloseTo(0.49, 2);
    expect(alarm!.acted.to).toBeCloseTo(0.97, 2);
  });

  it.each<[string, Partial<Night>, number, number]>([
    ['over before anybody acted: nobody had to', { ends: 60 }, 0, 1],
    ['closed by hand: somebody did', { resolvedBy: 60 }, 1, 1],
    ['acknowledged, then over by itself: not known', { acknowledged: 30, ends: 60 }, 0, 0],
    ['a person says more than the record', { ends: 60, verdict: 'acted' }, 1, 1],
    ['noise, though somebody closed it', { resolvedBy: 60, verdict: 'noise' }, 0, 1],
    ['poor details leave it to the record', { ends: 60, verdict: 'poor-details' }, 0, 1],
  ])('%s', (_, more, yes, of) => {
    expect(toil([{ opened: MONDAY_NIGHT, ...more }]).alarms[0]!.acted).toMatchObject({ yes, of });
  });
});
