import { describe, expect, test } from 'vitest';
import { checkRota } from '../../shared/rota/check.ts';
import { LIMITS } from '../../shared/rota/schema.ts';
import { keyOf } from '../../shared/written/written.ts';

const layer = { people: ['amira', 'ben'], starts: '2026-01-05T09:00', every: '1 week' };
const override = { person: 'ben', from: '2026-12-24T09:00', to: '2026-12-27T09:00' };
const window = { days: ['mon'], from: '09:00', to: '17:30' };
const good = { name: 'r', time_zone: 'Europe/London', holidays: 'scotland', layers: [layer], overrides: [override] };
const withLayer = (change: object) => ({ ...good, layers: [{ ...layer, ...change }] });
const withWindow = (change: object) => withLayer({ active: [{ ...window, ...change }] });
const withOverride = (change: object) => ({ ...good, overrides: [{ ...override, ...change }] });

test('a rota as the guide writes it has no mistakes', () => {
  expect(checkRota(good)).toEqual([]);
  expect(checkRota(withWindow({ to: '24:00' }))).toEqual([]);
  expect(checkRota({ time_zone: 'UTC', overrides: [override] })).toEqual([]);
});

describe('what is refused names its key and the mend', () => {
  test.each([
    ['an unknown time zone', { ...good, time_zone: 'Europe/Londn' }, 'time_zone', /Did you mean Europe\/London\?/],
    ['an offset as time zone', { ...good, time_zone: '+01:00' }, 'time_zone', /IANA name/],
    ['no time zone', { layers: [layer] }, 'time_zone', /Europe\/London/],
    ['an unknown calendar', { ...good, holidays: 'uk' }, 'holidays', /england-and-wales/],
    ['a holiday that does not exist', { ...good, holidays: ['2026-02-30'] }, 'holidays[0]', /date that exists/],
    ['no layers and no overrides', { ...good, layers: [], overrides: [] }, 'layers', /Add a layer/],
    ['a layer without people', withLayer({ people: [] }), 'layers[0].people', /\[amira, ben\]/],
    ['a fortnight', withLayer({ every: '1 fortnight' }), 'layers[0].every', /2 weeks/],
    ['half a day', withLayer({ every: '0.5 days' }), 'layers[0].every', /whole number/],
    ['a turn of no length', withLayer({ every: '0 days' }), 'layers[0].every', /from 1/],
    ['a turn of less than nothing', withLayer({ every: '-1 days' }), 'layers[0].every', /whole number/],
    ['shifts without windows', withLayer({ every: '1 shift' }), 'layers[0].every', /Add active windows/],
    ['an empty list of windows', withLayer({ active: [] }), 'layers[0].active', /leave active out/],
    ['until that is starts', withLayer({ until: '2026-01-05T09:00' }), 'layers[0].until', /after 2026-01-05T09:00/],
    ['a start without its time', withLayer({ starts: '2026-01-05' }), 'layers[0].starts', /2026-01-05T09:00/],
    ['a start with a zone', withLayer({ starts: '2026-01-05T09:00Z' }), 'layers[0].starts', /wall clock/],
    ['a date that does not exist', withLayer({ starts: '2026-02-29T09:00' }), 'layers[0].starts', /that exist/],
    ['a time that does not exist', withLayer({ starts: '2026-02-28T24:00' }), 'layers[0].starts', /23:59/],
    ['a date before telephones', withLayer({ starts: '0026-02-28T09:00' }), 'layers[0].starts', /1876/],
    ['an unknown key', withLayer({ wehn: 'x' }), 'layers[0].wehn', /Write one of|Did you mean/],
    ['a key nearly right', withLayer({ strats: 'x' }), 'layers[0].strats', /Did you mean starts\?/],
    ['a day in full', withWindow({ days: ['monday'] }), 'layers[0].active[0].days[0]', /mon, tue/],
    ['24:00 as from', withWindow({ from: '24:00' }), 'layers[0].active[0].from', /23:59/],
    ['a number as time', withWindow({ from: 900 }), 'layers[0].active[0].from', /in quotes/],
    ['an hour of one digit', withWindow({ to: '9:00' }), 'layers[0].active[0].to', /24:00/],
    [
      'an override that ends first',
      withOverride({ to: '2026-12-24T09:00' }),
      'overrides[0].to',
      /after 2026-12-24T09:00/,
    ],
    ['an override of nobody', withOverride({ person: '' }), 'overrides[0].person', /id of a person/],
  ])('%s', (_, rota, key, mend) => {
    const [mistake] = checkRota(rota);
    expect(mistake && keyOf(mistake.path)).toBe(key);
    expect(mistake?.mend).toMatch(mend);
  });

  test.each([null, 'x', [], 7, undefined])('%j instead of a rota', (rota) => {
    expect(checkRota(rota)).not.toEqual([]);
  });
});

test('people are looked up only where a catalogue is at hand', () => {
  const [mistake] = checkRota(good, new Set(['amira', 'benn']));
  expect(mistake).toMatchObject({ code: 'unknown-person', mend: 'Did you mean benn?' });
});

describe('limits', () => {
  test.each([
    ['layers', { ...good, layers: Array(LIMITS.layers + 1).fill(layer) }],
    ['people of a layer', withLayer({ people: Array(LIMITS.people + 1).fill('amira') })],
    ['windows of a layer', withLayer({ active: Array(LIMITS.windows + 1).fill(window) })],
    ['overrides', { ...good, overrides: Array(LIMITS.overrides + 1).fill(override) }],
    ['holidays', { ...good, holidays: Array(LIMITS.holidays + 1).fill('2026-12-25') }],
    ['letters of a name', { ...good, name: 'r'.repeat(LIMITS.text + 1) }],
  ])('too many %s are refused', (_, rota) => {
    expect(checkRota(rota)).toHaveLength(1);
  });
});
