/**
 * What requests to the API may say: one schema for each, which validates the request and describes it in OpenAPI.
 *
 * Promises: a request that does not fit is answered 400 with one sentence that names the field and what to write.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { type DescribeRouteOptions, describeRoute, validator } from 'hono-openapi';
import * as v from 'valibot';

/** What a request to the API carries once it is known who sent it. */
export type Env = { Variables: { who: string } };

const MINUTES = '`minutes` must be a number from 1 to 43200 (30 days).';
/** A length of time that a silence or an override may have. */
export const minutesSchema = v.pipe(v.number(MINUTES), v.minValue(1, MINUTES), v.maxValue(43_200, MINUTES));

/** ISO 8601: a day, or a time of it. Nothing else that JavaScript's own parser would take, which reads `0.5` as a year. */
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** An instant as a query or a body gives it. `field` is named in the refusal. */
export function instantSchema(field: string) {
  const said = `\`${field}\` must be an instant like 2026-11-23T03:12:04Z.`;
  return v.pipe(
    v.string(said),
    v.check((text) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)), said),
    v.metadata({ format: 'date-time' }),
  );
}

/** An instant in the form of records: UTC ISO 8601 with milliseconds. Throws for what `instantSchema` refuses. */
export function utc(instant: string): string {
  return new Date(instant).toISOString();
}

export function minutesAfter(from: string, minutes: number): string {
  return new Date(Date.parse(from) + minutes * 60_000).toISOString();
}

/** Validates the JSON body. What is no JSON object counts as an empty one. */
export function body<Schema extends v.GenericSchema>(schema: Schema) {
  return validator('json', schema, refuse);
}

/** Validates the query. */
export function query<Schema extends v.GenericSchema>(schema: Schema) {
  return validator('query', schema, refuse);
}

const REFUSAL = { type: 'object' as const, required: ['error'], properties: { error: { type: 'string' as const } } };
const REFUSED = { description: 'Refused, with a sentence', content: { 'application/json': { schema: REFUSAL } } };

/** Describes a route in OpenAPI: what it is for, and what it answers beside a refusal and 401. */
export function says(summary: string, responses: DescribeRouteOptions['responses'] = {}): MiddlewareHandler {
  return describeRoute({
    summary,
    responses: {
      ...(responses && 201 in responses ? {} : { 200: { description: 'Done' } }),
      400: REFUSED,
      401: { description: 'Not known: send a bearer token' },
      ...responses,
    },
  });
}

export const NO_INCIDENT = { 404: { description: 'There is no such incident' } };
export const CREATED = { 201: { description: 'Made' } };

type Judged = { success: boolean; error?: readonly { message: string; path?: readonly unknown[] | undefined }[] };

function refuse(result: Judged, c: Context): Response | undefined {
  if (result.success) return undefined;
  const said = result.error?.[0]?.message ?? 'The request does not fit.';
  const missing = /^Invalid key: Expected "([^"]+)"/.exec(said)?.[1];
  return c.json({ error: missing === undefined ? said : `\`${missing}\` is missing.` }, 400);
}
