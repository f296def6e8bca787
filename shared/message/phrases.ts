/**
 * How numbers, names and times are said: short for a phone's screen, spelled out for a voice. Pure.
 */
import type { Alert, Severity, Signal } from '../alert/alert.ts';
import { duration } from '../time/time.ts';

export const SEVERITY_SHORT: Record<Severity, string> = {
  critical: 'CRIT',
  error: 'ERR',
  warning: 'WARN',
  info: 'INFO',
};

const ENVIRONMENT_SHORT: Record<string, string> = {
  production: 'prod',
  development: 'dev',
  staging: 'stg',
  'non-production': 'nonprod',
};

export function environmentShort(environment: string): string {
  return ENVIRONMENT_SHORT[environment.toLowerCase()] ?? environment;
}

/** `3 minutes`, `1 hour and 5 minutes`. */
export function spokenDuration(seconds: number): string {
  const parts = duration(seconds).match(/\d+[smhd]/g) ?? [];
  const names: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };
  return parts
    .map((part) => {
      const count = Number(part.slice(0, -1));
      return `${count} ${names[part.at(-1)!]}${count === 1 ? '' : 's'}`;
    })
    .join(' and ');
}

/** Words of a metric's name that tell a reader nothing. */
const NOISE = new Set([
  'http',
  'httpcode',
  'code',
  'count',
  'total',
  'sum',
  'average',
  'metric',
  'percentage',
  'percent',
]);

/** `HTTPCode_Target_5XX_Count` → `target 5xx`; `CPUUtilization` → `cpu utilization`. */
export function metricWords(name: string): string {
  const words = name
    .replace(/UnHealthy/g, 'Unhealthy')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}%]+/u)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
  const telling = words.filter((word) => !NOISE.has(word));
  return (telling.length > 0 ? telling : words).join(' ');
}

const UNIT_SHORT: Record<string, string> = {
  percent: '%',
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'us',
  'count/second': '/s',
};

/** A number with its unit as a person writes it: `12`, `95.5%`, `1.5 GB`, `340 ms`. */
export function amount(value: number, unit: string | undefined): string {
  const name = unit?.toLowerCase() ?? '';
  if (name === 'bytes' || name === 'byte') return bytes(value);
  return `${shortNumber(value)}${UNIT_SHORT[name] ?? ''}`;
}

function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${shortNumber(scaled)} ${units[unit]}`;
}

function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  if (Math.abs(value) >= 1e6) return `${shortNumber(Number((value / 1e6).toPrecision(3)))}M`;
  return String(Number(value.toPrecision(3)));
}

/** Seconds of an ISO duration of hours, minutes and seconds, as in `signal.window`. */
export function windowSeconds(window: string): number {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(window);
  return found ? Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0) : 0;
}

/** `target 5xx 12 > 5 for 3m`; undefined where the alert has no signal to speak of. */
export function signalPhrase(given: Signal | undefined, isSilent = false): string | undefined {
  if (!given?.name) return undefined;
  const signal = withUnit(given);
  const parts = [metricWords(given.name)];
  if (isSilent) parts.push('no data');
  else if (signal.value !== undefined) parts.push(amount(signal.value, signal.unit));
  if (isSilent) {
    // Nothing was measured: the limit says nothing.
  } else if (signal.comparison === 'outside' || signal.comparison === 'above' || signal.comparison === 'below') {
    parts.push(signal.comparison === 'outside' ? 'outside its band' : `${signal.comparison} its band`);
  } else if (signal.comparison && signal.threshold !== undefined) {
    parts.push(`${signal.comparison} ${amount(signal.threshold, signal.unit)}`);
  }
  if (signal.window) parts.push(`for ${duration(windowSeconds(signal.window) * (signal.periods ?? 1))}`);
  return parts.join(' ');
}

/** A metric whose name says percent is one, though its sender gives no unit. */
function withUnit(signal: Signal): Signal {
  return signal.unit === undefined && /percent/i.test(signal.name ?? '') ? { ...signal, unit: 'Percent' } : signal;
}

const SPOKEN: Record<string, string> = {
  '>': 'above',
  '>=': 'at or above',
  '<': 'below',
  '<=': 'at or below',
  '=': 'equal to',
};

/** `target 5 x x is 12, above 5, for 3 minutes` */
export function spokenSignal(given: Signal | undefined): string | undefined {
  if (!given?.name) return undefined;
  const signal = withUnit(given);
  const parts = [spokenName(metricWords(given.name))];
  if (signal.value !== undefined) parts[0] += ` is ${spokenAmount(signal.value, signal.unit)}`;
  if (signal.comparison && signal.threshold !== undefined && SPOKEN[signal.comparison]) {
    parts.push(`${SPOKEN[signal.comparison]} ${spokenAmount(signal.threshold, signal.unit)}`);
  }
  if (signal.window) parts.push(`for ${spokenDuration(windowSeconds(signal.window) * (signal.periods ?? 1))}`);
  return parts.join(', ');
}

function spokenAmount(value: number, unit: string | undefined): string {
  return amount(value, unit)
    .replace('%', ' percent')
    .replace(/ms$/, ' milliseconds')
    .replace(/(\d)s$/, '$1 seconds');
}

/** `payments-api` → `payments a p i`; `5xx` → `5 x x`: what a voice can say. */
export function spokenName(name: string): string {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => {
      if (/^[0-9]xx$/i.test(word)) return `${word[0]} x x`;
      if (SPELLED.has(word.toLowerCase())) return [...word].join(' ');
      // Capitals of four and more are words that a voice would spell.
      return /^[A-Z]{4,}$/.test(word) ? word.toLowerCase() : word;
    })
    .join(' ');
}

const SPELLED = new Set([
  'api',
  'cpu',
  'db',
  'sql',
  'http',
  'https',
  'sqs',
  'sns',
  'vm',
  'vpn',
  'dns',
  'tls',
  'io',
  'oom',
  'ha',
]);

/** The name that CloudWatch gives an expression, or the expression itself. */
const UNTELLING = /^(?:[a-z]|expression|query)[0-9]{1,3}$|[*/+<>=(]/i;

type Wrong = {
  title: string;
  signal?: Signal | undefined;
  resources: Alert['resources'];
  labels?: Record<string, string>;
};

/**
 * What is wrong in a few words: the signal where there is one, else the title and the first resource, nothing twice.
 * @param service the catalogue's, which the text already names; without one the alert's own name is part of it
 */
export function whatIsWrong(lead: Wrong, service?: string): string {
  const isMath = UNTELLING.test(lead.signal?.name ?? '');
  const signal = isMath && lead.signal !== undefined ? { ...lead.signal, name: lead.title } : lead.signal;
  const phrase = signalPhrase(signal, isSilent(lead));
  if (phrase !== undefined) return service === undefined && !isMath ? naming(lead.title, phrase) : phrase;
  const name = nameOf(lead.resources[0]);
  return name === undefined || includes(lead.title, name) ? lead.title : `${lead.title} ${name}`;
}

/** A name, or an id that is as short as one: `i-0abc`. ARNs, paths and numbers tell a reader nothing. */
function nameOf(resource: Alert['resources'][number] | undefined): string | undefined {
  if (resource === undefined || resource.name !== undefined)
    return resource?.name?.replace(/^https?:\/\/(?:www\.)?|\/$/g, '');
  return /^[a-z][\w.-]{1,40}$/i.test(resource.id) ? resource.id : undefined;
}

/** Two texts, the second without what the first says already. */
function naming(title: string, phrase: string): string {
  if (includes(phrase, title.replace(/[-_]/g, ' '))) return phrase;
  // Names that machines made are long, and what is cut must not be what is wrong.
  return title.length > LONG_NAME ? `${phrase}: ${title}` : `${title}: ${phrase}`;
}

const LONG_NAME = 48;

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The alarm fires because nothing was measured. */
function isSilent({ labels, signal }: Wrong): boolean {
  return signal?.value === undefined && (labels?.['state'] === 'no data' || labels?.['state'] === 'INSUFFICIENT_DATA');
}
