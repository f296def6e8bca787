/** A problem as the Table API and our business rule tell it. Pure. */
import { closedOf, type Fields, word } from '../reading.ts';

/** UTC, written as `2026-11-25 09:00:00`. */
export function closedAtOf(value: unknown, isClosed: boolean): { closedAt?: string } {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(word(value)) ?? [];
  return day === undefined ? {} : closedOf(`${day}T${time}Z`, isClosed);
}

/** The mark: the correlation id, and the last line of the description where that could not be written. */
export function marksOf(said: Fields): string[] {
  const inText = word(said['description']).match(/^pageturner-\S{1,50}$/gm) ?? [];
  return [...new Set([word(said['correlation_id']), ...inText])].filter((mark) => mark !== '');
}

/** `instance` without a slash at the end. */
export function addressOf(instance: string, key: string): string {
  return `${instance}/nav_to.do?uri=${encodeURIComponent(`problem.do?sys_id=${key}`)}`;
}
