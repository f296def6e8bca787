/** The edges of a person's windows, and the order in which a digest tells. */
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../shared/alert/alert.ts';
import { type Asking, type Pace, type Paced, pace } from '../../shared/digest/digest.ts';
import { digestOf, type Waiting } from '../../shared/digest/gather.ts';
import { at } from '../incident/world.ts';

const windows = { firstSeconds: 60, thenSeconds: 300, burst: 1 };
/** The third window, led by `lead` until 03:22:04; what waited in the first two was told, or was not. */
const third = (told: number): Pace => ({
  generation: 3,
  lead: 'lead',
  severity: 'error',
  until: at(600),
  told,
  sent: 1,
  woken: [],
});
const about = (incident: string, severity: Severity): { about: Waiting } => ({
  about: { incident, severity, title: incident },
});
const lead: Asking = about('lead', 'error');
const other: Asking = about('other', 'error');
const worse: Asking = about('worse', 'critical');
const woken = (asking: Asking, seconds: number) => [{ ...asking.about, at: at(seconds) }];
const untold = { from: 1, to: 2 };

describe('what is due inside a window', () => {
  it.each<[string, Pace, Asking, number, Paced]>([
    ['goes, where it leads the window', third(2), lead, 500, { do: 'send' }],
    ['takes along what nobody was told of, where it leads', third(0), lead, 500, { do: 'send', untold }],
    [
      'leads from now on, where it is worse',
      third(2),
      worse,
      500,
      { do: 'send', next: { ...third(2), lead: 'worse', severity: 'critical', sent: 2, woken: woken(worse, 500) } },
    ],
    [
      'takes along what nobody was told of, where it is worse',
      third(0),
      worse,
      500,
      {
        do: 'send',
        next: { ...third(0), lead: 'worse', severity: 'critical', sent: 2, woken: woken(worse, 500) },
        untold,
      },
    ],
    ['waits for its end', third(2), other, 500, { do: 'wait', generation: 3, until: at(600) }],
    [
      'waits for its end, where it has waited in it already',
      third(2),
      { ...other, waited: 3 },
      500,
      { do: 'wait', generation: 3, until: at(600) },
    ],
    [
      'looks again in ten seconds, where a digest that tells of it is on its way',
      third(1),
      { ...other, waited: 2 },
      500,
      { do: 'wait', generation: 2, until: at(510) },
    ],
    [
      'looks again at its end, where that is sooner',
      third(1),
      { ...other, waited: 2 },
      595,
      { do: 'wait', generation: 2, until: at(600) },
    ],
    ['is told, where it waited in a window that was', third(2), { ...other, waited: 2 }, 500, { do: 'told' }],
    ['is told, where it waited long before', third(2), { ...other, waited: 1 }, 500, { do: 'told' }],
  ])('%s', (_, record, asking, seconds, expected) => {
    expect(pace(record, asking, at(seconds), windows)).toStrictEqual(expected);
  });
});

describe('what is due when no window is open', () => {
  const opens = (seconds: number, record: Pace | undefined, asking: Asking = other) =>
    pace(record, asking, at(seconds), windows);

  it('opens a first one for a person who was never paged, with nothing untold', () => {
    expect(opens(0, undefined)).toStrictEqual({
      do: 'send',
      next: {
        generation: 1,
        lead: 'other',
        severity: 'error',
        until: at(60),
        told: 0,
        waitedIn: 0,
        sent: 1,
        woken: woken(other, 0),
      },
    });
  });

  it('opens one at the very end of the last, and takes along what waited', () => {
    expect(opens(600, third(2))).toStrictEqual({
      do: 'send',
      next: {
        generation: 4,
        lead: 'other',
        severity: 'error',
        until: at(660),
        told: 2,
        waitedIn: 3,
        sent: 1,
        woken: woken(other, 600),
      },
      untold: { from: 3, to: 3 },
    });
  });

  it.each([899.999, 900])('opens a first one, %s seconds on', (seconds) => {
    expect(opens(seconds, third(2))).toMatchObject({ next: { until: at(seconds + 60) } });
  });

  it('is told and opens none, where it waited in a window that was told', () => {
    expect(opens(700, third(2), { ...other, waited: 2 })).toStrictEqual({ do: 'told' });
  });
});

describe('a digest', () => {
  const waiting = (service: string, severity: Severity, n: number) =>
    Array.from({ length: n }, (_, i) => ({ incident: `${service}-${i}`, service, severity, title: 'x' }));
  const order = (...all: ReturnType<typeof waiting>[]) =>
    digestOf(all.flat(), 0, () => new Set()).services.map(
      ({ service, severity, count }) => `${service} ${severity} ${count}`,
    );

  it.each([
    ['the worst first, whichever came first', ['b critical 1', 'a error 2', 'c info 3']],
    ['of alike severity the most first', ['c error 3', 'b error 2', 'a error 1']],
    ['of alike severity and number by name', ['a error 1', 'b error 1', 'c error 1']],
  ])('tells %s', (_, expected) => {
    const parts = expected.map((one) => {
      const [service, severity, n] = one.split(' ') as [string, Severity, string];
      return waiting(service, severity, Number(n));
    });
    for (const [i, j, k] of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ] as const) {
      expect(order(parts[i]!, parts[j]!, parts[k]!)).toEqual(expected);
    }
  });

  it('names a service by the worst of what waits there', () => {
    expect(order(waiting('a', 'info', 1), waiting('a', 'critical', 1), waiting('a', 'error', 1))).toEqual([
      'a critical 3',
    ]);
  });
});
