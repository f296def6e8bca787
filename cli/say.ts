/** Instants and lengths of time in words, for messages that people read. */
import { DAY, HOUR, MINUTE, wallAt, type Zone, zoneNamed } from '../shared/rota/zone.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
];

/** `Saturday 28 November 2026 03:00`, as the wall of the zone says. */
export function sayInstant(zone: Zone, instant: number): string {
  const date = new Date(wallAt(zone, instant));
  const day = `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${date.toISOString().slice(11, 16)}`;
}

/** `Saturday 28 November 2026 03:00 (02:00 UTC)`; with the day of UTC where it is another. */
export function sayBoth(zone: Zone, instant: number): string {
  const said = sayInstant(zone, instant);
  if (zone.name === 'UTC') return `${said} UTC`;
  const utc = sayInstant(zoneNamed('UTC')!, instant);
  if (utc.slice(0, -6) === said.slice(0, -6)) return `${said} (${utc.slice(-5)} UTC)`;
  return `${said} (${utc} UTC)`;
}

/** `Saturday 28 November 2026 from 03:00 to 09:00`; with both dates where they differ. */
export function sayInterval(zone: Zone, start: number, end: number): string {
  const [from, to] = [sayInstant(zone, start), sayInstant(zone, end)];
  const day = from.slice(0, -6);
  return day === to.slice(0, -6) ? `${day} from ${from.slice(-5)} to ${to.slice(-5)}` : `${from} to ${to}`;
}

/** `6 hours`, `90 minutes`, `3 days`: the largest unit that says it to a tenth. */
export function sayLength(milliseconds: number): string {
  const say = (count: number, unit: string) => {
    const rounded = Math.round(count * 10) / 10;
    return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
  };
  if (milliseconds >= 2 * DAY) return say(milliseconds / DAY, 'day');
  if (milliseconds >= 2 * HOUR) return say(milliseconds / HOUR, 'hour');
  return say(milliseconds / MINUTE, 'minute');
}
