import { describe, expect, test } from 'vitest';
import type { Person } from '../../shared/catalogue/catalogue.ts';
import { authorOf } from '../../shared/deployment/author.ts';

const person = (id: string, more: Partial<Person>): [string, Person] => [
  id,
  { id, name: id, contact: {}, rules: { high: [], low: [] }, ...more },
];
const people = Object.fromEntries([
  person('chidi', {
    name: 'Chidi Eze',
    logins: ['chidi-eze'],
    handle: 'chidi',
    contact: { email: 'chidi@example.gov.uk' },
  }),
  person('sam', { name: 'Sam Lee', contact: { email: 'ssm:/people/sam/email' } }),
  person('sam2', { name: 'Sam Lee', logins: ['slee'] }),
]);

describe('the person who deployed is found by', () => {
  test.each([
    ['a login, in any case', 'Chidi-Eze', 'Chidi Eze (@chidi)'],
    ['a login with its @', '@chidi-eze', 'Chidi Eze (@chidi)'],
    ['an email address', 'chidi@example.gov.uk', 'Chidi Eze (@chidi)'],
    ['a name', 'chidi eze', 'Chidi Eze (@chidi)'],
    ['a login, where two have one name', 'slee', 'Sam Lee'],
  ])('%s', (_, by, expected) => expect(authorOf(by, people)).toBe(expected));
});

describe('nobody is named', () => {
  test.each([
    ['where two have the name', 'Sam Lee'],
    ['by the catalogue’s own id, which may be anybody’s login elsewhere', 'chidi'],
    ['by what would mention a channel', '<!channel>'],
    ['by a parameter that holds an address', 'ssm:/people/sam/mail'],
    ['where the sender names nobody', undefined],
    ['by nothing but spaces', '  '],
  ])('%s', (_, by) => expect(authorOf(by, people)).toBeUndefined());
});
