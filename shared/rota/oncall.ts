/**
 * Who is on call at an instant. Finds each layer's turn by arithmetic; costs the same for a rota begun today or twenty
 * years ago.
 */
import type { CompiledLayer, CompiledRota } from './compile.ts';
import { isOpen } from './windows.ts';
import { lastNotAfter, type Zone } from './zone.ts';

/** `layer` is the name of the layer that puts the person there, or `override`. Both are absent in a gap. */
export type OnCall = { person?: string; layer?: string };

/** The person whose turn it is in a layer, whether or not the layer is active; undefined while it is silent. */
export function turnAt(layer: CompiledLayer, zone: Zone, instant: number): string | undefined {
  if (instant < layer.begins || instant >= layer.ends) return undefined;
  if (layer.shifts !== undefined) return shiftAt(layer.shifts, instant)?.person;
  const slot = lastNotAfter(zone, instant, layer.rotation.lastUpTo, layer.rotation.wallOf);
  return layer.people[slot % layer.people.length];
}

/** Of rising shifts the one at an instant, by halving. */
function shiftAt<T extends { start: number; end: number }>(shifts: T[], instant: number): T | undefined {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shifts[middle]!.end <= instant) low = middle + 1;
    else high = middle;
  }
  const found = shifts[low];
  return found !== undefined && found.start <= instant ? found : undefined;
}

function personByLayers(rota: CompiledRota, instant: number): OnCall {
  for (let i = rota.layers.length - 1; i >= 0; i--) {
    const layer = rota.layers[i]!;
    if (instant < layer.begins || instant >= layer.ends) continue;
    if (layer.windows !== undefined && !isOpen(layer.windows, rota.holidays, rota.zone, instant)) continue;
    const person = turnAt(layer, rota.zone, instant);
    if (person !== undefined) return { person, layer: layer.name };
  }
  return {};
}

/**
 * Who is on call.
 *
 * @param instant epoch milliseconds
 */
export function onCallAt(rota: CompiledRota, instant: number): OnCall {
  let onCall = personByLayers(rota, instant);
  for (const { person, from, to, insteadOf } of rota.overrides) {
    if (instant < from || instant >= to) continue;
    if (insteadOf === undefined || insteadOf === onCall.person) onCall = { person, layer: 'override' };
  }
  return onCall;
}
