import { describe, expect, test } from 'vitest';
import { words } from '../../shared/search/split.ts';
import { stem } from '../../shared/search/stem.ts';

describe('names come apart as engineers write them', () => {
  test.each<[name: string, words: string]>([
    ['HTTPCode_Target_5XX_Count', 'http code target 5xx count'],
    ['KubeAPIErrorBudgetBurn', 'kube api error budget burn'],
    ['etcdGRPCRequestsSlow', 'etcd grpc requests slow'],
    ['AWS/ApplicationELB', 'aws application elb'],
    ['Microsoft.Compute/virtualMachines', 'microsoft compute virtual machines'],
    ['payments-api_5xx', 'payments api 5xx'],
    ['NumberOfCPUs', 'number cpus'],
    ['S3BucketSize', 's3 bucket size'],
    ['EC2 p99 IPv4 k8s', 'ec2 p99 ipv4 k8s'],
    ['the disk of a node is full', 'disk node full'],
    ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', ''],
  ])('%s: %s', (name, expected) => {
    const found = words(name);
    if (expected === '') expect(found.every((word) => word.length <= 30)).toBe(true);
    else expect(found.join(' ')).toBe(expected);
  });
});

describe('the forms of one word have one stem', () => {
  test.each([
    ['fail fails failed failing failure'],
    ['expire expires expired expiration expiring'],
    ['schedule scheduled scheduling scheduler'],
    ['throttle throttled throttling'],
    ['duplicate duplicated duplication'],
    ['reconcile reconciling reconciliation'],
    ['query queries querying'],
    ['exceed exceeds exceeded exceeding'],
    ['run runs running'],
    ['status statuses'],
  ])('%s', (forms) => {
    expect(new Set(forms.split(' ').map(stem)).size).toBe(1);
  });

  test.each([
    ['compact', 'compare'],
    ['node', 'not'],
    ['alert', 'alertmanager'],
    ['disk', 'dispatch'],
  ])('%s is not %s', (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});
