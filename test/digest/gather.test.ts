import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../../shared/alert/alert.ts';
import {
  type Digest,
  digestOf,
  grownBy,
  hangsOn,
  parentsOf,
  type Upstream,
  type Waiting,
} from '../../shared/digest/gather.ts';
import { at } from '../incident/world.ts';

/** payments-api → ledger → database; print stands alone; a and b depend on one another, which lint refuses. */
const NEEDS: Record<string, string[]> = {
  portal: ['payments-api', 'ledger', 'database'],
  'payments-api': ['ledger', 'database'],
  ledger: ['database'],
  a: ['b'],
  b: ['a'],
};
const upstream: Upstream = (service) => new Set(NEEDS[service] ?? []);

let number = 0;
const of = (service: string | undefined, severity: Severity = 'error', more: Partial<Waiting> = {}): Waiting => ({
  incident: `${service}-${number++}`,
  severity,
  title: 'x',
  ...(service === undefined ? {} : { service }),
  ...more,
});
const lines = ({ services }: Digest) =>
  services.map(({ service, count, below, severity }) => `${service} ${count}+${below} ${severity}`);

describe('an incident hangs on another', () => {
  it.each<[string, Waiting, Waiting, boolean]>([
    ['of a service that its own depends on', of('payments-api'), of('ledger'), true],
    ['however far', of('portal'), of('database'), true],
    ['and never the other way round', of('ledger'), of('payments-api'), false],
    ['but not on one of its own service', of('ledger'), of('ledger'), false],
    [
      'nor of another environment',
      of('payments-api', 'error', { environment: 'test' }),
      of('ledger', 'error', { environment: 'production' }),
      false,
    ],
    [
      'where one does not say its environment it may be the same',
      of('payments-api', 'error', { environment: 'test' }),
      of('ledger'),
      true,
    ],
    ['nor where both depend on one another', of('a'), of('b'), false],
    ['without a service nothing is known', of(undefined), of('ledger'), false],
    [
      'which is a composite alarm that names its signal',
      of(undefined, 'error', { key: 'arn:child' }),
      of('print', 'error', { children: ['arn:other', 'arn:child'] }),
      true,
    ],
    [
      'and not one that names others',
      of(undefined, 'error', { key: 'arn:child' }),
      of('print', 'error', { children: ['arn:other'] }),
      false,
    ],
  ])('%s', (_, one, parent, expected) => {
    expect(hangsOn(one, parent, upstream)).toBe(expected);
  });

  it('and never on itself, though a composite alarm should name itself', () => {
    const one = of('print', 'error', { key: 'arn:a', children: ['arn:a'] });
    expect(hangsOn(one, one, upstream)).toBe(false);
  });
});

it('what somebody was woken for is a parent of what is no worse', () => {
  const woken = [of('ledger', 'error'), of('print', 'critical'), of('database', 'critical')].map((one) => ({
    ...one,
    at: at(0),
  }));
  const parents = (severity: Severity) => parentsOf(of('payments-api', severity), woken, upstream);
  expect(parents('error').map(({ service }) => service)).toEqual(['ledger', 'database']);
  expect(parents('critical').map(({ service }) => service)).toEqual(['database']);
});

describe('a digest', () => {
  it('counts by service: the worst first, then what most hangs on, then the most', () => {
    const waiting = [
      of('print', 'warning'),
      of('mail', 'error'),
      of('payments-api', 'error'),
      of('payments-api', 'warning'),
      of(undefined, 'critical'),
    ];
    expect(digestOf(waiting, 7, upstream)).toEqual({
      count: 12,
      services: [
        { service: 'no service', count: 1, below: 0, severity: 'critical' },
        { service: 'payments-api', count: 2, below: 0, severity: 'error' },
        { service: 'mail', count: 1, below: 0, severity: 'error' },
        { service: 'print', count: 1, below: 0, severity: 'warning' },
      ],
    });
  });

  it('gathers children under the topmost parent that waits too, and takes over the worst of them', () => {
    const waiting = [
      of('payments-api', 'critical'),
      of('portal', 'error'),
      of('ledger', 'error'),
      of('ledger', 'warning'),
      of('print', 'critical'),
      of('print', 'critical'),
    ];
    expect(lines(digestOf(waiting, 0, upstream))).toEqual(['ledger 2+2 critical', 'print 2+0 critical']);
    expect(lines(digestOf([...waiting, of('database', 'warning')], 0, upstream))).toEqual([
      'database 1+4 critical',
      'print 2+0 critical',
    ]);
  });

  it('gathers nothing of another environment', () => {
    const waiting = [
      of('payments-api', 'error', { environment: 'test' }),
      of('payments-api', 'error', { environment: 'production' }),
      of('ledger', 'error', { environment: 'production' }),
    ];
    expect(lines(digestOf(waiting, 0, upstream))).toEqual(['ledger 1+1 error', 'payments-api 1+0 error']);
  });

  it('gathers the alarms of a composite alarm under it, for any services', () => {
    const waiting = [
      of('print', 'error', { key: 'arn:1' }),
      of('mail', 'error', { key: 'arn:2' }),
      of('mail', 'error', { key: 'arn:3' }),
      of('portal', 'error', { key: 'arn:whole', children: ['arn:1', 'arn:2'] }),
    ];
    expect(lines(digestOf(waiting, 0, upstream))).toEqual(['portal 1+2 error', 'mail 1+0 error']);
  });

  it('is not led round in circles by composite alarms that name one another', () => {
    const waiting = [
      of('print', 'error', { key: 'arn:1', children: ['arn:2'] }),
      of('mail', 'error', { key: 'arn:2', children: ['arn:1'] }),
    ];
    expect(digestOf(waiting, 0, upstream).count).toBe(2);
  });

  const anyWaiting = fc.array(
    fc
      .record({
        service: fc.option(fc.constantFrom('portal', 'payments-api', 'ledger', 'database', 'print', 'a', 'b')),
        severity: fc.constantFrom<Severity>('critical', 'error', 'warning', 'info'),
        environment: fc.option(fc.constantFrom('test', 'production')),
        key: fc.option(fc.integer({ min: 0, max: 9 })),
        children: fc.option(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 })),
      })
      .map(({ service, severity, environment, key, children }) =>
        of(service ?? undefined, severity, {
          ...(environment === null ? {} : { environment }),
          ...(key === null ? {} : { key: String(key) }),
          ...(children === null ? {} : { children: children.map(String) }),
        }),
      ),
    { maxLength: 40 },
  );
  const counted = ({ services }: Digest) => services.reduce((sum, { count, below }) => sum + count + below, 0);

  it('counts each incident once, for any dependencies', () => {
    fc.assert(
      fc.property(anyWaiting, (waiting) => {
        const digest = digestOf(waiting, 3, upstream);
        expect(digest.count).toBe(waiting.length + 3);
        expect(counted(digest)).toBe(waiting.length);
      }),
    );
  });

  it('that grew counts what both counted', () => {
    fc.assert(
      fc.property(anyWaiting, anyWaiting, (first, second) => {
        const grown = grownBy(digestOf(first, 1, upstream), digestOf(second, 2, upstream));
        expect(grown.count).toBe(first.length + second.length + 3);
        expect(counted(grown)).toBe(first.length + second.length);
      }),
    );
  });

  it('that grew keeps the worst of each service first, and changes neither of the two', () => {
    const before = digestOf([of('print', 'warning'), of('ledger', 'error')], 0, upstream);
    const now = digestOf([of('print', 'critical')], 0, upstream);
    expect(lines(grownBy(before, now))).toEqual(['print 2+0 critical', 'ledger 1+0 error']);
    expect(lines(before)).toEqual(['ledger 1+0 error', 'print 1+0 warning']);
  });

  it('names fifty services and counts the others', () => {
    const many = Array.from({ length: 60 }, (_, n) => of(`s${n}`));
    const digest = digestOf(many, 0, upstream);
    expect(digest.services).toHaveLength(50);
    expect(digest.count).toBe(60);
  });
});
