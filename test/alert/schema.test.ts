import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALERT_SCHEMA_FILE, alertJsonSchema } from '../../infra/docs/alert-schema.ts';

test('docs/alert.schema.json is the schema of today (else run: node infra/docs/alert-schema.ts)', () => {
  expect(readFileSync(ALERT_SCHEMA_FILE, 'utf8')).toBe(alertJsonSchema());
});
