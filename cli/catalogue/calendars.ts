/**
 * Layers with a calendar: the file is read when the catalogue is compiled, and its shifts are published with the rota.
 * See `docs/decisions/0005-calendars-at-publish.md`.
 */

import type { Person } from '../../shared/catalogue/catalogue.ts';
import type { Layer, Rota } from '../../shared/rota/rota.ts';
import { DAY, zoneNamed } from '../../shared/rota/zone.ts';
import { readCalendar } from '../calendar/calendar.ts';
import type { Finding } from '../finding.ts';
import { errorAt } from './findings.ts';
import type { CatalogueFile, Source } from './source.ts';

/** What is read of a calendar around the time of compiling. */
export const CALENDAR_DAYS = { before: 100, after: 400 };

type Written = Partial<Layer> & { source?: { ical: string } };

/**
 * A rota with its calendars read; the same value where it has none.
 *
 * @param now epoch milliseconds; without it no calendar is read, and its layer is empty
 */
export function withCalendars(
  source: Source,
  files: CatalogueFile[],
  people: Person[],
  now: number | undefined,
): { rota: Rota; findings: Finding[] } {
  const rota = source.value as Rota;
  const findings: Finding[] = [];
  const [somebody] = people;
  if (!rota.layers?.some((layer) => (layer as Written).source !== undefined) || somebody === undefined)
    return { rota, findings };
  const personOf = finder(people);
  const layers = rota.layers.map((layer, n): Layer => {
    const { source: from, ...written } = layer as Written;
    if (from === undefined) return layer;
    const path = ['layers', n, 'source', 'ical'];
    for (const key of Object.keys(written).filter((one) => one !== 'name'))
      findings.push(
        errorAt(
          source,
          ['layers', n, key],
          'calendar-and-turns',
          `A layer with a calendar has no ${key}.`,
          'Take one of the two out.',
        ),
      );
    const file = files.find((one) => one.path === from.ical);
    const zone = zoneNamed(rota.time_zone);
    if (file === undefined)
      findings.push(
        errorAt(
          source,
          path,
          'no-calendar',
          `There is no file ${from.ical} in the catalogue.`,
          'Put it there; `pageturner calendars` fetches those that have a url.',
        ),
      );
    const range =
      now === undefined ? undefined : { from: now - CALENDAR_DAYS.before * DAY, to: now + CALENDAR_DAYS.after * DAY };
    const read = file && zone && range ? readCalendar(file.text, zone, range, personOf) : { shifts: [], mistakes: [] };
    const named = [...new Set(read.shifts.map(({ person }) => person))];
    // Errors first: what is only worth a word must not hide them.
    const told = read.mistakes.toSorted((a, b) => a.level.localeCompare(b.level));
    findings.push(...told.slice(0, 20).map((mistake) => ({ ...mistake, file: from.ical })));
    return {
      name: written.name ?? from.ical,
      // Nobody takes turns in it; whom it names is what fairness and swaps look for.
      people: named.length > 0 ? named : [somebody.id],
      starts: '2000-01-03T00:00',
      every: '1 week',
      shifts: read.shifts,
    };
  });
  return { rota: { ...rota, layers }, findings };
}

/**
 * People by id, name, first name or address, in any case and with or without accents. A name that two have is nobody's,
 * and a first name counts only where nobody is called so in full.
 */
export function finder(people: Person[]): (called: string) => string | undefined {
  const full = new Map<string, string | undefined>();
  const first = new Map<string, string | undefined>();
  const add = (ids: Map<string, string | undefined>, called: string, id: string) => {
    const key = keyOf(called);
    ids.set(key, ids.has(key) && ids.get(key) !== id ? undefined : id);
  };
  for (const { id, name, contact } of people) {
    for (const called of [name, contact.email].filter((one) => one !== undefined)) add(full, called, id);
    if (name !== undefined) add(first, name.split(/\s+/)[0]!, id);
  }
  for (const { id } of people) full.set(keyOf(id), id);
  return (called) => {
    const key = keyOf(called);
    return full.has(key) ? full.get(key) : first.get(key);
  };
}

function keyOf(called: string): string {
  return called.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toLowerCase();
}
