/** What counts as an address, a number, a beginning, an end: to the letter, where a slip would page the wrong team. */
import { describe, expect, test } from 'vitest';
import type { CompiledPattern } from '../../shared/pattern/compiled.ts';
import { NumberText, parseJson } from '../../shared/pattern/json.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { buildIndex, findMatches } from '../../shared/pattern/pattern-index.ts';

function compiled(pattern: unknown): CompiledPattern {
  const result = compile(pattern);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.pattern;
}
/** Asked alone and by the index. */
function holds(condition: unknown, value: unknown): boolean {
  const pattern = compiled({ x: [condition] });
  const alone = matches(pattern, { x: value });
  expect(findMatches(buildIndex([pattern]), { x: value })).toHaveLength(alone ? 1 : 0);
  return alone;
}

describe('an address', () => {
  /** The same address in another spelling: met only if both are read as addresses. */
  test.each<[string, string, string, boolean]>([
    ['four numbers up to 255', '10.0.0.255', '10.0.0.0255', true],
    ['is no number above 255', '10.0.0.256', '10.0.0.0256', false],
    ['of fifteen characters', '10.0.0.1', '010.000.000.001', true],
    ['is not of sixteen', '10.0.0.1', '010.000.000.0001', false],
    ['is not of three numbers', '10.0.1', '10.0.01', false],
    ['is not of five', '1.1.1.1.1', '1.1.1.1.01', false],
    ['has nothing before a number', '10.0.0.x1', '10.0.0.x01', false],
    ['has nothing after a number', '10.0.0.1x', '10.0.0.01x', false],
    ['has nothing between', '10..0.1', '10..0.01', false],
    ['of eight groups', '1:2:3:4:5:6:7:8', '01:2:3:4:5:6:7:8', true],
    ['is not of seven groups', '1:2:3:4:5:6:7', '01:2:3:4:5:6:7', false],
    ['is not of nine', '1:2:3:4:5:6:7:8:9', '01:2:3:4:5:6:7:8:9', false],
    ['with one gap', '1::8', '1:0:0:0:0:0:0:8', true],
    ['with a gap for one group', '1:2:3:4:5:6::8', '1:2:3:4:5:6:0:8', true],
    ['is not with a gap for none', '1:2:3:4::5:6:7:8', '01:2:3:4::5:6:7:8', false],
    ['is not with two gaps', '1::2::3', '01::2::3', false],
    ['has no group above ffff', '1::10000', '01::10000', false],
    ['has none above ffff among others', '1:2:3:4:5:6:7:10000', '01:2:3:4:5:6:7:10000', false],
    ['has no empty group at its end', '1::2:', '01::2:', false],
    ['has none at its beginning', ':1::2', ':01::2', false],
    ['has hexadecimal digits alone', '1::g', '01::g', false],
    ['and nothing before them', 'g1::2', 'g01::2', false],
    ['and nothing after them', '1::2g', '1::02g', false],
    ['of 45 characters', '::1', `::${'1'.padStart(43, '0')}`, true],
    ['is not of 46', '::1', `::${'1'.padStart(44, '0')}`, false],
    ['is everything that is zero', '::', '0:0:0:0:0:0:0:0', true],
  ])('%s: %s is %s', (_, one, other, same) => {
    expect(holds(one, other)).toBe(same);
    expect(holds(one, one)).toBe(true);
  });
});

describe('a block', () => {
  test.each<[string, string, boolean]>([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '9.255.255.255', false],
    ['10.0.0.0/31', '10.0.0.1', true],
    ['10.0.0.0/31', '10.0.0.2', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::/127', '2001:db8::1', true],
    ['2001:db8::/127', '2001:db8::2', false],
    // Of two families the digits that both have decide (Event Ruler): ten is 0A.
    ['10.0.0.0/8', 'a00:1::', true],
    ['10.0.0.0/8', 'aff:ffff:1::', true],
    ['10.0.0.0/8', 'b00::', false],
    ['a00::/8', '10.0.0.1', true],
    ['a00::/8', '10.0.0.0', false],
    ['a00::/8', '10.255.255.255', false],
    ['a00::/8', '11.0.0.1', false],
    ['10.0.0.0/8/', '10.0.0.1', true],
    ['10.0.0.0/8//', '10.0.0.1', true],
    ['10.0.0.0/08', '10.0.0.1', true],
  ])('%s and %s: %s', (cidr, value, inside) => {
    expect(holds({ cidr }, value)).toBe(inside);
  });

  test.each([
    ['10.0.0.0', 'a CIDR block needs exactly one "/"'],
    ['10.0.0.0/8/8', 'a CIDR block needs exactly one "/"'],
    ['10.0.0/8', '"10.0.0" is not an IPv4 or IPv6 address'],
    ['10.0.0.0/x8', 'the part after "/" must be a whole number'],
    ['10.0.0.0/8x', 'the part after "/" must be a whole number'],
    ['10.0.0.0/1.5', 'the part after "/" must be a whole number'],
    ['10.0.0.0/-1', 'the part after "/" must be from 0 to 31'],
    ['10.0.0.0/32', 'the part after "/" must be from 0 to 31'],
    ['::/128', 'the part after "/" must be from 0 to 127'],
  ])('%s is refused: %s', (cidr, message) => {
    expect(compile({ x: [{ cidr }] })).toMatchObject({ ok: false, error: { path: 'x[0].cidr', message } });
  });
});

describe('a number', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['0.1', 0.1],
    ['1.50', 1.5],
    ['1e100', 1e100],
    ['1.5E+300', 1.5e300],
    ['12e-100', 1.2e-99],
    ['5e-324', 5e-324],
    ['0e999', 0],
    ['0.000e-999', 0],
    ['9007199254740992', 9007199254740992],
    ['1000000000000000000000', 1e21],
    ['100000000000000000000.000', 1e20],
    ['0.00000000000000000001', 1e-20],
    ['-0.0000000000000000000125', -1.25e-20],
    ['1020304050607080', 1020304050607080],
  ])('that a double holds as it is spelled is it: %s', (text, value) => {
    expect(parseJson(text)).toBe(value);
    expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [value] });
  });

  test.each([
    '9007199254740993',
    '12345678901234567890',
    '-12345678901234567890',
    '0.12345678901234567890',
    '1e400',
    '-1E400',
    '1e+400',
    '1e-400',
    '4e-324',
    '10200300400500600708',
    '1.23456789012345678e300',
  ])('that none holds is kept as its text: %s', (text) => {
    expect(parseJson(text)).toEqual(new NumberText(text));
    expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [new NumberText(text)] });
  });

  test('in a text is text', () => {
    expect(parseJson('{"12345678901234567890":"1e400"}')).toEqual({ '12345678901234567890': '1e400' });
  });

  test('kept as its text is met by the same text alone, and is in no range', () => {
    const event = parseJson('{"x":12345678901234567890}');
    const pattern = (text: string) => compiled(parseJson(text));
    expect(matches(pattern('{"x":[12345678901234567890]}'), event)).toBe(true);
    expect(matches(pattern('{"x":[12345678901234567891]}'), event)).toBe(false);
    expect(matches(pattern('{"x":[{"numeric":[">",0]}]}'), event)).toBe(false);
    expect(matches(compiled({ x: [Number.POSITIVE_INFINITY] }), { x: new NumberText('Infinity') })).toBe(true);
    expect(matches(compiled({ x: [Number.POSITIVE_INFINITY] }), { x: 'Infinity' })).toBe(false);
  });

  test.each<[unknown[], number, boolean]>([
    [['>=', 5], 5, true],
    [['>=', 5], 4.9, false],
    [['>', 5], 5, false],
    [['<=', 5], 5, true],
    [['<=', 5], 5.1, false],
    [['<', 5], 5, false],
    [['=', 5], 5, true],
    [['=', 5], 6, false],
    [['=', 5], 4, false],
    [['>=', 5, '<', 6], 5, true],
    [['>=', 5, '<', 6], 6, false],
    [['>=', 5, '<', 6], 4, false],
    [['>', 5, '<=', 6], 6, true],
    [['>', 5, '<=', 6], 6.1, false],
  ])('numeric %j and %d: %s', (numeric, value, inside) => {
    expect(holds({ numeric }, value)).toBe(inside);
  });
});

describe('a text', () => {
  test.each<[string, unknown, string, boolean]>([
    ['a beginning', { prefix: 'ab' }, 'abc', true],
    ['a beginning that runs over the end', { prefix: 'ab"' }, 'ab', true],
    ['a beginning that runs further', { prefix: 'ab""' }, 'ab', false],
    ['an end', { suffix: 'bc' }, 'abc', true],
    ['an end that runs over the beginning', { suffix: '"bc' }, 'bc', true],
    ['an end that runs further', { suffix: '""bc' }, 'bc', false],
    ['a beginning in any case', { prefix: { 'equals-ignore-case': 'AB' } }, 'abc', true],
    ['another beginning in any case', { prefix: { 'equals-ignore-case': 'AB' } }, 'xab', false],
    ['no beginning at all', { prefix: { 'equals-ignore-case': '' } }, 'abc', true],
    ['the whole in any case', { prefix: { 'equals-ignore-case': 'ABC"' } }, 'abc', true],
    ['an end in any case', { suffix: { 'equals-ignore-case': 'BC' } }, 'abc', true],
    ['another end in any case', { suffix: { 'equals-ignore-case': 'BC' } }, 'bcx', false],
    ['an end as long as it', { suffix: { 'equals-ignore-case': 'ABC' } }, 'abc', true],
    ['an end longer than it', { suffix: { 'equals-ignore-case': 'XXABC' } }, 'abc', false],
    ['an end whose upper case is longer', { suffix: { 'equals-ignore-case': 'ß' } }, 'SS', true],
    ['half of that', { suffix: { 'equals-ignore-case': 'ß' } }, 'S', false],
    ['more in any case', { 'equals-ignore-case': 'ab' }, 'abc', false],
    ['letters beyond the surrogates', { 'equals-ignore-case': '\uff21\ue000' }, '\uff41\ue000', true],
    ['a question mark for them', { 'equals-ignore-case': '\uff21' }, '?', false],
    ['the first of the surrogates', { 'equals-ignore-case': '\ud800' }, '?', true],
    ['the last of them', { 'equals-ignore-case': '\udfff' }, '?', true],
    ['the last before them', { 'equals-ignore-case': '\ud7ff' }, '\ud7ff', true],
  ])('%s: %j', (_, condition, value, expected) => {
    expect(holds(condition, value)).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['a*b*b', 'ab', false],
    ['a*b*b', 'abb', true],
    ['a*bc*c', 'abc', false],
    ['*a*', 'b', false],
    ['\\**', '*abc', true],
    ['\\**', 'abc', false],
    ['a\\\\*', 'a\\b', true],
    ['', '', true],
  ])('wildcard %s and %j: %s', (wildcard, value, expected) => {
    expect(holds({ wildcard }, value)).toBe(expected);
  });
});

describe('of several ways to match', () => {
  const hit = (...ways: object[]) =>
    findMatches(buildIndex([compiled({ $or: ways })]), { x: 'a', y: 'b', z: 'c' })[0]!.branch.fields.map(
      ({ path }) => path,
    );
  test('the most specific is told, wherever it stands', () => {
    expect(hit({ x: ['a'] }, { x: ['a'], y: ['b'] })).toEqual(['x', 'y']);
    expect(hit({ x: ['a'], y: ['b'] }, { x: ['a'] })).toEqual(['x', 'y']);
    expect(hit({ x: ['a'] }, { x: ['a'], y: ['b'] }, { z: ['c'] })).toEqual(['x', 'y']);
  });

  test('of two that are as specific the first is', () => {
    expect(hit({ x: ['a'] }, { y: ['b'] })).toEqual(['x']);
    expect(hit({ y: ['b'] }, { x: ['a'] })).toEqual(['y']);
  });
});
