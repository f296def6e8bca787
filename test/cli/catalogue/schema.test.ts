import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, test } from 'vitest';
import { testsSchema } from '../../../cli/cases/schema.ts';
import { readCatalogueFolder } from '../../../cli/catalogue/read.ts';
import { KINDS, type Kind } from '../../../cli/catalogue/schema.ts';

const catalogue = join(import.meta.dirname, '../../../catalogue');

describe('editors check files by the schemas that we check them by', () => {
  // A stale file fails here; `npm test -- test/catalogue/schema -u` writes them anew.
  test.each(Object.keys(KINDS) as Kind[])('catalogue/schema/%s.json is made from the validators', async (kind) => {
    const schema = toJsonSchema(KINDS[kind].schema, { target: 'draft-07', typeMode: 'input', errorMode: 'ignore' });
    const file = `${JSON.stringify({ title: `Pageturner: ${kind}`, ...schema }, null, 2)}\n`;
    await expect(file).toMatchFileSnapshot(join(catalogue, 'schema', `${kind}.json`));
  });

  test('catalogue/schema/tests.json is made from the validator of tests/*.yaml', async () => {
    const schema = toJsonSchema(testsSchema, { target: 'draft-07', typeMode: 'input', errorMode: 'ignore' });
    const file = `${JSON.stringify({ title: 'Pageturner: tests', ...schema }, null, 2)}\n`;
    await expect(file).toMatchFileSnapshot(join(catalogue, 'schema', 'tests.json'));
  });

  test('every key has a description', () => {
    const undescribed: string[] = [];
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const schema = JSON.parse(readFileSync(join(catalogue, 'schema', `${kind}.json`), 'utf8'));
      for (const [key, property] of Object.entries<{ description?: string }>(schema.properties)) {
        if (property.description === undefined) undescribed.push(`${kind}.${key}`);
      }
    }
    expect(undescribed).toEqual([]);
  });

  test('every sample file names its schema in its first line', async () => {
    const { files } = await readCatalogueFolder(catalogue);
    for (const { path, text } of files) {
      const [first, second] = text.split('\n');
      if (
        path === 'README.md' ||
        path.startsWith('templates/') ||
        path.endsWith('.json') ||
        (path.endsWith('.md') && first !== '---')
      )
        continue;
      const line = path.endsWith('.md') ? second : first;
      const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(line ?? '')?.[1];
      expect(named, path).toBeDefined();
      expect(() => JSON.parse(readFileSync(join(catalogue, path, '..', named!), 'utf8')), path).not.toThrow();
    }
  });
});
