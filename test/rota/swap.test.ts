/** Swaps: whose shift goes where, and what is refused. A brute-force twin asks who is on call minute by minute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledRota, compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { doublesOf, type Exchange, MAX_MOVES, movesOf } from '../../shared/rota/swap.ts';

const weekly = (name: string, ...people: string[]) =>
  compileRota({
    name,
    time_zone: 'Europe/London',
    layers: [{ people, starts: '2026-11-02T09:00', every: '1 week' }],
  });
const rota = weekly('payments-primary', 'amira', 'ben', 'chidi');
const at = (text: string) => Date.parse(text);
const said = (exchange: Exchange, of = rota) =>
  movesOf(of, exchange).map(
    ({ person, insteadOf, from, to }) =>
      `${person} for ${insteadOf} ${new Date(from).toISOString().slice(0, 16)} ${new Date(to).toISOString().slice(0, 16)}`,
  );
const swapped = (of: CompiledRota, exchange: Exchange): CompiledRota => ({
  ...of,
  overrides: [...of.overrides, ...movesOf(of, exchange)],
});

describe('a swap', () => {
  it('of two shifts, each named by an instant in it, moves both whole', () => {
    const exchange = {
      person: 'amira',
      with: 'ben',
      gives: { from: at('2026-11-24T12:00Z') },
      takes: { from: at('2026-12-05T00:00Z') },
    };
    expect(said(exchange)).toEqual([
      'ben for amira 2026-11-23T09:00 2026-11-30T09:00',
      'amira for ben 2026-11-30T09:00 2026-12-07T09:00',
    ]);
  });

  it('of a period leaves the rest of the shift where it was', () => {
    const exchange = {
      person: 'amira',
      with: 'ben',
      gives: { from: at('2026-11-28T00:00Z'), to: at('2026-11-29T00:00Z') },
      takes: { from: at('2026-12-05T00:00Z'), to: at('2026-12-06T00:00Z') },
    };
    expect(said(exchange)).toEqual([
      'ben for amira 2026-11-28T00:00 2026-11-29T00:00',
      'amira for ben 2026-12-05T00:00 2026-12-06T00:00',
    ]);
  });

  it('of one period exchanges whatever both have in it, and a third keeps theirs', () => {
    const gives = { from: at('2026-11-23T09:00Z'), to: at('2026-12-28T09:00Z') };
    expect(said({ person: 'amira', with: 'ben', gives })).toEqual([
      'ben for amira 2026-11-23T09:00 2026-11-30T09:00',
      'amira for ben 2026-11-30T09:00 2026-12-07T09:00',
      'ben for amira 2026-12-14T09:00 2026-12-21T09:00',
      'amira for ben 2026-12-21T09:00 2026-12-28T09:00',
    ]);
  });

  it('made twice puts everything back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 60 }), (start, days) => {
        const from = at('2026-11-02T09:00Z') + start * 86_400_000;
        const exchange = { person: 'amira', with: 'ben', gives: { from, to: from + days * 86_400_000 } };
        let once: CompiledRota;
        try {
          once = swapped(rota, exchange);
        } catch {
          return;
        }
        const twice = swapped(once, exchange);
        for (let hour = -24; hour < days * 24 + 24; hour += 5) {
          const then = from + hour * 3_600_000;
          const before = onCallAt(rota, then).person;
          expect(onCallAt(twice, then).person).toBe(before);
          const other = { amira: 'ben', ben: 'amira', chidi: 'chidi' }[before as string];
          expect(onCallAt(once, then).person).toBe(hour >= 0 && hour < days * 24 ? other : before);
        }
      }),
    );
  });

  it.each([
    ['with oneself', { person: 'amira', with: 'amira', gives: { from: at('2026-11-24T12:00Z') } }, 'themselves'],
    [
      'of a shift that the giver does not have',
      { person: 'amira', with: 'ben', gives: { from: at('2026-12-01T12:00Z') } },
      'amira is not on call in payments-primary at 2026-12-01T12:00:00.000Z',
    ],
    [
      'for nothing in return',
      {
        person: 'amira',
        with: 'ben',
        gives: { from: at('2026-11-24T12:00Z') },
        takes: { from: at('2026-12-08T12:00Z') },
      },
      'ben is not on call',
    ],
    [
      'that ends before it begins',
      { person: 'amira', with: 'ben', gives: { from: at('2026-11-24T12:00Z'), to: at('2026-11-24T11:00Z') } },
      'ends before it begins',
    ],
  ])('%s is refused with a sentence', (_what, exchange, sentence) => {
    expect(() => movesOf(rota, exchange)).toThrow(sentence);
  });

  it(`of more than ${MAX_MOVES} shifts is refused`, () => {
    const daily = compileRota({
      name: 'daily',
      time_zone: 'UTC',
      layers: [{ people: ['amira', 'ben'], starts: '2026-01-01T09:00', every: '1 day' }],
    });
    const gives = { from: at('2026-01-01T09:00Z'), to: at('2026-04-12T09:00Z') };
    expect(() => movesOf(daily, { person: 'amira', with: 'ben', gives })).toThrow('101 shifts');
  });
});

it('who is then on call in two rotas at once is said, with the rota and when it begins', () => {
  const moves = movesOf(rota, {
    person: 'amira',
    with: 'ben',
    gives: { from: at('2026-11-24T12:00Z') },
    takes: { from: at('2026-12-01T12:00Z') },
  });
  expect(doublesOf(moves, [weekly('payments-secondary', 'chidi', 'ben')])).toEqual([
    'ben is on call in payments-secondary too from 2026-11-23T09:00:00.000Z: one person for both.',
  ]);
  expect(doublesOf(moves, [weekly('payments-secondary', 'chidi', 'chidi')])).toEqual([]);
});
