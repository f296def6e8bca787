/** Instants are texts that compare as times do. */
import { expect, it } from 'vitest';
import { after, duration, earliest, latest } from '../../shared/time/time.ts';

it('an instant so many seconds after another may cross a day, and may be before it', () => {
  expect(after('2026-11-23T23:59:30.000Z', 90)).toBe('2026-11-24T00:01:00.000Z');
  expect(after('2026-11-24T00:01:00.000Z', -90)).toBe('2026-11-23T23:59:30.000Z');
});

it('the earliest and the latest of no instants are not known', () => {
  expect([earliest([]), latest([])]).toEqual([undefined, undefined]);
  const instants = ['2026-11-24T00:01:00.000Z', '2026-11-23T23:59:30.000Z'];
  expect([earliest(instants), latest(instants)]).toEqual([instants[1], instants[0]]);
});

it.each([
  [0, '0s'],
  [59.4, '59s'],
  [60, '1m'],
  [3900, '1h5m'],
  [7200, '2h'],
  [172_800, '2d'],
])('%s seconds read %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});
