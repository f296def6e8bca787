import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SOURCE_KINDS } from '../../shared/alert/alert.ts';
import { SENDERS } from '../../shared/deployment/deployment.ts';

const DOCS = join(import.meta.dirname, '../../docs/sources');
// Senders that AWS's page or the general one tells of.
const PAGE: Record<string, string> = {
  codedeploy: 'aws-deployments',
  codepipeline: 'aws-deployments',
  ecs: 'aws-deployments',
  cloudformation: 'aws-deployments',
  lambda: 'aws-deployments',
  generic: 'deployment',
};

describe('every source and sender has a page', () => {
  test.each([...SOURCE_KINDS, ...SENDERS])('%s', (name) => {
    expect(existsSync(join(DOCS, `${PAGE[name] ?? name}.md`))).toBe(true);
  });

  test.each(readdirSync(DOCS))(
    'and %s says how to connect it or what becomes of it, with links that lead somewhere',
    (file) => {
      const text = readFileSync(join(DOCS, file), 'utf8');
      expect(text).toMatch(/^# .+/);
      for (const [, target] of text.matchAll(/\]\(([a-z-]+\.md)\)/g)) expect(readdirSync(DOCS)).toContain(target);
    },
  );
});
