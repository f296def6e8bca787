import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALERT_SCHEMA_FILE, alertJsonSchema } from '../../shared/alert/schema.generate.ts';

test('docs/alert.schema.json is the schema of today (else run: node shared/alert/schema.generate.ts)', () => {
  expect(readFileSync(ALERT_SCHEMA_FILE, 'utf8')).toBe(alertJsonSchema());
});
