/** An alarm of CloudWatch for the stories of flows: the load balancer of payments-api returns 5xx. */
import { NIGHT } from '../world.ts';

/** As SNS delivers it. `name`: another alarm. It belongs to payments-api by the catalogue, which names its load balancer. */
export function alarm(state: 'ALARM' | 'OK' = 'ALARM', at = NIGHT, name = 'payments-5xx'): object {
  return {
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:eu-west-2:111122223333:alarm:${name}`,
    AlarmDescription: 'severity: critical',
    AWSAccountId: '111122223333',
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (5.0).',
    StateChangeTime: at.replace('Z', '+0000'),
    Region: 'EU (London)',
    OldStateValue: state === 'OK' ? 'ALARM' : 'OK',
    Trigger: {
      MetricName: 'HTTPCode_Target_5XX_Count',
      Namespace: 'AWS/ApplicationELB',
      Statistic: 'SUM',
      Dimensions: [{ name: 'LoadBalancer', value: 'app/payments/50dc6c495c0c9188' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
    },
  };
}
