/**
 * Names in AWS: ARNs taken apart, regions by the name people read, and the resource that a metric's dimensions mean.
 *
 * Called by the normalisers of CloudWatch and other AWS notices, and the deployment parsers. Pure.
 */
import type { Resource } from './alert.ts';
import { entry } from './read.ts';

export type Arn = { partition: string; service: string; region: string; account: string; resource: string };

/**
 * `arn:partition:service:region:account:resource`. The resource is all the rest (alarm names may hold `:` and `/`);
 * of an alarm it is the name alone. Undefined where it is no ARN.
 */
export function arnOf(value: string | undefined): Arn | undefined {
  if (value === undefined || !value.startsWith('arn:')) return undefined;
  const parts = value.split(':');
  const [, partition, service, region, account] = parts;
  if (partition === undefined || service === undefined || region === undefined || account === undefined)
    return undefined;
  const rest = parts.slice(5).join(':');
  return {
    partition,
    service,
    region,
    account,
    resource: service === 'cloudwatch' ? rest.replace(/^alarm:/, '') : rest,
  };
}

// The places in brackets of the names in AWS General Reference "Regional endpoints"; older notices say "EU - Ireland".
const REGION_BY_PLACE: Record<string, string> = {
  'n. virginia': 'us-east-1',
  ohio: 'us-east-2',
  'n. california': 'us-west-1',
  'northern california': 'us-west-1',
  oregon: 'us-west-2',
  'us-east': 'us-gov-east-1',
  'us-west': 'us-gov-west-1',
  'cape town': 'af-south-1',
  'hong kong': 'ap-east-1',
  taipei: 'ap-east-2',
  tokyo: 'ap-northeast-1',
  seoul: 'ap-northeast-2',
  osaka: 'ap-northeast-3',
  mumbai: 'ap-south-1',
  hyderabad: 'ap-south-2',
  singapore: 'ap-southeast-1',
  sydney: 'ap-southeast-2',
  jakarta: 'ap-southeast-3',
  melbourne: 'ap-southeast-4',
  malaysia: 'ap-southeast-5',
  'new zealand': 'ap-southeast-6',
  thailand: 'ap-southeast-7',
  central: 'ca-central-1',
  calgary: 'ca-west-1',
  beijing: 'cn-north-1',
  ningxia: 'cn-northwest-1',
  frankfurt: 'eu-central-1',
  zurich: 'eu-central-2',
  stockholm: 'eu-north-1',
  milan: 'eu-south-1',
  spain: 'eu-south-2',
  ireland: 'eu-west-1',
  london: 'eu-west-2',
  paris: 'eu-west-3',
  'tel aviv': 'il-central-1',
  bahrain: 'me-south-1',
  uae: 'me-central-1',
  'mexico central': 'mx-central-1',
  'sao paulo': 'sa-east-1',
  'são paulo': 'sa-east-1',
};

const REGION = /^[a-z]{2}(-[a-z]+){1,2}-[0-9]$/;

/** `eu-west-2` from itself, `EU (London)` or `Europe (London)`. */
export function regionOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const written = name.trim().toLowerCase();
  if (REGION.test(written)) return written;
  const place = /\(([^)]*)\)/.exec(written)?.[1] ?? / - (.*)$/.exec(written)?.[1];
  return entry(REGION_BY_PLACE, place?.trim());
}

/** The console's host for a region, or undefined where the text is not a region. */
export function consoleHost(region: string): string | undefined {
  if (!REGION.test(region)) return undefined;
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}

// Which dimension names the thing, and how its ARN is written (Service Authorization Reference). First that is there.
const RESOURCE_BY_DIMENSION: [dimension: string, service: string, resource: string][] = [
  ['LoadBalancer', 'elasticloadbalancing', 'loadbalancer/'],
  ['TargetGroup', 'elasticloadbalancing', ''],
  ['LoadBalancerName', 'elasticloadbalancing', 'loadbalancer/'],
  ['InstanceId', 'ec2', 'instance/'],
  ['VolumeId', 'ec2', 'volume/'],
  ['NatGatewayId', 'ec2', 'natgateway/'],
  ['DBInstanceIdentifier', 'rds', 'db:'],
  ['DBClusterIdentifier', 'rds', 'cluster:'],
  ['FunctionName', 'lambda', 'function:'],
  ['TableName', 'dynamodb', 'table/'],
  ['QueueName', 'sqs', ''],
  ['TopicName', 'sns', ''],
  ['StreamName', 'kinesis', 'stream/'],
  ['CacheClusterId', 'elasticache', 'cluster:'],
  ['StateMachineArn', '', ''],
  ['ClusterName', 'ecs', 'cluster/'],
  ['BucketName', 's3', ''],
  ['AutoScalingGroupName', '', ''],
  ['ApiName', '', ''],
  ['DomainName', '', ''],
];

/** What the metric was measured on: its ARN where the dimension settles it, else the dimension's value. */
export function metricResource(
  namespace: string | undefined,
  dimensions: [string, string][],
  region: string | undefined,
  account: string | undefined,
): Resource | undefined {
  for (const [dimension, service, prefix] of RESOURCE_BY_DIMENSION) {
    const name = dimensions.find(([candidate]) => candidate === dimension)?.[1];
    if (name === undefined) continue;
    // Only AWS's own namespaces mean what their dimensions say; a custom metric may call anything InstanceId.
    const isKnown = namespace?.startsWith('AWS/') === true && service !== '' && REGION.test(region ?? '') && account;
    const where = service === 's3' ? '::' : `${region}:${account}:`;
    const id = isKnown ? `arn:${partitionOf(region ?? '')}:${service}:${where}${prefix}${name}` : name;
    return namespace === undefined ? { id, name } : { id, type: namespace, name };
  }
  return undefined;
}

function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
