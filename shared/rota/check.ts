/**
 * Checks a rota as somebody wrote it: everything that is refused, each with its key and what to write instead.
 */
import { type Mistake, mistakesIn, quote, suggestion } from '../written/written.ts';
import { CALENDAR_NAMES } from './holidays.ts';
import type { Layer, Override, Rota } from './rota.ts';
import { rotaSchema, TURN_MENDS } from './schema.ts';
import { readDate, readWall } from './wall.ts';
import { zoneNamed } from './zone.ts';

/** Before it is known to take turns. */
type WrittenLayer = Partial<Layer> & { source?: { ical: string } };

function checkWall(path: Mistake['path'], text: string): Mistake[] {
  if (readWall(text) !== undefined) return [];
  const date = text.slice(0, 10);
  const message =
    readDate(date) === undefined ? `There is no date ${date}.` : `There is no time ${text.slice(11)} (${text}).`;
  return [
    {
      path,
      code: 'no-such-time',
      message,
      mend: 'Write a date and time that exist, from 1876 on and from 00:00 to 23:59.',
    },
  ];
}

/** Wall times are compared as written: a change of clocks in between does not turn them round. */
function checkOrder(path: Mistake['path'], from: string, to: string, startKey: string): Mistake[] {
  const start = readWall(from);
  const end = readWall(to);
  if (start === undefined || end === undefined || end > start) return [];
  const message = `${String(path.at(-1))} is ${to}, which is not after ${startKey} (${from}).`;
  return [{ path, code: 'ends-before-start', message, mend: `Write a time after ${from}.` }];
}

function checkPerson(path: Mistake['path'], id: string, people: ReadonlySet<string> | undefined): Mistake[] {
  if (people === undefined || people.has(id)) return [];
  return [{ path, code: 'unknown-person', message: `Nobody has the id ${quote(id)}.`, mend: suggestion(id, people) }];
}

/** A layer takes turns or has a calendar; a calendar is read before this, from a catalogue's folder. */
function checkKind(path: Mistake['path'], layer: WrittenLayer): Mistake[] {
  if (layer.source === undefined)
    return (['people', 'starts', 'every'] as const).flatMap((key) =>
      layer[key] === undefined
        ? [{ path: [...path, key], code: 'missing', message: `${key} is missing.`, mend: TURN_MENDS[key] }]
        : [],
    );
  const message = 'The calendar of a layer is read from the folder of a catalogue, and there is no folder here.';
  const mend = 'Write people, starts and every; or ask `pageturner shifts` or `oncall` with --catalogue.';
  return [{ path: [...path, 'source'], code: 'calendar-unread', message, mend }];
}

function checkLayer(path: Mistake['path'], written: WrittenLayer, people: ReadonlySet<string> | undefined): Mistake[] {
  const kind = checkKind(path, written);
  if (kind.length > 0) return kind;
  const layer = written as Layer;
  const mistakes = layer.people.flatMap((id, i) => checkPerson([...path, 'people', i], id, people));
  mistakes.push(...checkWall([...path, 'starts'], layer.starts));
  if (layer.until !== undefined) {
    mistakes.push(...checkWall([...path, 'until'], layer.until));
    mistakes.push(...checkOrder([...path, 'until'], layer.starts, layer.until, 'starts'));
  }
  const every = { path: [...path, 'every'], code: 'bad-every' };
  if (Number.parseInt(layer.every, 10) === 0) {
    mistakes.push({ ...every, message: `A turn of ${layer.every} never ends.`, mend: 'Write a number from 1.' });
  }
  if (layer.every.includes('shift') && layer.active === undefined) {
    mistakes.push({
      ...every,
      message: 'every counts shifts, and a layer without active has none.',
      mend: 'Add active windows, or write every in hours, days, weeks or months.',
    });
  }
  return mistakes;
}

function checkOverride(path: Mistake['path'], override: Override, people: ReadonlySet<string> | undefined): Mistake[] {
  return [
    ...checkPerson([...path, 'person'], override.person, people),
    ...(override.instead_of === undefined ? [] : checkPerson([...path, 'instead_of'], override.instead_of, people)),
    ...checkWall([...path, 'from'], override.from),
    ...checkWall([...path, 'to'], override.to),
    ...checkOrder([...path, 'to'], override.from, override.to, 'from'),
  ];
}

/**
 * The mistakes in a rota, by `path` into it; empty means that `compileRota` takes it.
 *
 * @param written what was written, parsed from YAML or JSON and not yet trusted
 * @param people the ids in the catalogue; without them people are not looked up
 */
export function checkRota(written: unknown, people?: ReadonlySet<string>): Mistake[] {
  const shape = mistakesIn(rotaSchema, written);
  if (shape.length > 0) return shape;
  const rota = written as Rota;
  const mistakes: Mistake[] = [];
  if (zoneNamed(rota.time_zone) === undefined) {
    mistakes.push({
      path: ['time_zone'],
      code: 'unknown-time-zone',
      message: `There is no time zone ${quote(rota.time_zone)}.`,
      mend: suggestion(rota.time_zone, Intl.supportedValuesOf('timeZone')).replace(
        /^Write.*/,
        'Write an IANA name, like Europe/London.',
      ),
    });
  }
  if (Array.isArray(rota.holidays)) {
    for (const [i, date] of rota.holidays.entries()) {
      if (readDate(date) !== undefined) continue;
      const mend = `Write a date that exists, or one of the calendars ${CALENDAR_NAMES.join(', ')}.`;
      mistakes.push({ path: ['holidays', i], code: 'no-such-date', message: `There is no date ${quote(date)}.`, mend });
    }
  }
  if ((rota.layers ?? []).length === 0 && (rota.overrides ?? []).length === 0) {
    mistakes.push({
      path: ['layers'],
      code: 'empty-rota',
      message: 'A rota with no layers and no overrides has nobody on call, ever.',
      mend: 'Add a layer: people, starts and every.',
    });
  }
  for (const [i, layer] of (rota.layers ?? []).entries()) mistakes.push(...checkLayer(['layers', i], layer, people));
  for (const [i, override] of (rota.overrides ?? []).entries()) {
    mistakes.push(...checkOverride(['overrides', i], override, people));
  }
  return mistakes;
}
