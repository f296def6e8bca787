/**
 * JSON read without losing what Event Ruler can still see: it compares numbers as doubles, but a number that a double
 * cannot hold exactly as it is spelled (an identifier of twenty digits, 1e400) is compared by its text alone
 * (`ComparableNumber.java`).
 */

/** A number that no double holds as it is spelled. Kept apart so that two different identifiers never become equal. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Below 16 digits and three digits of exponent every decimal survives a double, so most texts never pay for the reviver. */
const MAY_LOSE = /\d[\d.]{15}|[eE][+-]?\d{3}/;

/**
 * @param text one JSON document
 * @returns as `JSON.parse`, with `NumberText` in place of a number that would lose digits
 * @throws SyntaxError as `JSON.parse`
 */
export function parseJson(text: string): unknown {
  if (!MAY_LOSE.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && !survives(source, value)
      ? new NumberText(source)
      : value;
  });
}

function survives(source: string, value: number): boolean {
  return Number.isFinite(value) && decimal(source) === decimal(String(value));
}

/** One spelling for equal decimals: digits without zeros at either end, and the power of ten of the last of them. */
function decimal(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
