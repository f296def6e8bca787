/**
 * The zones that a calendar names: IANA's names, those of Windows, and the ones that the calendar defines itself.
 *
 * Promises: a name that IANA or Windows has is that zone, with the rules that the system knows, for a definition in a file
 * is often of the year in which it was made; any other name is what its `VTIMEZONE` says. A name without a definition is
 * undefined, never a guess. Pure.
 *
 * Source: RFC 5545 (3.6.5 VTIMEZONE); `windows-zones.json` is the Unicode CLDR's table windowsZones.xml, territory 001.
 */

import windows from '../../shared/rota/windows-zones.json' with { type: 'json' };
import { HOUR, MINUTE, type Zone, zoneDefined, zoneNamed } from '../../shared/rota/zone.ts';
import { type Component, type Line, lineOf, plain, stampOf } from './icalendar.ts';
import { wallsOf } from './recurrence.ts';

const byWindows = new Map(Object.entries(windows).map(([name, iana]) => [name.toLowerCase(), iana]));
/** Names of clocks in Outlook's list that name no city. */
const CLOCKS: [begins: string, iana: string][] = [
  ['eastern time (us', 'America/New_York'],
  ['central time (us', 'America/Chicago'],
  ['mountain time (us', 'America/Denver'],
  ['pacific time (us', 'America/Los_Angeles'],
  ['coordinated universal time', 'UTC'],
  ['greenwich mean time', 'Europe/London'],
];

/** Zones by TZID. @param until the last instant of interest, epoch milliseconds */
export function zonesIn(definitions: Component[], until: number): (tzid: string) => Zone | undefined {
  const defined = new Map(definitions.map((one) => [plain(lineOf(one, 'TZID')?.value), one]));
  const known = new Map<string, Zone | undefined>();
  const find = (tzid: string): Zone | undefined => {
    const definition = defined.get(tzid);
    const location = definition && lineOf(definition, 'X-LIC-LOCATION')?.value;
    return (
      named(tzid) ??
      (location === undefined ? undefined : named(plain(location))) ??
      (definition && fromDefinition(tzid, definition, until)) ??
      byDisplay(tzid)
    );
  };
  return (written) => {
    const tzid = plain(written);
    if (!known.has(tzid)) known.set(tzid, find(tzid));
    return known.get(tzid);
  };
}

/** `Europe/London`, `/mozilla.org/20050126_1/Europe/London`, `GMT Standard Time`, `tzone://Microsoft/Utc`. */
function named(tzid: string): Zone | undefined {
  if (/^(z|utc|gmt|tzone:\/\/microsoft\/utc)$/i.test(tzid)) return zoneNamed('UTC');
  const iana = byWindows.get(tzid.toLowerCase());
  if (iana !== undefined) return zoneNamed(iana);
  const parts = tzid.split('/').filter((part) => part !== '');
  for (let first = 0; first < parts.length; first += 1) {
    // The last part alone may be a name by chance: `/example/EST` is EST only where it is written so.
    if (first > 0 && first === parts.length - 1) break;
    const zone = zoneNamed(parts.slice(first).join('/'));
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** `(UTC+00:00) Dublin, Edinburgh, Lisbon, London`: the first city that has a zone. */
function byDisplay(tzid: string): Zone | undefined {
  const shown = /^\((?:utc|gmt)[^)]{0,12}\)\s*(.+)$/i.exec(tzid)?.[1]?.toLowerCase();
  if (shown === undefined) return undefined;
  const clock = CLOCKS.find(([begins]) => shown.startsWith(begins));
  if (clock) return zoneNamed(clock[1]);
  const zones = Intl.supportedValuesOf('timeZone');
  for (const city of shown.split(',').map((one) => one.trim().replaceAll(' ', '_'))) {
    const zone = zones.find((one) => one.toLowerCase().endsWith(`/${city}`));
    if (zone !== undefined) return zoneNamed(zone);
  }
  return undefined;
}

type Change = { at: number; before: number; after: number };

/** Undefined where no part of the definition can be read. */
function fromDefinition(tzid: string, definition: Component, until: number): Zone | undefined {
  const changes = definition.parts.flatMap((part) => changesOf(part, until)).sort((a, b) => a.at - b.at);
  const [first] = changes;
  if (first === undefined) return undefined;
  return zoneDefined(tzid, (instant) => {
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (changes[middle]!.at <= instant) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? first.before : changes[low - 1]!.after;
  });
}

/** When a `STANDARD` or `DAYLIGHT` begins: once, by its rule, and on its listed dates. */
function changesOf(part: Component, until: number): Change[] {
  const start = stampOf(lineOf(part, 'DTSTART')?.value ?? '');
  const before = offsetOf(lineOf(part, 'TZOFFSETFROM')?.value);
  const after = offsetOf(lineOf(part, 'TZOFFSETTO')?.value);
  if (start === undefined || before === undefined || after === undefined) return [];
  const rule = lineOf(part, 'RRULE');
  const listed = part.lines
    .filter(({ name }) => name === 'RDATE')
    .flatMap(({ value }) => value.split(',').map((one) => stampOf(one.split('/')[0] ?? '')))
    .flatMap((stamp) => (stamp === undefined ? [] : [stamp.isUtc ? stamp.wall + before : stamp.wall]));
  const ruled =
    rule === undefined ? [] : (wallsOf(rule.value, start.wall, rangeOf(rule, start.wall, before, until)) ?? []);
  return [start.wall, ...ruled, ...listed].map((wall) => ({ at: wall - before, before, after }));
}

function rangeOf(rule: Line, start: number, before: number, until: number): { from: number; to: number; last: number } {
  const stamp = stampOf(/(?:^|;)UNTIL=([^;]+)/i.exec(rule.value)?.[1] ?? '');
  const last = stamp === undefined ? Number.POSITIVE_INFINITY : stamp.isUtc ? stamp.wall + before : stamp.wall;
  return { from: start, to: until + 366 * 24 * HOUR, last };
}

/** `+0100`, `-0330`, `+013045` in milliseconds. */
function offsetOf(value: string | undefined): number | undefined {
  const found = /^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$/.exec(value?.trim() ?? '');
  if (!found) return undefined;
  const size = Number(found[2]) * HOUR + Number(found[3]) * MINUTE + Number(found[4] ?? 0) * 1000;
  return size >= 24 * HOUR ? undefined : found[1] === '-' ? -size : size;
}
