/**
 * A recurrence rule as wall times: `FREQ=WEEKLY;INTERVAL=2` from a first wall time on.
 *
 * Promises: a rule that has a part which no rule has, or asks for a month 13, is refused; one that never matches ends all
 * the same; no more than a limit of times is given. The library sees the wall clock as if it were UTC, so that no change
 * of the clocks is in its way. Called when a catalogue is compiled, never when somebody is paged. Pure.
 *
 * Source: RFC 5545, 3.3.10.
 */
import { RRuleTemporal } from 'rrule-temporal';

/** The most times that one rule may give in the stretch that is read. */
const MOST_TIMES = 5000;
/** How many times of a rule with COUNT are counted before the stretch that is read; 27 years of days. */
const MOST_COUNTED = 10_000;

/** How often a day; a rule by the minute is no shift, and all its times would be made before they are counted. */
const MOST_A_DAY = 48;

/** What each part may hold; for numbers the largest, below zero too where `signed`. */
const NUMBERS: Record<string, { from: number; to: number; signed?: true }> = {
  BYSECOND: { from: 0, to: 60 },
  BYMINUTE: { from: 0, to: 59 },
  BYHOUR: { from: 0, to: 23 },
  BYMONTHDAY: { from: 1, to: 31, signed: true },
  BYYEARDAY: { from: 1, to: 366, signed: true },
  BYWEEKNO: { from: 1, to: 53, signed: true },
  BYMONTH: { from: 1, to: 12 },
  INTERVAL: { from: 1, to: 100_000 },
  COUNT: { from: 1, to: MOST_COUNTED },
};
/** In a week, a month or a year there are no more days to choose from. */
const MOST_POSITIONS: Record<string, number> = { DAILY: 1440, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 };

/** The parts of a rule in capitals; undefined where one has no name or stands twice. */
export function partsOf(rule: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of rule.split(';').filter((one) => one.trim() !== '')) {
    const [name = '', value = ''] = part.split('=').map((one) => one.replace(/\s/g, '').toUpperCase());
    if (name === '' || value === '' || parts.has(name)) return undefined;
    parts.set(name, value);
  }
  return parts;
}

/**
 * The wall times of a rule in milliseconds, those before `from` left out; undefined where it cannot be followed.
 *
 * @param start the wall time of DTSTART
 * @param last the last wall time that counts; infinite where the rule has no UNTIL
 */
export function wallsOf(
  rule: string,
  start: number,
  { from, to, last }: { from: number; to: number; last: number },
): number[] | undefined {
  const parts = partsOf(rule);
  if (parts === undefined || !isSound(parts)) return undefined;
  const until = Math.min(to, last);
  if (until < start) return [];
  const written = [...parts].filter(([name]) => name !== 'UNTIL').map(([name, value]) => `${name}=${value}`);
  const dtstart = `${new Date(start).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  try {
    const rules = new RRuleTemporal({
      rruleString: `DTSTART:${dtstart}\nRRULE:${written.join(';')}`,
      cache: false,
      maxIterations: MOST_COUNTED,
    });
    const walls = rules
      .between(new Date(Math.max(from, start)), new Date(until), true)
      .map((time) => time.epochMilliseconds);
    return walls.length > MOST_TIMES ? undefined : walls;
  } catch {
    return undefined;
  }
}

function isSound(parts: ReadonlyMap<string, string>): boolean {
  const frequency = parts.get('FREQ') ?? '';
  const positions = MOST_POSITIONS[frequency];
  if (positions === undefined) return false;
  // A weekly rule by the day of the month or of the year is not allowed (RFC 5545, 3.3.10).
  if (frequency === 'WEEKLY' && (parts.has('BYMONTHDAY') || parts.has('BYYEARDAY'))) return false;
  const often = ['BYHOUR', 'BYMINUTE', 'BYSECOND'].map((name) => parts.get(name)?.split(',').length ?? 1);
  if (often.reduce((product, one) => product * one) > MOST_A_DAY) return false;
  return [...parts].every(([name, value]) => {
    if (name === 'FREQ' || name === 'UNTIL') return true;
    if (name === 'WKST') return /^(MO|TU|WE|TH|FR|SA|SU)$/.test(value);
    if (name === 'BYDAY') return value.split(',').every((day) => /^[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)$/.test(day));
    const bounds = name === 'BYSETPOS' ? { from: 1, to: positions, signed: true } : NUMBERS[name];
    return (
      bounds !== undefined &&
      value.split(',').every((one) => {
        const number = bounds.signed ? Math.abs(Number(one)) : Number(one);
        return /^[+-]?\d+$/.test(one) && number >= bounds.from && number <= bounds.to;
      })
    );
  });
}
