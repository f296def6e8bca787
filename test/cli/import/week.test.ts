/** Stretches of a week as windows: a twin asks minute by minute whether the windows are open where a stretch is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daily, intersect, type Stretch, WEEK_MINUTES, windowsOf } from '../../../cli/import/week.ts';
import { compileWindows, isOpen } from '../../../shared/rota/windows.ts';
import { zoneNamed } from '../../../shared/rota/zone.ts';

const stretch = fc.record({ from: fc.nat(WEEK_MINUTES - 1), minutes: fc.integer({ min: 1, max: WEEK_MINUTES }) });
const MONDAY = Date.parse('2026-11-23T00:00:00Z');
const utc = zoneNamed('UTC')!;
const inside = (stretches: Stretch[], minute: number) =>
  stretches.some(({ from, minutes }) =>
    [0, WEEK_MINUTES].some((turn) => minute + turn >= from && minute + turn < from + minutes),
  );

describe('windows', () => {
  it('are open exactly where a stretch is', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 4 }), (stretches) => {
        const windows = windowsOf(stretches);
        for (let minute = 0; minute < WEEK_MINUTES; minute += 13) {
          const open =
            windows === undefined || isOpen(compileWindows(windows), new Set(), utc, MONDAY + minute * 60_000);
          expect(open).toBe(inside(stretches, minute));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of stretches in others are open where both are', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 3 }), fc.array(stretch, { maxLength: 3 }), (a, b) => {
        const both = intersect(a, b).map(({ from, minutes }) => ({
          from: (from + WEEK_MINUTES) % WEEK_MINUTES,
          minutes,
        }));
        for (let minute = 0; minute < WEEK_MINUTES; minute += 29) {
          expect(inside(both, minute)).toBe(inside(a, minute) && inside(b, minute));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of the whole week are dropped: a layer without them is always active', () => {
    expect(windowsOf(daily(540, 1440))).toBeUndefined();
    expect(windowsOf(daily(540, 1439))).toEqual([{ from: '09:00', to: '08:59' }]);
  });
});
