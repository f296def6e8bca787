/** What `teams:NAME` and `webhook:NAME` of a policy mean is written in catalogue.yaml. */
import { expect, it } from 'vitest';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import { smallWith } from './small.ts';

const policy = 'name: all\nsteps: [{ notify: [person:amira, webhook:ops] }]\n';
const compile = (changes: Record<string, string>) => compileCatalogue(smallWith(changes));

it('a name without an address is an error with the line to write', () => {
  const { findings } = compile({ 'policies/all.yaml': policy });
  expect(findings).toContainEqual(
    expect.objectContaining({
      level: 'error',
      code: 'unknown-webhook',
      file: 'policies/all.yaml',
      message: 'catalogue.yaml has no address for ops under webhooks.',
      mend: expect.stringContaining('webhooks: { ops: ssm:/pageturner/webhooks/ops }'),
    }),
  );
});

it('a name with an address compiles', () => {
  const { catalogue, findings } = compile({
    'policies/all.yaml': policy,
    'catalogue.yaml': 'policy: all\ntime_zone: Europe/London\nwebhooks: { ops: ssm:/pageturner/webhooks/ops }\n',
  });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(catalogue?.defaults.webhooks).toEqual({ ops: 'ssm:/pageturner/webhooks/ops' });
});

it('an address in plain http is refused', () => {
  const { findings } = compile({
    'catalogue.yaml': 'policy: all\ntime_zone: Europe/London\nwebhooks: { ops: "http://example.gov.uk" }\n',
  });
  expect(findings.some(({ level, file }) => level === 'error' && file === 'catalogue.yaml')).toBe(true);
});
