/**
 * Who deployed it: the name that a sender gives, found among the people of the catalogue.
 *
 * Promises: only what the catalogue says of a person is shown as that person, and where two could be meant it is nobody.
 * The chat handle is text: nothing here mentions, so nobody is woken by being named. Pure. Called by the flow of suspects.
 */
import type { Person } from '../catalogue/catalogue.ts';

/** `Chidi Eze (@chidi)`; undefined where the catalogue knows nobody by this login, email address or name. */
export function authorOf(by: string | undefined, people: Readonly<Record<string, Person>>): string | undefined {
  const wanted = by?.trim().toLowerCase().replace(/^@/, '');
  if (!wanted) return undefined;
  const all = Object.values(people);
  const ways: ((person: Person) => (string | undefined)[])[] = [
    ({ logins = [] }) => logins,
    ({ contact }) => [contact.email],
    ({ name }) => [name],
  ];
  for (const names of ways) {
    const found = all.filter((person) => names(person).some((name) => name?.toLowerCase() === wanted));
    if (found.length > 1) return undefined;
    const [person] = found;
    if (person) return person.handle === undefined ? person.name : `${person.name} (@${person.handle})`;
  }
  return undefined;
}
