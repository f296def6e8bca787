/**
 * Internet addresses as upper-case hexadecimal text: 8 digits for IPv4, 32 for IPv6, so that a range is two string
 * comparisons. Which strings count as addresses is Event Ruler's rule (`CIDR.java`): it asks Java's `InetAddress`, which
 * takes leading zeros, no embedded dotted quad, and turns an IPv4-mapped IPv6 address into the IPv4 one.
 */

/** Inclusive, both ends of one family. */
export type AddressRange = { low: string; high: string };

/** Java reads no longer dotted quad, however many of its digits are leading zeros. */
const MAX_IPV4_CHARACTERS = 15;
const MAPPED_PREFIX = '00000000000000000000FFFF';

/** The address as hexadecimal digits, or undefined where the text is no address. */
export function addressDigits(text: string): string | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  if (text.includes(':')) return ipv6Digits(text);
  return text.includes('.') ? ipv4Digits(text) : undefined;
}

/**
 * `10.0.0.0/24` as the range of its addresses.
 * @returns the range, or a sentence that says what is wrong with it
 */
export function cidrRange(text: string): AddressRange | string {
  // Java's `split` drops empty parts at the end, and its `parseInt` takes a sign and leading zeros.
  const parts = text.replace(/\/+$/, '').split('/');
  if (parts.length !== 2) return 'a CIDR block needs exactly one "/"';
  const digits = addressDigits(parts[0]!);
  if (digits === undefined) return `"${parts[0]}" is not an IPv4 or IPv6 address`;
  const width = digits.length * 4;
  if (!/^[+-]?\d+$/.test(parts[1]!)) return 'the part after "/" must be a whole number';
  const bits = Number(parts[1]);
  // Ruler refuses /32 and /128: a block of one address is written as the address itself.
  if (bits < 0 || bits >= width) return `the part after "/" must be from 0 to ${width - 1}`;
  const value = BigInt(`0x${digits}`);
  const host = (1n << BigInt(width - bits)) - 1n;
  return { low: hex(value & ~host, digits.length), high: hex(value | host, digits.length) };
}

/**
 * Ruler compares digit by digit and stops at the first that decides, whichever the family: so `::/0` takes in `10.0.0.1`,
 * and an IPv6 address is judged against an IPv4 block by its first 32 bits. Kept, because agreeing with it is the promise.
 */
export function inRange(range: AddressRange, digits: string): boolean {
  const width = range.low.length;
  if (digits.length >= width) {
    const head = digits.length === width ? digits : digits.slice(0, width);
    return head >= range.low && head <= range.high;
  }
  return digits > range.low.slice(0, digits.length) && digits < range.high.slice(0, digits.length);
}

function ipv4Digits(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || text.length > MAX_IPV4_CHARACTERS) return undefined;
  let digits = '';
  for (const part of parts) {
    if (!/^\d+$/.test(part)) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    digits += hex(octet, 2);
  }
  return digits;
}

function ipv6Digits(text: string): string | undefined {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0]!);
  const tail = halves.length === 2 ? groups(halves[1]!) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const digits = [...head, ...Array<string>(missing).fill('0000'), ...tail].join('');
  return digits.startsWith(MAPPED_PREFIX) ? digits.slice(MAPPED_PREFIX.length) : digits;
}

function groups(text: string): string[] | undefined {
  if (text === '') return [];
  const found = text.split(':');
  const values = found.map((group) => (group === '' ? Number.NaN : Number.parseInt(group, 16)));
  return values.every((value) => value <= 0xffff) ? values.map((value) => hex(value, 4)) : undefined;
}

function hex(value: bigint | number, length: number): string {
  return value.toString(16).toUpperCase().padStart(length, '0');
}
