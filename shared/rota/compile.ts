/**
 * A rota made ready to be asked: zone, windows, boundaries and overrides as numbers. Lives in memory only; what is
 * published is the rota as written.
 */
import { keyOf } from '../written/written.ts';
import { checkRota } from './check.ts';
import { holidayDays } from './holidays.ts';
import type { Layer, Override, Rota, Shift } from './rota.ts';
import { type Rotation, rotationOf } from './rotation.ts';
import { LAST_WALL, readWall } from './wall.ts';
import { compileWindows, openingsOf, type Window } from './windows.ts';
import { instantOf, type Zone, zoneNamed } from './zone.ts';

export type CompiledLayer = {
  /** As written, or `layer 2`. */
  name: string;
  people: string[];
  rotation: Rotation;
  /** Absent where the layer is always active. */
  windows?: Window[];
  /** A layer that was read from a calendar: who has it when, epoch milliseconds, rising and apart. */
  shifts?: { start: number; end: number; person: string }[];
  /** Epoch milliseconds: silent before the first and from the second on. */
  begins: number;
  ends: number;
};

/** Epoch milliseconds. Where the clocks change, `to` may be no later than `from`: then it never applies. */
export type CompiledOverride = { person: string; from: number; to: number; insteadOf?: string };

export type CompiledRota = {
  name: string;
  zone: Zone;
  holidays: ReadonlySet<number>;
  layers: CompiledLayer[];
  overrides: CompiledOverride[];
};

/** The instant of a wall time in epoch milliseconds; infinite beyond the year 9998. */
export function instantOrNever(zone: Zone, wall: number): number {
  return wall < LAST_WALL ? instantOf(zone, wall) : Number.POSITIVE_INFINITY;
}

function compileLayer(layer: Layer, place: number, zone: Zone, holidays: number[]): CompiledLayer {
  if (layer.shifts !== undefined) return compileShifts(layer, place, zone, layer.shifts);
  const windows = layer.active === undefined ? undefined : compileWindows(layer.active);
  const starts = readWall(layer.starts)!;
  const rotation = rotationOf(starts, layer.every, openingsOf(windows ?? []), holidays);
  return {
    name: layer.name ?? `layer ${place + 1}`,
    people: layer.people,
    rotation,
    ...(windows === undefined ? {} : { windows }),
    begins: instantOrNever(zone, rotation.wallOf(0)),
    ends: layer.until === undefined ? Number.POSITIVE_INFINITY : instantOf(zone, readWall(layer.until)!),
  };
}

function compileShifts(layer: Layer, place: number, zone: Zone, listed: Shift[]): CompiledLayer {
  const shifts = listed.map(({ start, end, person }) => ({ start: Date.parse(start), end: Date.parse(end), person }));
  return {
    ...compileLayer({ people: layer.people, starts: layer.starts, every: layer.every }, place, zone, []),
    name: layer.name ?? `layer ${place + 1}`,
    shifts,
    begins: shifts[0]?.start ?? Number.POSITIVE_INFINITY,
    ends: shifts.at(-1)?.end ?? Number.NEGATIVE_INFINITY,
  };
}

/** An override of a rota in that rota's zone. Its times must have been checked. */
export function compileOverride(zone: Zone, override: Override): CompiledOverride {
  return {
    person: override.person,
    from: instantOf(zone, readWall(override.from)!),
    to: instantOf(zone, readWall(override.to)!),
    ...(override.instead_of === undefined ? {} : { insteadOf: override.instead_of }),
  };
}

/** Without what was read from calendars, which nobody writes. */
export function asWritten(rota: Rota): Rota {
  if (!Array.isArray(rota?.layers) || !rota.layers.some((layer) => layer?.shifts !== undefined)) return rota;
  return { ...rota, layers: rota.layers.map(({ shifts: _, ...layer }) => layer) };
}

/**
 * Compiles a rota. Throws a RangeError with the first mistake where `checkRota` finds any.
 */
export function compileRota(rota: Rota): CompiledRota {
  const [mistake] = checkRota(asWritten(rota));
  if (mistake !== undefined) {
    throw new RangeError(`rota ${rota?.name ?? ''}: ${keyOf(mistake.path)}: ${mistake.message} ${mistake.mend}`);
  }
  const zone = zoneNamed(rota.time_zone)!;
  const holidays = holidayDays(rota.holidays);
  return {
    name: rota.name ?? '',
    zone,
    holidays: new Set(holidays),
    layers: (rota.layers ?? []).map((layer, i) => compileLayer(layer, i, zone, holidays)),
    overrides: (rota.overrides ?? []).map((override) => compileOverride(zone, override)),
  };
}
