import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf, spreadOf } from '../../shared/toil/figures.ts';

describe('a spread', () => {
  it.each<[number[], { count: number; median?: number; p90?: number }]>([
    [[], { count: 0 }],
    [[7], { count: 1, median: 7, p90: 7 }],
    [[4, 1], { count: 2, median: 2.5, p90: 4 }],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 1000], { count: 10, median: 5.5, p90: 9 }],
  ])('%j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('has as many values below the median as above it, and nine in ten at or below p90', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 200 }), (values) => {
        const { median, p90 } = spreadOf(values);
        expect(values.filter((value) => value < median!).length * 2).toBeLessThanOrEqual(values.length);
        expect(values.filter((value) => value > median!).length * 2).toBeLessThanOrEqual(values.length);
        expect(values.filter((value) => value <= p90!).length / values.length).toBeGreaterThanOrEqual(0.9);
        expect(values).toContain(p90);
      }),
    );
  });
});

/** As R's binom.confint(…, methods = "wilson") gives them, to a hundredth. */
describe('a share with its interval', () => {
  it.each<[number, number, number, number]>([
    [6, 7, 0.49, 0.97],
    [0, 10, 0, 0.28],
    [10, 10, 0.72, 1],
    [5, 10, 0.24, 0.76],
    [81, 263, 0.26, 0.37],
  ])('%d of %d: from %d to %d', (yes, of, from, to) => {
    const share = shareOf(yes, of);
    expect([share.from!, share.to!].map((end) => Math.round(end * 100) / 100)).toEqual([from, to]);
  });

  it('of nothing has none', () => {
    expect(shareOf(0, 0)).toEqual({ of: 0, yes: 0 });
  });

  it('has the share in it, and is narrower the more cases there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, part) => {
        const yes = Math.round(of * part);
        const few = shareOf(yes, of);
        const many = shareOf(yes * 10, of * 10);
        expect(few.from!).toBeLessThanOrEqual(yes / of + 1e-9);
        expect(few.to!).toBeGreaterThanOrEqual(yes / of - 1e-9);
        expect(many.to! - many.from!).toBeLessThan(few.to! - few.from!);
      }),
    );
  });
});
