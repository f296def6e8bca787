/** A work item as a ticket: what an answer of the API and a notice of a service hook have in common. Pure. */
import { closedOf, dateOf, type Fields, fields, word } from '../reading.ts';
import type { Ticket } from '../tracker.ts';

/** Where the text is: a bug's form shows its steps and not its description. */
export const BODY_FIELDS = ['Microsoft.VSTS.TCM.ReproSteps', 'System.Description'];
export const DUE_FIELDS = ['Microsoft.VSTS.Scheduling.DueDate', 'Microsoft.VSTS.Scheduling.TargetDate'];

/** `Completed` and `Removed`; what is `Resolved` waits for somebody to see that it is so. */
export function closedBy(state: Fields): boolean {
  return state['category'] === 'Completed' || state['category'] === 'Removed';
}

/** `closed`: the names of the states of its type in which it is closed. */
export function ticketOf(
  said: Fields,
  { closed, url }: { closed: string[]; url: string },
): Ticket & { labels: string[] } {
  const of = fields(said['fields']);
  const isClosed = closed.includes(word(of['System.State']));
  const id = word(said['id']);
  return {
    key: id,
    name: `#${id}`,
    url,
    state: isClosed ? 'closed' : 'open',
    labels: tagsOf(of),
    ...dateOf(DUE_FIELDS.map((name) => of[name]).find((date) => word(date) !== '')),
    ...closedOf(of['Microsoft.VSTS.Common.ClosedDate'], isClosed),
  };
}

/** `a; b` */
export function tagsOf(of: Fields): string[] {
  return word(of['System.Tags'])
    .split(';')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
