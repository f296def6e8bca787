/**
 * Writes docs/alert.schema.json from `alertSchema`, for people who write patterns or read our API.
 * Run it after a change of the schema: `node infra/docs/alert-schema.ts`. A test fails while it is stale.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { alertSchema } from '../../shared/alert/alert.ts';

export const ALERT_SCHEMA_FILE = join(import.meta.dirname, '../../docs/alert.schema.json');

/** The whole text of the file. */
export function alertJsonSchema(): string {
  // "Finite" has no word in JSON Schema, and needs none: JSON has no other numbers.
  const schema = toJsonSchema(alertSchema, { ignoreActions: ['finite'] });
  const head = { title: 'Alert', description: 'One normalised notice, as patterns and the API see it.' };
  return `${JSON.stringify({ ...schema, ...head }, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(ALERT_SCHEMA_FILE, alertJsonSchema());
