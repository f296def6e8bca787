/**
 * Stretches of a week, as tools write restrictions, and the active windows that a catalogue writes for them. Pure.
 */
import type { Layer } from '../../shared/rota/rota.ts';

export type Window = NonNullable<Layer['active']>[number];
/** Minutes since Monday 00:00 on the wall, and how long. May run past the end of the week. */
export type Stretch = { from: number; minutes: number };

export const DAY_MINUTES = 1440;
export const WEEK_MINUTES = 7 * DAY_MINUTES;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Monday 0 … Sunday 6 of a name in any language of computers (`MO`, `monday`, `Mon`); undefined for none. */
export function dayNamed(written: unknown): number | undefined {
  const at =
    typeof written === 'string' ? DAYS.findIndex((day) => day.startsWith(written.toLowerCase().slice(0, 2))) : -1;
  return at < 0 || String(written).length < 2 ? undefined : at;
}

/** `09:30`, `09:30:00` as minutes; undefined for any other text. */
export function minutesOf(written: unknown): number | undefined {
  const found = /^(\d{1,2}):(\d{2})/.exec(String(written ?? ''));
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** The same stretch of every day, or of some. */
export function daily(from: number, minutes: number, days = [0, 1, 2, 3, 4, 5, 6]): Stretch[] {
  return days.map((day) => ({ from: day * DAY_MINUTES + from, minutes }));
}

/**
 * The windows of stretches: a day each where one lasts no longer than a day, else cut at midnight; equal ones of several
 * days are one. Undefined where they cover the whole week: then a layer is always active.
 */
export function windowsOf(stretches: Stretch[]): Window[] | undefined {
  if (covered(stretches) >= WEEK_MINUTES) return undefined;
  const found = new Map<string, Set<number>>();
  const add = (day: number, from: number, to: number) => {
    const key = `${clock(from)} ${to === DAY_MINUTES ? '24:00' : clock(to % DAY_MINUTES)}`;
    found.set(key, (found.get(key) ?? new Set()).add(((day % 7) + 7) % 7));
  };
  for (const { from, minutes } of stretches) {
    const day = Math.floor(from / DAY_MINUTES);
    const begins = from - day * DAY_MINUTES;
    if (minutes <= DAY_MINUTES) add(day, begins, begins + minutes);
    else {
      for (let at = from; at < from + minutes; ) {
        const on = Math.floor(at / DAY_MINUTES);
        const to = Math.min((on + 1) * DAY_MINUTES, from + minutes);
        add(on, at - on * DAY_MINUTES, to - on * DAY_MINUTES);
        at = to;
      }
    }
  }
  return [...found].map(([key, days]) => {
    const [from, to] = key.split(' ') as [string, string];
    return days.size === 7 ? { from, to } : { days: [...days].sort().map((day) => DAYS[day]!), from, to };
  });
}

/** The parts of stretches that lie in others. */
export function intersect(a: Stretch[], b: Stretch[]): Stretch[] {
  return a.flatMap((one) =>
    b.flatMap((two) =>
      [-WEEK_MINUTES, 0, WEEK_MINUTES].flatMap((turn) => {
        const from = Math.max(one.from, two.from + turn);
        const to = Math.min(one.from + one.minutes, two.from + turn + two.minutes);
        return to > from ? [{ from, minutes: to - from }] : [];
      }),
    ),
  );
}

/** Minutes of the week in any of them. */
function covered(stretches: Stretch[]): number {
  const cut = stretches
    .flatMap(({ from, minutes }) => {
      const start = ((from % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
      const end = start + Math.min(minutes, WEEK_MINUTES);
      return end <= WEEK_MINUTES
        ? [[start, end] as const]
        : [[start, WEEK_MINUTES] as const, [0, end - WEEK_MINUTES] as const];
    })
    .sort(([a], [b]) => a - b);
  let sum = 0;
  let until = 0;
  for (const [start, end] of cut) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
