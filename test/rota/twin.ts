/**
 * The slow, obvious rota: lists every boundary and every window with Temporal, as SEMANTICS has them, and looks them
 * through for each instant. Shares no code with the fast one.
 */
import { Temporal } from 'temporal-polyfill';
import type { Layer, Rota } from '../../shared/rota/rota.ts';

const KINDS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function instant(wall: Temporal.PlainDateTime, zone: string): number {
  return wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

function onDate(date: Temporal.PlainDate, time: string): Temporal.PlainDateTime {
  return time === '24:00'
    ? date.add({ days: 1 }).toPlainDateTime('00:00')
    : date.toPlainDateTime(Temporal.PlainTime.from(time));
}

function windowsOf(layer: Layer, rota: Rota, from: Temporal.PlainDate, until: Temporal.PlainDate) {
  const found: { opens: Temporal.PlainDateTime; start: number; end: number }[] = [];
  for (let date = from; Temporal.PlainDate.compare(date, until) <= 0; date = date.add({ days: 1 })) {
    const holiday = (rota.holidays as string[] | undefined)?.includes(date.toString());
    const kind = holiday ? 'holiday' : (KINDS[date.dayOfWeek - 1] as string);
    for (const window of layer.active ?? []) {
      if (window.days !== undefined && !window.days.includes(kind)) continue;
      const opens = onDate(date, window.from);
      let closes = onDate(date, window.to);
      if (Temporal.PlainDateTime.compare(closes, opens) <= 0) closes = closes.add({ days: 1 });
      found.push({ opens, start: instant(opens, rota.time_zone), end: instant(closes, rota.time_zone) });
    }
  }
  return found;
}

function boundariesOf(layer: Layer, rota: Rota, last: Temporal.PlainDateTime): number[] {
  const starts = Temporal.PlainDateTime.from(layer.starts);
  const [count, unit] = layer.every.split(' ') as [string, string];
  const boundaries: number[] = [];
  if (unit.startsWith('shift')) {
    const opens = windowsOf(layer, rota, starts.toPlainDate(), last.toPlainDate())
      .map((window) => window.opens.toString())
      .filter((wall) => Temporal.PlainDateTime.compare(wall, starts) >= 0);
    const once = [...new Set(opens)].sort();
    for (let k = 0; k < once.length; k += Number(count)) {
      boundaries.push(instant(Temporal.PlainDateTime.from(once[k] as string), rota.time_zone));
    }
    return boundaries;
  }
  const plural = unit.endsWith('s') ? unit : `${unit}s`;
  for (let k = 0; ; k++) {
    const wall = starts.add({ [plural]: k * Number(count) });
    if (Temporal.PlainDateTime.compare(wall, last) > 0) return boundaries;
    boundaries.push(instant(wall, rota.time_zone));
  }
}

/** Answers for instants from some days before `from` to some days after `to`, epoch milliseconds. */
export function slowRota(rota: Rota, from: number, to: number): (at: number) => string | undefined {
  const day = (at: number, days: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(rota.time_zone).toPlainDateTime().add({ days });
  const layers = (rota.layers ?? []).map((layer) => ({
    people: layer.people,
    boundaries: boundariesOf(layer, rota, day(to, 4)),
    ends:
      layer.until === undefined
        ? Number.POSITIVE_INFINITY
        : instant(Temporal.PlainDateTime.from(layer.until), rota.time_zone),
    windows: layer.active && windowsOf(layer, rota, day(from, -4).toPlainDate(), day(to, 4).toPlainDate()),
  }));
  const overrides = (rota.overrides ?? []).map((override) => ({
    ...override,
    start: instant(Temporal.PlainDateTime.from(override.from), rota.time_zone),
    end: instant(Temporal.PlainDateTime.from(override.to), rota.time_zone),
  }));
  return (at) => {
    let person: string | undefined;
    for (const { people, boundaries, ends, windows } of layers) {
      const first = boundaries[0];
      if (first === undefined || at < first || at >= ends) continue;
      if (windows && !windows.some((window) => window.start <= at && at < window.end)) continue;
      const slot = boundaries.findLastIndex((boundary) => boundary <= at);
      person = people[slot % people.length];
    }
    for (const { person: by, instead_of, start, end } of overrides) {
      if (start <= at && at < end && (instead_of === undefined || instead_of === person)) person = by;
    }
    return person;
  };
}
