/** Alarms at their senders, in the shapes that tools print; what each would come to here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeAlarm } from '../../../cli/alarms/alarms.ts';
import { readAlarms } from '../../../cli/alarms/read.ts';
import { readCatalogueFolder } from '../../../cli/catalogue/read.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';
import { load } from '../../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../../shared/runbook/choose.ts';

const NOW = '2026-11-23T03:12:00.000Z';
const root = join(import.meta.dirname, '../../..');
const { files } = await readCatalogueFolder(join(root, 'catalogue'));
const { catalogue } = lintFiles(files, Date.parse(NOW));
const loaded = load(catalogue!, prepareRunbooks(Object.values(catalogue!.runbooks), catalogue!.defaults.runbookHosts));
const TOPIC = 'arn:aws:sns:eu-west-2:111122223333:pageturner-alarms';
const GROUP = '/subscriptions/s/resourceGroups/g/providers/microsoft.insights/actionGroups/pageturner';
const codes = (value: unknown, targets: string[] = []) =>
  readAlarms(value, NOW).map((alarm) =>
    judgeAlarm(alarm, { loaded, silences: [], now: NOW }, targets).map(({ code }) => code),
  );

const metric = (more: object = {}) => ({
  AlarmName: 'payments-api-5xx',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-2:111122223333:alarm:payments-api-5xx',
  AlarmDescription: 'Target 5xx.\nrunbook: payments/5xx',
  ActionsEnabled: true,
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
  MetricName: 'HTTPCode_Target_5XX_Count',
  Namespace: 'AWS/ApplicationELB',
  Statistic: 'Sum',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/payments/50dc6c495c0c9188' }],
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  ...more,
});

describe('an alarm of CloudWatch', () => {
  it.each<[string, object, string[], string[]]>([
    ['that is well', {}, [TOPIC], []],
    ['whose topic is named by its end', {}, ['pageturner-alarms'], []],
    ['without an action', { AlarmActions: [] }, [], ['no-action']],
    ['without an OK action', { OKActions: [] }, [], ['no-relief']],
    ['whose actions are switched off', { ActionsEnabled: false }, [], ['disabled']],
    ['that tells somebody else', { AlarmActions: ['arn:aws:sns:eu-west-2:111122223333:old'] }, [TOPIC], ['elsewhere']],
    [
      'that tells somebody else that it is over',
      { OKActions: ['arn:aws:sns:eu-west-2:111122223333:old'] },
      [TOPIC],
      ['no-relief'],
    ],
    [
      'of nobody, that leads to no runbook',
      { AlarmName: 'zzz', AlarmDescription: '', Dimensions: [], MetricName: 'Qqq', Namespace: 'Zzz' },
      [],
      ['no-service', 'no-runbook'],
    ],
    [
      'that pages nobody',
      { AlarmName: 'payments-api-5xx-info', AlarmDescription: '[info]', MetricName: 'Qqq', Namespace: 'Zzz' },
      [],
      ['no-runbook', 'pages-nobody'],
    ],
  ])('%s', (_, more, targets, expected) => {
    expect(codes({ MetricAlarms: [metric(more)] }, targets)).toEqual([expected]);
  });

  it('made of others is read too', () => {
    const composite = {
      AlarmName: 'payments',
      AlarmArn: metric().AlarmArn,
      AlarmRule: 'ALARM("payments-api-5xx")',
      AlarmActions: [],
      OKActions: [],
    };
    expect(codes({ MetricAlarms: [], CompositeAlarms: [composite] })).toEqual([['no-action']]);
  });
});

describe('a rule of Azure Monitor', () => {
  const rule = (more: object = {}) => ({
    type: 'Microsoft.Insights/metricAlerts',
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/metricAlerts/case-files-cpu',
    name: 'case-files-cpu',
    description: 'runbook: payments/5xx',
    enabled: true,
    severity: 1,
    autoMitigate: true,
    scopes: ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/case-files-1'],
    actions: [{ actionGroupId: GROUP }],
    criteria: {
      allOf: [
        {
          metricName: 'Percentage CPU',
          metricNamespace: 'Microsoft.Compute/virtualMachines',
          operator: 'GreaterThan',
          threshold: 80,
          timeAggregation: 'Average',
        },
      ],
    },
    ...more,
  });

  it.each<[string, unknown, string[]]>([
    ['as az lists it', [rule()], []],
    [
      'as a resource of a template',
      { resources: [{ type: 'Microsoft.Insights/metricAlerts', name: 'x', properties: rule({ type: undefined }) }] },
      [],
    ],
    ['without an action group', [rule({ actions: [] })], ['no-action']],
    ['that does not resolve itself', [rule({ autoMitigate: false })], ['no-relief']],
    [
      'over a log, which does not resolve itself unless told',
      [
        rule({
          type: 'microsoft.insights/scheduledQueryRules',
          autoMitigate: undefined,
          actions: { actionGroups: [GROUP] },
        }),
      ],
      ['no-relief'],
    ],
    [
      'over the activity log',
      [rule({ type: 'Microsoft.Insights/ActivityLogAlerts', actions: { actionGroups: [{ actionGroupId: GROUP }] } })],
      [],
    ],
  ])('%s', (_, value, expected) => {
    const found = codes(value, [GROUP.toUpperCase()]);
    expect(
      found.map((list) => list.filter((code) => !['no-service', 'pages-nobody', 'no-runbook'].includes(code))),
    ).toEqual([expected]);
  });
});

describe('terraform show -json', () => {
  const alarm = (more: object = {}) => ({
    address: 'module.alarms.aws_cloudwatch_metric_alarm.errors',
    type: 'aws_cloudwatch_metric_alarm',
    values: {
      alarm_name: 'payments-api-5xx',
      alarm_description: 'runbook: payments/5xx',
      alarm_actions: [TOPIC],
      ok_actions: [],
      namespace: 'AWS/ApplicationELB',
      metric_name: 'HTTPCode_Target_5XX_Count',
      dimensions: { LoadBalancer: 'app/payments/50dc6c495c0c9188' },
      statistic: 'Sum',
      period: 60,
      evaluation_periods: 3,
      threshold: 5,
      comparison_operator: 'GreaterThanThreshold',
      ...more,
    },
  });
  const inModule = (...resources: unknown[]) => ({ root_module: { child_modules: [{ resources }] } });

  it.each<[string, unknown, string[][]]>([
    ['of a state', { values: inModule(alarm()) }, [['no-relief']]],
    ['of a plan', { planned_values: inModule(alarm({ ok_actions: [TOPIC] })) }, [[]]],
    [
      'of a plan that does not know its topic yet',
      {
        planned_values: inModule(alarm({ alarm_actions: undefined, ok_actions: undefined })),
        resource_changes: [
          { address: alarm().address, change: { after_unknown: { alarm_actions: true, ok_actions: [true] } } },
        ],
      },
      [[]],
    ],
    ['without alarms', { values: inModule({ address: 'a', type: 'aws_sqs_queue', values: {} }) }, []],
    [
      'with a rule of Azure',
      {
        planned_values: inModule({
          address: 'azurerm_monitor_metric_alert.cpu',
          type: 'azurerm_monitor_metric_alert',
          values: {
            name: 'payments-api-cpu',
            description: 'runbook: payments/5xx',
            severity: 1,
            scopes: [],
            auto_mitigate: false,
            action: [{ action_group_id: GROUP }],
            criteria: [],
          },
        }),
      },
      [['no-relief']],
    ],
  ])('%s', (_, value, expected) => {
    expect(codes(value).map((list) => list.filter((code) => code !== 'no-service'))).toEqual(expected);
  });
});

it.each([
  ['a list of nothing known', [{ a: 1 }]],
  ['an object of something else', { Topics: [] }],
  ['a text', 'alarms'],
])('%s is refused with what is read', (_, value) => {
  expect(() => readAlarms(value, NOW)).toThrow(/describe-alarms.*terraform show -json/);
});

it('the command lists findings with their fix, and ends with 1', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-alarms-'));
  try {
    const file = join(folder, 'alarms.json');
    writeFileSync(file, JSON.stringify({ MetricAlarms: [metric({ OKActions: [] })] }));
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'cli/pageturner.ts'), 'lint', join(root, 'catalogue'), '--alarms', file],
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(
      /alarm:payments-api-5xx {2}warning .*never says that it is over.*\n {4}Add the same topic to ok_actions/,
    );
    expect(stdout).toMatch(/1 alarms, 1 with findings\. Where they lead was not judged/);
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
