/** When a problem was closed: ServiceNow writes UTC as `2026-11-25 09:00:00`. Pure. */
import { closedOf, word } from '../reading.ts';

export function closedAtOf(value: unknown, isClosed: boolean): { closedAt?: string } {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(word(value)) ?? [];
  return day === undefined ? {} : closedOf(`${day}T${time}Z`, isClosed);
}
