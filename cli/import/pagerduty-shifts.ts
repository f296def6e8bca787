/**
 * PagerDuty's shift-based schedules: rotations of events that recur, each handed out to its members.
 *
 * Rules that come from outside (PagerDuty API v3 Schedules; terraform-provider-pagerduty, schedulev2): an event is a shift
 * with a start, an end and a recurrence (RFC 5545); `rotating_member_assignment_strategy` gives each member
 * `shifts_per_member` shifts in turn, `every_member_assignment_strategy` has all on call at once; `effective_since` and
 * `effective_until` bound it; rotations are on call side by side. Pure.
 */

import { wallAt, type Zone } from '../../shared/rota/zone.ts';
import { type ExportedLayer, every, isObject, type Json, objects, textOf } from './exported.ts';
import { DAY_MINUTES, daily, dayNamed, type Stretch, WEEK_MINUTES, windowsOf } from './week.ts';

const MINUTE = 60_000;

export function isShiftBased(schedule: Json): boolean {
  return 'rotations' in schedule || 'rotation' in schedule;
}

/** @param lose hears of each event that a catalogue cannot say */
export function shiftLayers(schedule: Json, zone: Zone, lose: (what: string) => void): ExportedLayer[] {
  const rotations = objects(schedule['rotations'] ?? schedule['rotation']);
  if (rotations.length === 0) lose('it has no rotations; write it by hand');
  return rotations.flatMap((rotation, n) => {
    const events = objects(rotation['events'] ?? rotation['event']);
    if (events.length === 0) lose(`rotation ${n + 1} has no events`);
    return events.flatMap((event, m) => {
      const name =
        textOf(event['name']) ?? textOf(rotation['name']) ?? `rotation ${n + 1}${m === 0 ? '' : `, event ${m + 1}`}`;
      return layersOf(name, event, rotation, zone, (what) => lose(`${name}: ${what}`));
    });
  });
}

const timeOf = (value: unknown): number => {
  const [one] = [value].flat();
  return Date.parse(String(isObject(one) ? one['date_time'] : one));
};

function layersOf(
  name: string,
  event: Json,
  rotation: Json,
  zone: Zone,
  lose: (what: string) => void,
): ExportedLayer[] {
  const strategy = strategyOf(event) ?? strategyOf(rotation) ?? {};
  const members = objects(
    strategy['members'] ?? strategy['member'] ?? event['member'] ?? rotation['members'] ?? rotation['member'],
  );
  const turns = members.map((member) => {
    const id = textOf(member['user_id']);
    return id === undefined ? { said: 'a slot for nobody' } : { ref: id, said: textOf(member['name']) ?? id };
  });
  const [start, end] = [timeOf(event['start_time']), timeOf(event['end_time'])];
  const shape = shapeOf(event, wallAt(zone, start), Math.round((end - start) / MINUTE));
  if (typeof shape === 'string') {
    lose(`${shape}; write it by hand`);
    return [];
  }
  const shifts = Number(strategy['shifts_per_member'] ?? rotation['shifts_per_member'] ?? 1) || 1;
  const until = timeOf(event['effective_until']);
  const active = shape.stretches.length === 0 ? undefined : windowsOf(shape.stretches);
  const layer = {
    name,
    starts: start,
    ...(Number.isNaN(until) ? {} : { until }),
    ...(active === undefined ? {} : { active }),
    level: 0,
  };
  if (strategy['type'] === 'every_member_assignment_strategy')
    return turns.map((turn) => ({ ...layer, name: `${name} ${turn.said}`, turns: [turn], every: '1 week' }));
  const turn = active !== undefined && shape.byShift ? `${shifts} shifts` : every(shape.count * shifts, shape.unit);
  return [{ ...layer, turns, every: turn }];
}

/** Of an event or a rotation; early versions of the provider have the type alone, as text. */
function strategyOf(of: Json): Json | undefined {
  const [one] = [of['assignment_strategy']].flat();
  if (isObject(one)) return one;
  return typeof one === 'string' ? { ...of, type: one } : undefined;
}

type Shape = { unit: string; count: number; stretches: Stretch[]; byShift: boolean };

/** How often it recurs, and which part of the week it has; a sentence where a catalogue has no words for it. */
function shapeOf(event: Json, wall: number, minutes: number): Shape | string {
  if (!(minutes > 0)) return 'its event has no length that can be read';
  const [rule = ''] = [event['recurrence']].flat().map(String);
  const parts = new Map(
    rule
      .replace(/^RRULE:/i, '')
      .split(';')
      .map((part) => part.split('=') as [string, string]),
  );
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const odd = [...parts.keys()].filter((key) => !['FREQ', 'INTERVAL', 'BYDAY', 'WKST', ''].includes(key));
  if (odd.length > 0 || !(interval >= 1)) return `its recurrence ${rule} has no counterpart`;
  const from = Math.floor(wall / MINUTE) % DAY_MINUTES;
  const startDay = (Math.floor(wall / MINUTE / DAY_MINUTES) + 3) % 7;
  const days = parts.get('BYDAY')?.split(',').map(dayNamed);
  if (days?.some((day) => day === undefined)) return `its recurrence ${rule} has no counterpart`;
  if (parts.get('FREQ') === 'DAILY' && days === undefined) {
    if (minutes >= interval * DAY_MINUTES) return { unit: 'day', count: interval, stretches: [], byShift: false };
    return interval === 1
      ? { unit: 'day', count: 1, stretches: daily(from, minutes), byShift: true }
      : `it has ${minutes / 60} hours of every ${interval} days`;
  }
  if (!/^(WEEKLY|DAILY)$/.test(parts.get('FREQ') ?? ''))
    return rule === '' ? 'its event does not recur' : `its recurrence ${rule} has no counterpart`;
  const on = (days as number[] | undefined) ?? [startDay];
  const several = on.length > 1;
  if (several && interval > 1) return `it has some days of every ${interval} weeks`;
  if (!several && minutes >= interval * WEEK_MINUTES)
    return { unit: 'week', count: interval, stretches: [], byShift: false };
  if (interval > 1) return `it has a part of every ${interval} weeks`;
  const stretches = on.map((day) => ({ from: day * DAY_MINUTES + from, minutes }));
  return { unit: 'week', count: 1, stretches, byShift: several };
}
