import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import { environmentOf, policyFor, serviceResolver } from '../../shared/catalogue/resolve.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';

const { files } = await readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const { catalogue, findings } = compileCatalogue(files);
const NIGHT = Date.parse('2026-11-23T03:12:04.000Z');

function alert(parts: Partial<Alert>): Alert {
  return {
    id: 'i',
    key: 'k',
    status: 'firing',
    source: { kind: 'cloudwatch', account: '111122223333' },
    title: 't',
    resources: [],
    labels: {},
    links: {},
    at: '2026-11-23T03:12:04.000Z',
    test: false,
    ...parts,
  };
}

/** The runbooks whose pattern matches, with the service resolved first as triage does. */
function found(parts: Partial<Alert>): { service: string | undefined; runbooks: string[] } {
  const service = serviceResolver(catalogue!)(alert(parts)).service?.name;
  const event = { ...alert(parts), ...(service && { service }) };
  const runbooks = Object.values(catalogue!.runbooks).filter(({ match }) => {
    const compiled = compile(match);
    return compiled.ok && matches(compiled.pattern, event);
  });
  return { service, runbooks: runbooks.map(({ id }) => id) };
}

test('the sample compiles without a finding', () => {
  expect(findings).toEqual([]);
  expect(Object.keys(catalogue!.services).length).toBeGreaterThanOrEqual(5);
  expect(Object.keys(catalogue!.runbooks).length).toBeGreaterThanOrEqual(10);
});

test('the night at 03:12 comes true: Amira by SMS and twice by phone, then Ben', () => {
  const policy = policyFor(catalogue!, catalogue!.services['payments-api']);
  expect(policy.steps.slice(0, 2)).toEqual([
    {
      afterSeconds: 0,
      notify: [
        { kind: 'rota', name: 'payments-primary' },
        { kind: 'slack', name: '#payments' },
      ],
    },
    { afterSeconds: 300, notify: [{ kind: 'rota', name: 'payments-secondary' }] },
  ]);
  const onCall = (rota: string) => onCallAt(compileRota(catalogue!.rotas[rota]!), NIGHT).person;
  expect([onCall('payments-primary'), onCall('payments-secondary')]).toEqual(['amira', 'ben']);
  expect(catalogue!.people['amira']!.rules.high).toEqual([
    { channel: 'sms', afterSeconds: 0 },
    { channel: 'voice', afterSeconds: 120 },
    { channel: 'voice', afterSeconds: 300 },
  ]);
});

test.each<[string, Partial<Alert>, string, string]>([
  [
    'a load balancer alarm of CloudWatch',
    {
      title: 'payments-api-5xx',
      labels: { LoadBalancer: 'app/payments/50dc6c495c0c9188' },
      signal: { name: 'HTTPCode_Target_5XX_Count' },
    },
    'payments-api',
    'payments/5xx',
  ],
  [
    'a metric alert on an App Service',
    {
      source: { kind: 'azure-monitor' },
      resources: [{ id: '/subscriptions/x/sites/portal-prod', type: 'Microsoft.Web/sites' }],
      signal: { name: 'Http5xx' },
    },
    'citizen-portal',
    'portal/http-5xx',
  ],
  [
    'a metric alert on a virtual machine',
    {
      source: { kind: 'azure-monitor' },
      resources: [{ id: '/subscriptions/x/virtualmachines/convert-3', type: 'microsoft.compute/virtualmachines' }],
      signal: { name: 'Percentage CPU' },
    },
    'case-files',
    'case-files/cpu',
  ],
  [
    'an alert of Alertmanager',
    { source: { kind: 'alertmanager' }, title: 'PrintGatewayDown', labels: { job: 'print-gateway' } },
    'print-gateway',
    'print-gateway/down',
  ],
  [
    'a full disk on premises',
    { source: { kind: 'alertmanager' }, title: 'NodeFilesystemAlmostOutOfSpace', labels: { job: 'node-exporter' } },
    'data-centre',
    'platform/disk-full',
  ],
  [
    "Pageturner's own dead letters",
    {
      title: 'pageturner-dead-letters',
      labels: { QueueName: 'pageturner-prod-AlertsDeadLetters-1A2B3C' },
      signal: { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible' },
    },
    'pageturner',
    'pageturner/dead-letters',
  ],
])('%s finds its service and one runbook', (_, parts, service, runbook) => {
  expect(found(parts)).toEqual({ service, runbooks: [runbook] });
});

test('an account that the catalogue knows is its environment', () => {
  expect(environmentOf(catalogue!, alert({}))).toBe('production');
});
