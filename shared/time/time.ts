/**
 * Instants: UTC ISO 8601 texts with milliseconds, as every alert, incident and record carries them.
 *
 * Promises: two instants compare as texts in the order of time. Any part of the product may call this file. Pure.
 */

/** Milliseconds since 1970 of an instant. */
export function millis(at: string): number {
  return Date.parse(at);
}

/** The instant that is so many seconds after another; before it where `seconds` is negative. */
export function after(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/** The earliest of some instants; undefined where there are none. */
export function earliest(instants: string[]): string | undefined {
  return instants.length === 0 ? undefined : instants.reduce((a, b) => (a < b ? a : b));
}

/** The latest of some instants; undefined where there are none. */
export function latest(instants: string[]): string | undefined {
  return instants.length === 0 ? undefined : instants.reduce((a, b) => (a > b ? a : b));
}

/** `45s`, `14m`, `3h`, `1h5m`, `2d`: whole units, at most two. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}
