/**
 * Times and lengths of time as senders write them, into ours: UTC ISO 8601 cut to milliseconds, and `PT5M`.
 *
 * Promises: what cannot be read for certain is `undefined`, and so is Go's zero time (year 1), which means "none".
 * Called by the normalisers and the deployment parsers. Pure; it does not know what time it is.
 */

// 2019-10-02T17:04:40.989+0000 (CloudWatch) · …13.4Z, .4713213Z (Azure) · 2021-04-28 21:50:00 +0200, … UTC (GitLab)
// Published AWS samples have stray spaces after the colons, and GitHub writes no zone: both are read, no zone as UTC.
const ISO =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}): ?([0-9]{2})(?:: ?([0-9]{2})(?:[.,]([0-9]{1,9})[0-9]*)?)? ?(?:Z|UTC|GMT|([-+])([0-9]{2}):?([0-9]{2})(?: [A-Z]{1,5})?)?$/i;
// 3/22/2019 1:36:31 PM (Azure log alerts V1) · 12/13/2017 20:53:57 (classic web test). US order, UTC.
const US = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?: ([AP])M)?$/i;
// Sat, 05 Jun 2016 15:10:09 GMT (Health) · Thu Nov 12 2020 …: V8 reads RFC 1123 as UTC.
const RFC1123 = /^[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[-+]0000)$/;

// Wed Sep 04 17:00:36.951 UTC 2024 (Inspector) · Tue Jun 30 22:06:31 UTC 2016 (CodeDeploy, Elastic Beanstalk)
const UNIX_DATE =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))? (?:UTC|GMT|Z) ([0-9]{4})$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

const FIRST_YEAR = 1970;
const LAST_MILLISECOND = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Text, or Unix time in seconds or milliseconds, to `2026-11-23T03:12:04.000Z`. */
export function instant(value: unknown): string | undefined {
  if (typeof value === 'number') return fromUnix(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const written = value.trim();
  const iso = ISO.exec(written);
  if (iso !== null) return fromIso(iso);
  const us = US.exec(written);
  if (us !== null) return fromUs(us);
  const unix = UNIX_DATE.exec(written);
  if (unix !== null) return fromUnixDate(unix);
  if (RFC1123.test(written)) return fromMilliseconds(Date.parse(written));
  return /^[0-9]{10}(\.[0-9]+)?$|^[0-9]{13}$/.test(written) ? fromUnix(Number(written)) : undefined;
}

function fromIso(part: RegExpExecArray): string | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', sign, hours = '00', minutes = '00'] = part;
  const isUtc = hours === '00' && minutes === '00';
  if (isUtc && isMoment(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second))) {
    // Nearly every notice is written in UTC: nothing need be calculated.
    return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  }
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const utc = atUtc(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  if (utc === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return fromMilliseconds(sign === '-' ? utc + offset : utc - offset);
}

function fromUs(part: RegExpExecArray): string | undefined {
  const [, month, day, year, hour, minute, second, half] = part;
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const of24 = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const utc = atUtc(Number(year), Number(month), Number(day), of24, Number(minute), Number(second), 0);
  return utc === undefined ? undefined : fromMilliseconds(utc);
}

function fromUnixDate(part: RegExpExecArray): string | undefined {
  const [, name = '', day, hour, minute, second, fraction = '', year] = part;
  const month = MONTHS.indexOf(name) / 3 + 1;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const utc = atUtc(Number(year), month, Number(day), Number(hour), Number(minute), Number(second), milliseconds);
  return utc === undefined ? undefined : fromMilliseconds(utc);
}

/** Nothing where the calendar has no such moment; Date.UTC would roll 31 February over into March. */
function atUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): number | undefined {
  const isInRange = isMoment(Math.max(year, FIRST_YEAR), month, day, hour, minute, second) && year >= FIRST_YEAR - 1;
  return isInRange ? Date.UTC(year, month - 1, day, hour, minute, second, millisecond) : undefined;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isMoment(year: number, month: number, day: number, hour: number, minute: number, second: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return year >= FIRST_YEAR && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
}

// Below this a number cannot be milliseconds of this century, and above it not seconds.
const SECONDS_BELOW = 100_000_000_000;

function fromUnix(value: number): string | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  return fromMilliseconds(Math.floor(value < SECONDS_BELOW ? value * 1000 : value));
}

function fromMilliseconds(value: number): string | undefined {
  return value >= 0 && value <= LAST_MILLISECOND ? new Date(value).toISOString() : undefined;
}

/** Seconds to `PT5M`, `PT1H30M`, `PT24H`. */
export function duration(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !(seconds > 0) || seconds > 366 * 86_400) return undefined;
  const whole = Math.round(seconds * 1000) / 1000;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = Math.round((whole % 60) * 1000) / 1000;
  const written = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${rest > 0 ? `${rest}S` : ''}`;
  return written === '' ? undefined : `PT${written}`;
}

const ISO_DURATION =
  /^P(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,8}(?:\.[0-9]{1,3})?)S)?)?$/i;
const CLOCK_DURATION = /^(?:([0-9]{1,4})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})$/;

/** `PT5M`, `P1D`, or .NET's `1.00:05:00`, to ours. */
export function written(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const part = ISO_DURATION.exec(value.trim()) ?? CLOCK_DURATION.exec(value.trim());
  if (part === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = part;
  return duration(Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}
