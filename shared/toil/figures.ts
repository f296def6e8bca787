/**
 * Figures that do not mislead: counts, medians and ninetieth percentiles, and shares with how sure they are.
 *
 * How long incidents take is skewed, so a mean alone says nothing and is not offered. [The VOID Report 2021, "MTTR"] Pure.
 */

/** Of some lengths of time, in seconds. Without values there is neither a median nor a percentile. */
export type Spread = { count: number; median?: number; p90?: number };

/** A share of cases with its 95 % interval, each from 0 to 1. Without cases there is none. */
export type Share = { of: number; yes: number; from?: number; to?: number };

/** The median is the middle value, or halfway between the two in the middle; p90 is the value that nine of ten do not exceed. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { count: 0 };
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { count: sorted.length, median, p90: sorted[Math.ceil(sorted.length * 0.9) - 1]! };
}

/** The quantile of the normal distribution that leaves 2.5 % on either side. */
const Z = 1.959964;

/**
 * A share with Wilson's interval, which holds for few cases and for shares near 0 and 1 too.
 * [E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927]
 */
export function shareOf(yes: number, of: number): Share {
  if (of === 0) return { of, yes };
  const p = yes / of;
  const square = Z * Z;
  const centre = p + square / (2 * of);
  const reach = Z * Math.sqrt((p * (1 - p)) / of + square / (4 * of * of));
  const whole = 1 + square / of;
  return { of, yes, from: Math.max(0, (centre - reach) / whole), to: Math.min(1, (centre + reach) / whole) };
}
