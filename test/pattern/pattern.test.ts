import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../shared/pattern/compile.ts';
import { parseJson } from '../../shared/pattern/json.ts';
import { compareSpecificity, compile, matches, specificity } from '../../shared/pattern/pattern.ts';
import { someChoiceHolds } from './choices.ts';

/** Patterns and events as text, so that numbers keep their spelling. */
function match(pattern: string, event: string): boolean | string {
  const compiled = compile(parseJson(pattern));
  return compiled.ok ? matches(compiled.pattern, parseJson(event)) : `refused at ${compiled.error.path}`;
}

const ALERT = JSON.stringify({
  status: 'firing',
  source: { kind: 'cloudwatch', region: 'eu-west-2' },
  service: 'payments-api',
  signal: { name: 'HTTPCode_Target_5XX_Count', threshold: 5, value: 12 },
  labels: { LoadBalancer: 'app/payments/50dc6c495c0c9188', 'app.kubernetes.io/name': 'payments', host: '10.0.3.7' },
  resources: [
    { type: 'AWS/EC2', name: 'web-1' },
    { type: 'AWS/RDS', name: 'ledger-1' },
  ],
});

describe('one alert, each operator', () => {
  test.each<[what: string, pattern: string, matches: boolean]>([
    ['exact text', '{"service":["payments-api"]}', true],
    ['exact text is not a part', '{"service":["payments"]}', false],
    ['any one of a list', '{"service":["ledger","payments-api"]}', true],
    ['all fields', '{"service":["payments-api"],"status":["resolved"]}', false],
    ['a number by value', '{"signal":{"threshold":[5.0e0]}}', true],
    ['a number is not its text', '{"signal":{"threshold":["5"]}}', false],
    ['prefix', '{"labels":{"LoadBalancer":[{"prefix":"app/payments"}]}}', true],
    ['suffix', '{"service":[{"suffix":"-api"}]}', true],
    ['prefix ignoring case', '{"service":[{"prefix":{"equals-ignore-case":"PAY"}}]}', true],
    ['suffix ignoring case', '{"service":[{"suffix":{"equals-ignore-case":"API"}}]}', true],
    ['equals-ignore-case', '{"status":[{"equals-ignore-case":"FIRING"}]}', true],
    ['wildcard', '{"signal":{"name":[{"wildcard":"HTTPCode_*_5XX_*"}]}}', true],
    ['wildcard is anchored', '{"signal":{"name":[{"wildcard":"HTTPCode_*_5XX"}]}}', false],
    ['anything-but', '{"source":{"region":[{"anything-but":["us-east-1"]}]}}', true],
    ['anything-but needs the field', '{"environment":[{"anything-but":["dev"]}]}', false],
    ['anything-but with absence beside it', '{"environment":[{"anything-but":["dev"]},{"exists":false}]}', true],
    ['anything-but prefix', '{"service":[{"anything-but":{"prefix":"pay"}}]}', false],
    ['numeric range', '{"signal":{"value":[{"numeric":[">",10,"<=",12]}]}}', true],
    ['numeric range, open end', '{"signal":{"value":[{"numeric":[">",10,"<",12]}]}}', false],
    ['cidr', '{"labels":{"host":[{"cidr":"10.0.0.0/16"}]}}', true],
    ['cidr elsewhere', '{"labels":{"host":[{"cidr":"10.1.0.0/16"}]}}', false],
    ['exists', '{"labels":{"host":[{"exists":true}]}}', true],
    ['exists asks the leaf', '{"labels":[{"exists":true}]}', false],
    ['absent', '{"environment":[{"exists":false}]}', true],
    ['$or', '{"$or":[{"service":["ledger"]},{"status":["firing"]}]}', true],
    ['a dot in a label is a level', '{"labels":{"app.kubernetes.io/name":["payments"]}}', true],
    ['within one element of a list', '{"resources":{"type":["AWS/RDS"],"name":["ledger-1"]}}', true],
    ['not across two elements', '{"resources":{"type":["AWS/EC2"],"name":["ledger-1"]}}', false],
    ['absent in that element', '{"resources":{"name":["web-1"],"type":[{"exists":false}]}}', false],
  ])('%s: %s', (_what, pattern, expected) => {
    expect(match(pattern, ALERT)).toBe(expected);
  });
});

describe('what Event Ruler does that one would not guess', () => {
  test.each<[what: string, pattern: string, event: string, matches: boolean]>([
    ['null is not absence', '{"a":[null]}', '{}', false],
    ['an empty list has no leaf', '{"a":[{"exists":false}]}', '{"a":[]}', true],
    ['anything-but asks whether some element is not it', '{"a":[{"anything-but":"x"}]}', '{"a":["x","y"]}', true],
    [
      'numbers that a double cannot hold are compared by their text',
      '{"a":[12345678901234567890]}',
      '{"a":12345678901234567891}',
      false,
    ],
    ['… and are equal when spelled alike', '{"a":[12345678901234567890]}', '{"a":12345678901234567890}', true],
    ['minus zero is zero', '{"a":[-0.0]}', '{"a":0}', true],
    ['addresses are compared by value', '{"a":["::1"]}', '{"a":"0:0:0:0:0:0:0:1"}', true],
    ['an IPv6 block that begins with zeros takes in IPv4', '{"a":[{"cidr":"::/0"}]}', '{"a":"10.0.0.1"}', true],
    ['leading zeros of an address do not count', '{"a":["010.0.0.01"]}', '{"a":"10.0.0.1"}', true],
    ['nor those of a group', '{"a":["2001:db8::00001"]}', '{"a":"2001:DB8:0:0:0:0:0:1"}', true],
    ['a mapped IPv6 address is the IPv4 one', '{"a":[{"cidr":"10.0.0.0/8"}]}', '{"a":"::ffff:0a00:1"}', true],
    ['a dotted quad of more than 15 characters is text', '{"a":["010.000.000.0001"]}', '{"a":"10.0.0.1"}', false],
    ['256 is no octet, so this is text', '{"a":["10.0.0.256"]}', '{"a":"10.0.0.256"}', true],
    ['the bits of a block are a number as Java reads one', '{"a":[{"cidr":"10.0.0.0/+08"}]}', '{"a":"10.1.2.3"}', true],
    [
      'an anything-but of an empty inner list excludes nothing',
      '{"a":[{"anything-but":{"prefix":[]}}]}',
      '{"a":1}',
      true,
    ],
    ['anything-but of texts is met by a number', '{"a":[{"anything-but":["1"]}]}', '{"a":1}', true],
    ['anything-but is met by null', '{"a":[{"anything-but":"x"}]}', '{"a":null}', true],
    ['an object is not a value', '{"a":[{"anything-but":"x"}]}', '{"a":{"b":"y"}}', false],
    ['a name written twice in the event counts once, the later', '{"a":["x"]}', '{"a":"x","a":"y"}', false],
    ['ß is SS when case is ignored', '{"a":[{"equals-ignore-case":"straße"}]}', '{"a":"STRASSE"}', true],
    ['a title-case letter is neither of its cases', '{"a":[{"equals-ignore-case":"ǅ"}]}', '{"a":"ǅ"}', false],
    ['half a surrogate pair has no case', '{"a":[{"equals-ignore-case":"🚀"}]}', '{"a":"🚀"}', false],
    ['an escaped star is a star', '{"a":[{"wildcard":"a\\\\*b"}]}', '{"a":"a*b"}', true],
    ['of one path written twice the later counts', '{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}', '{"a":"y"}', true],
    [
      'nested lists are one list, but each inner list is an element',
      '{"a":{"b":[1],"c":[2]}}',
      '{"a":[[{"b":1}],[{"c":2}]]}',
      false,
    ],
  ])('%s', (_what, pattern, event, expected) => {
    expect(match(pattern, event)).toBe(expected);
  });
});

describe('a refused pattern says where it is wrong and what to write', () => {
  test.each<[pattern: string, path: string]>([
    ['[]', ''],
    ['{}', ''],
    ['{"a":{}}', 'a'],
    ['{"a":"x"}', 'a'],
    ['{"a":[]}', 'a'],
    ['{"a":[["x"]]}', 'a[0]'],
    ['{"a":["x",{}]}', 'a[1]'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'a[0]'],
    ['{"a":[{"regex":"x"}]}', 'a[0].regex'],
    ['{"a":[{"__proto__":"x"}]}', 'a[0].__proto__'],
    ['{"a":[{"prefix":5}]}', 'a[0].prefix'],
    ['{"a":[{"suffix":{"prefix":"x"}}]}', 'a[0].suffix.prefix'],
    ['{"a":[{"wildcard":"a**b"}]}', 'a[0].wildcard'],
    ['{"a":[{"wildcard":"a\\\\x"}]}', 'a[0].wildcard'],
    ['{"a":[{"anything-but":[1,"x"]}]}', 'a[0].anything-but'],
    ['{"a":[{"anything-but":[]}]}', 'a[0].anything-but'],
    ['{"a":[{"anything-but":null}]}', 'a[0].anything-but'],
    ['{"a":[{"anything-but":{"prefix":""}}]}', 'a[0].anything-but.prefix'],
    ['{"a":[{"anything-but":{"cidr":"10.0.0.0/8"}}]}', 'a[0].anything-but.cidr'],
    ['{"a":[{"numeric":["<"]}]}', 'a[0].numeric[1]'],
    ['{"a":[{"numeric":["!=",1]}]}', 'a[0].numeric[0]'],
    ['{"a":[{"numeric":[">",5,"<",3]}]}', 'a[0].numeric'],
    ['{"a":[{"numeric":["<",5,">",0]}]}', 'a[0].numeric'],
    ['{"a":[{"numeric":["=",12345678901234567890]}]}', 'a[0].numeric[1]'],
    ['{"a":[{"cidr":"10.0.0.0/32"}]}', 'a[0].cidr'],
    ['{"a":[{"cidr":"10.0.0.0"}]}', 'a[0].cidr'],
    ['{"a":[{"exists":"yes"}]}', 'a[0].exists'],
    ['{"$or":[{"a":["x"]}]}', '$or'],
    ['{"b":{"$or":[{"a":["x"]},"y"]}}', 'b.$or[1]'],
    ['{"$or":[{"prefix":["x"]},{"a":["x"]}]}', '$or[0].prefix'],
  ])('%s is refused at "%s"', (pattern, path) => {
    const compiled = compile(parseJson(pattern));
    expect(compiled.ok).toBe(false);
    if (compiled.ok) return;
    expect(compiled.error.path).toBe(path);
    expect(compiled.error.message).not.toBe('');
    expect(compiled.error.mend).not.toBe('');
  });
});

describe('limits: a pattern past one is refused, one at it compiles', () => {
  const nested = (depth: number): unknown => (depth === 1 ? { a: ['x'] } : { a: nested(depth - 1) });
  const or = (alternatives: number) => ({ $or: Array.from({ length: alternatives }, (_, at) => ({ a: [at] })) });

  test.each<[what: string, within: unknown, past: unknown]>([
    ['depth', nested(LIMITS.depth), nested(LIMITS.depth + 1)],
    ['branches', or(LIMITS.branches), or(LIMITS.branches + 1)],
    ['length of a text', { a: ['x'.repeat(LIMITS.text)] }, { a: ['x'.repeat(LIMITS.text + 1)] }],
    ['conditions', { a: Array(LIMITS.conditions).fill(1) }, { a: Array(LIMITS.conditions + 1).fill(1) }],
  ])('%s', (_what, within, past) => {
    expect(compile(within).ok).toBe(true);
    expect(compile(past).ok).toBe(false);
  });

  test('$or under $or is refused before it multiplies out', () => {
    const twenty = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`f${at}`, { $or: [{ a: [1] }, { b: [1] }] }]),
    );
    expect(compile(twenty).ok).toBe(false);
  });
});

/** The obvious way: a star is any run of characters, tried at every place. */
function slowWildcard(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') {
    return slowWildcard(pattern.slice(1), value) || (value !== '' && slowWildcard(pattern, value.slice(1)));
  }
  return value !== '' && pattern[0] === value[0] && slowWildcard(pattern.slice(1), value.slice(1));
}

describe('no pattern makes matching slow', () => {
  test('a wildcard says what trying every place would say', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const wild = fc
      .string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 })
      .map((text) => text.replace(/\*+/g, '*'));
    fc.assert(
      fc.property(wild, letters, (pattern, value) => {
        const compiled = compile({ a: [{ wildcard: pattern }] });
        expect(compiled.ok && matches(compiled.pattern, { a: value })).toBe(slowWildcard(pattern, value));
      }),
      { numRuns: 2000 },
    );
  });

  test('a wildcard of many stars over a long value that nearly matches ends', () => {
    const compiled = compile({ a: [{ wildcard: `${'*a'.repeat(2000)}*b` }] });
    expect(compiled.ok && matches(compiled.pattern, { a: 'a'.repeat(200_000) })).toBe(false);
  });

  test('many fields over long lists of objects end', () => {
    const names = Array.from({ length: 12 }, (_, at) => `f${at}`);
    const event = { l: Array.from({ length: 3000 }, () => Object.fromEntries(names.map((name) => [name, 1]))) };
    const pattern = { l: Object.fromEntries(names.map((name, at) => [name, [at === 11 ? 2 : 1]])) };
    const compiled = compile(pattern);
    expect(compiled.ok && matches(compiled.pattern, event)).toBe(false);
  });

  test('lists nested without end are not walked without end', () => {
    let nested: unknown = 'x';
    for (let depth = 0; depth < 50_000; depth++) nested = [nested];
    const compiled = compile({ a: ['x'] });
    expect(compiled.ok && matches(compiled.pattern, { a: nested })).toBe(false);
  });
});

describe('lists of objects', () => {
  test('hold when some choice of one value a field lies in no two elements of one list', () => {
    const value = fc.constantFrom(1, 2, 3);
    const { node } = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        value,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b'), tie('node'), { maxKeys: 2 }),
      ),
    }));
    const event = fc.record({ a: node, b: node });
    const path = fc.constantFrom('a', 'b', 'a.a', 'a.b', 'a.a.b', 'a.b.a', 'b.a', 'b.b');
    const fields = fc.dictionary(path, fc.uniqueArray(value, { minLength: 1, maxLength: 2 }), {
      minKeys: 1,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(fields, event, (pattern, happened) => {
        const compiled = compile(pattern);
        expect(compiled.ok && matches(compiled.pattern, happened)).toBe(someChoiceHolds(pattern, happened));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('specificity', () => {
  const rank = (pattern: unknown) => {
    const compiled = compile(pattern);
    if (!compiled.ok) throw new Error(compiled.error.message);
    return specificity(compiled.pattern.branches[0]!);
  };

  test.each<[narrower: unknown, wider: unknown]>([
    [{ a: [{ exists: true }], b: [{ exists: true }] }, { a: ['x'] }],
    [{ a: ['x'] }, { a: [{ prefix: 'x' }] }],
    [{ a: [{ suffix: 'x' }] }, { a: [{ wildcard: 'x*' }] }],
    [{ a: [{ wildcard: 'x*' }] }, { a: [{ 'anything-but': 'y' }] }],
    [
      { a: ['x'], b: [{ wildcard: 'x*' }] },
      { a: [{ prefix: 'x' }], b: [{ prefix: 'x' }] },
    ],
    [{ a: ['x', 'y'] }, { a: ['x', { prefix: 'y' }] }],
  ])('%j beats %j', (narrower, wider) => {
    expect(compareSpecificity(rank(narrower), rank(wider))).toBeGreaterThan(0);
    expect(compareSpecificity(rank(wider), rank(narrower))).toBeLessThan(0);
  });

  test('two patterns alike in kind tie', () => {
    expect(compareSpecificity(rank({ a: [{ prefix: 'x' }] }), rank({ b: [{ suffix: 'y' }] }))).toBe(0);
  });
});
