/** An alarm of CloudWatch, and the notice that it would post to a topic. Pure. Source: DescribeAlarms; facts of its SNS notice. */
import { normalise } from '../../shared/intake/intake.ts';
import type { Actions, Alarm } from './alarms.ts';

type Written = Record<string, unknown>;

/** An entry of `MetricAlarms` or `CompositeAlarms`. */
export function cloudwatchAlarm(written: Written, now: string, where?: string, unknown: Written = {}): Alarm {
  const text = (name: string) => (typeof written[name] === 'string' ? (written[name] as string) : undefined);
  const name = text('AlarmName') ?? 'unnamed';
  const arn = text('AlarmArn') ?? `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`;
  const actions = (field: string): Actions => (unknown[field] ? 'unknown' : ((written[field] ?? []) as string[]));
  const notice = JSON.stringify(noticeOf(written, name, arn, now));
  return {
    where: where ?? arn,
    name,
    sender: 'cloudwatch',
    enabled: written['ActionsEnabled'] !== false,
    firing: actions('AlarmActions'),
    over: actions('OKActions'),
    alerts: normalise(JSON.parse(notice), { receivedAt: now, text: notice }).alerts,
  };
}

function noticeOf(written: Written, name: string, arn: string, now: string): Written {
  const [, , , region, account] = arn.split(':');
  const common = {
    AlarmName: name,
    AlarmDescription: written['AlarmDescription'] ?? null,
    AWSAccountId: account,
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: now.replace('Z', '+0000'),
    Region: region,
    AlarmArn: arn,
    OldStateValue: 'OK',
  };
  if (written['AlarmRule'] !== undefined) return { ...common, AlarmRule: written['AlarmRule'] };
  const dimensions = (written['Dimensions'] ?? []) as { Name: string; Value: string }[];
  return {
    ...common,
    Trigger: {
      MetricName: written['MetricName'],
      Namespace: written['Namespace'],
      StatisticType: written['ExtendedStatistic'] ? 'ExtendedStatistic' : 'Statistic',
      ...(written['ExtendedStatistic']
        ? { ExtendedStatistic: written['ExtendedStatistic'] }
        : { Statistic: String(written['Statistic'] ?? 'AVERAGE').toUpperCase() }),
      Unit: written['Unit'] ?? null,
      Dimensions: dimensions.map(({ Name, Value }) => ({ name: Name, value: Value })),
      Period: written['Period'],
      EvaluationPeriods: written['EvaluationPeriods'],
      ComparisonOperator: written['ComparisonOperator'],
      Threshold: written['Threshold'],
      TreatMissingData: written['TreatMissingData'] ?? 'missing',
      ...(written['Metrics'] === undefined ? {} : { Metrics: written['Metrics'] }),
    },
  };
}
