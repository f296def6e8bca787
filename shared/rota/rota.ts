/**
 * A rota: who is on call when. Layers, active windows, holidays and overrides, exactly as written by people.
 *
 * Promises: the answer for an instant never walks from the rota's beginning; every interval is half-open.
 * Pure; Temporal only. Called by the incident's context (whom a step reaches), the console and the command line.
 */

export type Layer = {
  name?: string;
  people: string[];
  starts: string;
  every: string;
  until?: string;
  active?: { days?: string[]; from: string; to: string }[];
  /** Read from a calendar when the catalogue is compiled: then these are the layer, and it takes no turns. Rising, apart. */
  shifts?: Shift[];
};

export type Override = { person: string; from: string; to: string; instead_of?: string };

/** As written in `rotas/*.yaml`. */
export type Rota = {
  name: string;
  time_zone: string;
  holidays?: string | string[];
  /** The person who takes over is told. */
  hand_over_notice?: boolean;
  layers?: Layer[];
  overrides?: Override[];
};

/** Half-open, UTC with milliseconds. */
export type Shift = { start: string; end: string; person: string };
export type Gap = { start: string; end: string };
