/** Pageturner is in its own catalogue: each of its alarms, as CloudWatch would send it, leads to its own runbook. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import { normalise } from '../../shared/intake/intake.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
type Alarm = { Type: string; Properties: Record<string, unknown> };
const { Resources } = parse(read('infra/resources/alarms.yml').replaceAll(/\$\{sls:stage\}/g, 'prod')) as {
  Resources: Record<string, Alarm>;
};
const ALARMS = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');

const { files } = await readCatalogueFolder(join(root, 'catalogue'));
const { catalogue } = lintFiles(files, Date.parse('2026-11-23T03:12:00Z'));
const loaded = load(catalogue!, prepareRunbooks(Object.values(catalogue!.runbooks), catalogue!.defaults.runbookHosts));

/** A notice as CloudWatch posts it to a topic; names of resources as CloudFormation makes them. */
function notice(name: string, { Properties }: Alarm): unknown {
  const named = (value: unknown) =>
    typeof value === 'string' ? value : `pageturner-prod-${Object.values(value as object).flat()[0]}-1A2B3C`;
  const dimensions = (Properties['Dimensions'] ?? []) as { Name: string; Value: unknown }[];
  return {
    AlarmName: `pageturner-prod-${name}-1A2B3C4D5E6F`,
    AlarmDescription: Properties['AlarmDescription'],
    AWSAccountId: '111122223333',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: '2026-11-23T03:12:00.000+0000',
    Region: 'Europe (Ireland)',
    AlarmArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:pageturner-prod-${name}-1A2B3C4D5E6F`,
    OldStateValue: 'OK',
    Trigger: {
      MetricName: Properties['MetricName'],
      Namespace: Properties['Namespace'],
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Dimensions: dimensions.map(({ Name, Value }) => ({ name: Name, value: named(Value) })),
      Period: Properties['Period'],
      EvaluationPeriods: Properties['EvaluationPeriods'],
      ComparisonOperator: Properties['ComparisonOperator'],
      Threshold: Number(Properties['Threshold']) || 0,
      TreatMissingData: Properties['TreatMissingData'],
    },
  };
}

describe.each(ALARMS)('%s', (name, alarm) => {
  const text = JSON.stringify(notice(name, alarm));
  const [alert] = normalise(JSON.parse(text), { receivedAt: '2026-11-23T03:12:06.000Z', text }).alerts;
  const { service } = loaded.serviceOf(alert!);

  it('belongs to Pageturner and leads to the runbook that it names', () => {
    const named = /runbook: (\S+)$/.exec(String(alarm.Properties['AlarmDescription']))![1];
    expect(service?.name).toBe('pageturner');
    expect(loaded.runbookFor({ ...alert!, service: 'pageturner' }, service)).toMatchObject({
      runbook: named,
      by: 'link',
    });
  });

  it('leads to the same without its link, by the pattern of that runbook', () => {
    const { runbook: _, ...links } = alert!.links;
    const unnamed = { ...alert!, service: 'pageturner', description: 'no link', links };
    const named = /runbook: (\S+)$/.exec(String(alarm.Properties['AlarmDescription']))![1];
    expect(loaded.runbookFor(unnamed, service)).toMatchObject({ runbook: named, by: 'pattern' });
  });

  it('has its line in docs/when-pageturner-fails.md', () => {
    expect(read('docs/when-pageturner-fails.md')).toContain(name);
  });
});

it('the dashboard is JSON, and shows metrics that are measured or that AWS has', () => {
  const body = /Fn::Sub: \|\n([\s\S]+)$/.exec(read('infra/resources/dashboard.yml'))![1]!;
  const { widgets } = JSON.parse(body) as { widgets: { properties: { metrics: string[][] } }[] };
  const measured = [...read('shared/world/measure.ts').matchAll(/(\w+): '(?:Count|Milliseconds)'/g)].map(
    ([, name]) => name,
  );
  const own = widgets
    .flatMap(({ properties }) => properties.metrics)
    .filter(([namespace]) => namespace === 'Pageturner');
  expect(new Set(own.map(([, name]) => name))).toEqual(new Set(measured));
});
