import { describe, expect, test } from 'vitest';
import { rollbackHint } from '../../shared/runbook/rollback.ts';

const values = { service: 'payments-api', environment: 'production', deployment: { version: 'v2', lastGood: 'v1' } };
const runbook = (body: string, rollback?: string) => ({ body, ...(rollback === undefined ? {} : { rollback }) });

describe('the hint of a runbook is', () => {
  test.each([
    [
      'its front matter before its section',
      runbook('## Roll back\n    two', 'one {{ deployment.lastGood }}'),
      'one v1',
    ],
    [
      'the indented code of its section',
      runbook('# T\n## Roll back\nSo:\n\n    one {{ deployment.lastGood }}\n\nThen wait.'),
      'one v1',
    ],
    [
      'the fenced code of its section',
      runbook('## Rollback\n```sh\n$ one\n$ two {{ deployment.version }}\n```\n## Next\n    three'),
      'one\ntwo v2',
    ],
    ['a deeper section', runbook('## Mitigation\nWait.\n#### Rolling back\n    one\n'), 'one'],
    [
      'the first paragraph where there is no code',
      runbook('## Roll-back\nAsk the\nplatform team.\n\nMore.'),
      'Ask the platform team.',
    ],
    [
      'only pointed at where it is long',
      runbook(`## Roll back\n    ${'x'.repeat(700)}`),
      'See how to roll back in the runbook.',
    ],
    [
      'only pointed at where it has many lines',
      runbook(`## Roll back\n${'    x\n'.repeat(6)}`),
      'See how to roll back in the runbook.',
    ],
  ])('%s', (_, written, expected) => expect(rollbackHint(written, undefined, values)).toBe(expected));

  test.each([
    ['there is no such section', '## Steps\nRoll back if it comes to that.'],
    ['the section is empty', '## Roll back\n\n## Next\n    one'],
    ['the heading only begins like it', '## Rollbackless deployments\n    one'],
  ])('none where %s', (_, body) => expect(rollbackHint(runbook(body), undefined, values)).toBeUndefined());

  test('that of the service where it has none', () =>
    expect(rollbackHint(runbook('## Steps'), { rollback: 'go {{ environment }} {{ service }}' }, values)).toBe(
      'go production payments-api',
    ));
});

test('neither runbook nor service: no hint', () => expect(rollbackHint(undefined, undefined, values)).toBeUndefined());
