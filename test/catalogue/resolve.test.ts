import { describe, expect, test } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import {
  environmentNamed,
  environmentOf,
  policyFor,
  serviceResolver,
  urgencyFor,
} from '../../shared/catalogue/resolve.ts';
import { smallWith } from '../cli/catalogue/small.ts';

const catalogue = compileCatalogue(
  smallWith({
    'services/api-eu.yaml': 'name: api-eu\nmatch: { labels: { job: [api], region: [eu] } }\n',
    'services/any-a.yaml': 'name: any-a\nmatch: { labels: { job: [{ prefix: a }] } }\n',
  }),
).catalogue!;

function resolved(parts: Partial<Alert>): string | undefined {
  const alert = { source: { kind: 'unknown' }, labels: {}, resources: [], links: {}, ...parts } as Alert;
  return serviceResolver(catalogue)(alert).service?.name;
}

describe('whose an alert is', () => {
  test.each<[string, Partial<Alert>, string | undefined]>([
    ['as the sender says', { service: 'db' }, 'db'],
    ['in any case', { service: 'DB' }, 'db'],
    ['by an alias', { service: 'Front' }, 'api'],
    ['the sender before the patterns', { service: 'db', labels: { job: 'api' } }, 'db'],
    ['an exact value before a prefix', { labels: { job: 'api' } }, 'api'],
    ['more fields before fewer', { labels: { job: 'api', region: 'eu' } }, 'api-eu'],
    ['a pattern where the sender names nobody we know', { service: 'what', labels: { job: 'abc' } }, 'any-a'],
    ['nobody', { labels: { job: 'x' } }, undefined],
    ['nobody, for a name that JavaScript knows', { service: 'constructor' }, undefined],
  ])('%s', (_, parts, expected) => {
    expect(resolved(parts)).toBe(expected);
  });

  test('the why is a sentence', () => {
    const alert = { service: 'what', source: { kind: 'unknown' }, labels: { job: 'api' } } as unknown as Alert;
    expect(serviceResolver(catalogue)(alert).why).toBe(
      'The alert says what, which is no service here. The pattern of api matches: labels.job.',
    );
  });
});

test('an environment has one name however it is spelled, and an unknown one keeps its own', () => {
  expect(['prod', 'PROD', 'Production', 'moon', undefined].map((said) => environmentNamed(catalogue, said))).toEqual([
    ...['production', 'production', 'production', 'moon', undefined],
  ]);
});

test('an alert that names no environment has that of its account', () => {
  expect(environmentOf(catalogue, { source: { kind: 'cloudwatch', account: '111122223333' } })).toBe('production');
  expect(environmentOf(catalogue, { source: { kind: 'cloudwatch', account: '000000000000' } })).toBeUndefined();
  expect(environmentOf(catalogue, { source: { kind: 'cloudwatch' }, environment: 'prod' })).toBe('production');
});

test('a service without a policy has the default, and nothing known has the default urgency', () => {
  expect(policyFor(catalogue, catalogue.services['db']).name).toBe('all');
  expect(policyFor(catalogue, undefined).name).toBe('all');
  expect(urgencyFor(catalogue, catalogue.services['db'], 'error')).toBe('low');
  expect(urgencyFor(catalogue, undefined, 'error')).toBe('high');
});
