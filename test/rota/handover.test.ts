import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRota } from '../../shared/rota/compile.ts';
import { handOversBetween, sayHandOver } from '../../shared/rota/handover.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { zoneNamed } from '../../shared/rota/zone.ts';

const MINUTE = 60_000;
const rota = compileRota({
  name: 'primary',
  time_zone: 'Europe/London',
  layers: [
    { people: ['amira', 'ben'], starts: '2026-11-02T09:00', every: '1 day' },
    { people: ['ben'], starts: '2026-11-02T09:00', every: '1 week', active: [{ from: '12:00', to: '13:00' }] },
  ],
});

describe('a hand-over', () => {
  it('is each minute in which somebody else is on call than in the one before', () => {
    const from = Date.parse('2026-11-23T00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 1, max: 3000 }), (after, length) => {
        const [a, b] = [from + after * MINUTE, from + (after + length) * MINUTE];
        const expected = [];
        for (let at = a + MINUTE; at <= b; at += MINUTE) {
          const { person } = onCallAt(rota, at);
          if (person !== onCallAt(rota, at - MINUTE).person && person !== undefined) expected.push({ at, person });
        }
        expect(handOversBetween(rota, a, b)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [0, 'You are on call for primary from 09:00; no open incidents.'],
    [1, 'You are on call for primary from 09:00; one open incident.'],
    [2, 'You are on call for primary from 09:00; two open incidents.'],
    [13, 'You are on call for primary from 09:00; 13 open incidents.'],
  ])('with %i open incidents reads well', (open, text) => {
    expect(sayHandOver('primary', zoneNamed('Europe/London')!, Date.parse('2026-07-01T08:00Z'), open)).toBe(text);
  });
});
