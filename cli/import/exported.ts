/**
 * What another tool exported, in one shape for all of them: people, schedules, policies and services by the tool's own
 * references, times as instants. Each tool's file reads its answers into this; `plan.ts` alone makes a catalogue of it.
 */
import type { Window } from './week.ts';

export type Exported = {
  people: ExportedPerson[];
  schedules: ExportedSchedule[];
  policies: ExportedPolicy[];
  services: ExportedService[];
  /** What is odd in what was read. */
  audit: string[];
  /** What a catalogue cannot say, each with what to do. */
  lost: string[];
};

export type ExportedPerson = {
  /** All that the export calls them by: id, address, name. */
  refs: string[];
  /** What their id here is made of. */
  handle: string;
  name: string;
  contact: { phone?: string; phone2?: string; email?: string; slack?: string };
  zone?: string;
  rules?: { high?: Rule[]; low?: Rule[] };
};

export type Rule = { channel: 'sms' | 'voice' | 'email' | 'slack'; afterSeconds: number };

/** A turn of a layer: a person by reference, or something that is nobody, with how to say it. */
export type Turn = { ref?: string; said: string };

export type ExportedLayer = {
  name: string;
  turns: Turn[];
  /** Epoch milliseconds. */
  starts: number;
  /** `1 week`, as a catalogue writes it. */
  every: string;
  until?: number;
  active?: Window[];
  /** Where layers of a higher level are active, lower ones are not asked; those of one level are on call side by side. */
  level: number;
};

export type ExportedSchedule = {
  refs: string[];
  name: string;
  zone: string;
  off?: boolean;
  layers: ExportedLayer[];
  /** Where the export does not say how to read it: the other way, taken if it fits the rendered entries better. */
  otherwise?: { said: string; layers: ExportedLayer[] };
  /** `layers`: the names of those that it concerns; all of them where it is absent. */
  overrides: { by: Turn; from: number; to: number; insteadOf?: string; layers?: string[] }[];
  /** Who is on call when by the tool's own reckoning, epoch milliseconds; `unproved` says how to ask for it. */
  rendered?: { from: number; to: number; entries: { ref: string; start: number; end: number }[] };
  unproved: string;
};

/** A target by reference, or, as `written`, one that a catalogue has (`slack:#payments`). */
export type ExportedTarget = { kind: 'schedule' | 'person' | 'written' | 'other'; ref: string; said: string };

export type ExportedPolicy = {
  refs: string[];
  name: string;
  /** Delays count from the alert, seconds. */
  steps: { delaySeconds: number; targets: ExportedTarget[] }[];
  repeat: number;
  ackExpiresSeconds?: number;
};

export type ExportedService = {
  name: string;
  description?: string;
  policy?: string;
  urgency?: Record<string, 'high' | 'low'>;
};

export type Json = Record<string, unknown>;

/** The entries that a tool rendered, with the time that they cover; undefined where it gave none. Epoch milliseconds. */
export function renderedFrom(entries: { ref: string; start: number; end: number }[]): ExportedSchedule['rendered'] {
  if (entries.length === 0) return undefined;
  return {
    from: Math.min(...entries.map(({ start }) => start)),
    to: Math.max(...entries.map(({ end }) => end)),
    entries,
  };
}

export function emptyExport(): Exported {
  return { people: [], schedules: [], policies: [], services: [], audit: [], lost: [] };
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; of any other value, nothing. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text, or nothing where it is empty or no text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** An instant as tools write it: ISO 8601 with an offset, or epoch seconds; epoch milliseconds, NaN for any other text. */
export function instantOf(value: unknown): number {
  if (typeof value === 'number') return value * 1000;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

/** `44-7700900001`, `+44 7700 900001` → `+447700900001`; undefined for what is no number with its country. */
export function internationalNumber(written: string, country = ''): string | undefined {
  const digits = `${country}${written}`.replace(/\D/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

/** Contacts of a catalogue from all numbers and addresses of a person. */
export function contactOf(phones: (string | undefined)[], email?: string, slack?: string): ExportedPerson['contact'] {
  const [phone, phone2] = [...new Set(phones.filter((one) => one !== undefined))];
  return {
    ...(phone === undefined ? {} : { phone }),
    ...(phone2 === undefined ? {} : { phone2 }),
    ...(email === undefined ? {} : { email }),
    ...(slack === undefined ? {} : { slack }),
  };
}

/** `604800` seconds → `1 week`; undefined for what is no whole number of hours. */
export function turnLength(seconds: number): string | undefined {
  for (const [unit, length] of [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
  ] as const) {
    if (seconds > 0 && seconds % length === 0) return every(seconds / length, unit);
  }
  return undefined;
}

export function every(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
