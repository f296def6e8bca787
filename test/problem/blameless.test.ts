import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../shared/catalogue/catalogue.ts';
import { personNamed } from '../../shared/problem/blameless.ts';

const person = (id: string, name: string, more: Partial<Person> = {}): [string, Person] => [
  id,
  { id, name, contact: {}, rules: { high: [], low: [] }, ...more },
];
const people = Object.fromEntries([
  person('amira', 'Amira Khan', { handle: 'amk', logins: ['a.khan1'], contact: { email: 'amira.k@example.gov.uk' } }),
  person('zoe', 'Zoë Müller'),
  person('will', 'Will Marsh'),
  person('eve', 'Eve Lindqvist'),
  person('avd', 'Ada van Dijk'),
  person('head', 'Head of Digital'),
  person('pat-2', "Pat O'Neill"),
]);

describe('an answer that names a person', () => {
  it.each([
    ['Amira forgot to raise the limit', 'Amira'],
    ['amira forgot to raise the limit', 'amira'],
    ["It was Amira's change", 'Amira'],
    ['Khan had not been told', 'Khan'],
    ['ask @amk', 'amk'],
    ['a.khan1 merged it', 'a.khan1'],
    ['see amira.k@example.gov.uk', 'amira.k@example.gov.uk'],
    ['ZOE pressed it', 'ZOE'],
    ['Zoë pressed it', 'Zoë'],
    ['zoe pressed it', 'zoe'],
    ['Muller pressed it', 'Muller'],
    ['nobody had told Will', 'Will'],
    ['@will knew', 'will'],
    ['we waited for Eve to wake up', 'Eve'],
    ['Dijk ran the script', 'Dijk'],
    ['avd ran the script', 'avd'],
    ["O'Neill was asleep", 'Neill'],
  ])('%s', (text, word) => {
    expect(personNamed(text, { people })).toBe(word);
  });
});

describe('an answer that names nobody', () => {
  it.each([
    'The queue will fill when the workers stop',
    'Will the limit be raised? It had no alarm',
    'On the eve of the release the limit was lowered',
    'The van with the spare disk came late',
    'The head of the queue was stuck',
    'The Digital service had no owner',
    'Nobody had said who owns the limit',
    'marsh-api had no runbook',
    'The amiral service answered 500',
    'ledger-02 ran out of connections',
  ])('%s', (text) => {
    expect(personNamed(text, { people })).toBeUndefined();
  });
});

it('hostile text is read to the end', () => {
  for (const piece of ['a', '-', '.', '@', 'a.', 'will ', '\u0301', '\n']) {
    expect(personNamed(piece.repeat(1_000_000), { people })).toBeUndefined();
  }
});

it('a name is found among other words', () => {
  const quiet = fc.constantFrom('the', 'queue', 'was', 'full', '12', '(', ',', '"');
  fc.assert(
    fc.property(fc.array(quiet), fc.array(quiet), fc.constantFrom('Amira', 'khan', 'zoe'), (before, after, name) => {
      expect(personNamed([...before, name, ...after].join(' '), { people })).toBe(name);
      expect(personNamed([...before, ...after].join(' '), { people })).toBeUndefined();
    }),
  );
});
