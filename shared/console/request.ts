/** What requests to the API say: their bodies, and how long something is to last. */
import type { Context as Request } from 'hono';

/** What a request to the API carries once it is known who sent it. */
export type Env = { Variables: { who: string } };

/** The body of a request as an object; an empty one where it is no JSON object. */
export async function bodyOf(c: Request): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await c.req.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A length of time that a silence or an override may have: up to 30 days. */
export function isMinutes(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 43_200;
}

export function minutesAfter(from: string, minutes: number): string {
  return new Date(Date.parse(from) + minutes * 60_000).toISOString();
}
