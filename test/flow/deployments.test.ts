import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintFiles } from '../../cli/lint/lint.ts';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { recordBody, recordEvent } from '../../shared/flow/deployments.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { World } from '../../shared/world/world.ts';
import { smallWith } from '../cli/catalogue/small.ts';

const NOW = '2026-11-23T03:12:06.000Z';
const { catalogue } = lintFiles(
  smallWith({
    'services/payments.yaml': 'name: payments-api\nrepository: https://gitlab.example.gov.uk/payments/api\n',
  }),
  Date.parse(NOW),
);
const loaded = load(catalogue!, prepareRunbooks([], []));

/** A world whose table only remembers what is put into it; `broken` refuses. */
function worldOf(broken = false) {
  const kept: Deployment[] = [];
  const logged: [string, object | undefined][] = [];
  const send = async ({ input }: { input: { Item?: { body: string } } }) => {
    if (broken) throw new Error('the table is not there');
    if (input.Item) kept.push(JSON.parse(input.Item.body) as Deployment);
    return { Items: [] };
  };
  const world = {
    now: () => NOW,
    table: { client: { send }, name: 'table' },
    catalogue: async () => loaded,
    log: (_level: string, message: string, fields?: object) => logged.push([message, fields]),
  } as unknown as World;
  return { world, kept, logged };
}

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../deployment/fixtures', `${name}.json`));
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a hook answers', () => {
  test.each([
    ['202 for a deployment', 'gitlab', fixture('gitlab/deployment-success'), 202, 1],
    ['202 for each deployment of a pipeline', 'gitlab', fixture('gitlab/pipeline-one-environment'), 202, 1],
    ["204 for GitHub's ping", 'github', fixture('github/ping'), 204, 0],
    ["204 for HCP Terraform's verification", 'terraform', fixture('terraform/verification'), 204, 0],
    ['204 for an event that is none', 'gitlab', fixture('gitlab/push'), 204, 0],
    ['204 for a build that reached no environment', 'azure-devops', fixture('azure-devops/build'), 204, 0],
    ['204 for what nobody knows', 'deployment', json({ hello: 'world' }), 204, 0],
    ['204 for what is no JSON', 'gitlab', Buffer.from('<html>'), 204, 0],
    ['204 for nothing at all', 'argocd', Buffer.alloc(0), 204, 0],
  ])('%s', async (_, hook, body, status, count) => {
    const { world, kept, logged } = worldOf();
    expect(await recordBody(world, hook, body, 'application/json')).toBe(status);
    expect(kept).toHaveLength(count);
    const counted = logged.filter(([message]) => message === 'A notice that is no deployment');
    expect(counted).toHaveLength(count === 0 ? 1 : 0);
  });

  test('503 where it could not be kept, so that the sender retries', async () => {
    const { world } = worldOf(true);
    expect(await recordBody(world, 'gitlab', fixture('gitlab/deployment-success'), 'application/json')).toBe(503);
  });

  test('the words that count what is none are those that the metric filter asks for', () => {
    const template = readFileSync(join(import.meta.dirname, '../../infra/resources/deployments.yml'), 'utf8');
    expect(template).toContain('$.message = "A notice that is no deployment"');
  });
});

describe('what is recorded', () => {
  test('has the service of the catalogue', async () => {
    const { world, kept } = worldOf();
    await recordBody(world, 'gitlab', fixture('gitlab/deployment-success'), 'application/json');
    expect(kept[0]).toMatchObject({ ref: 'payments/api', service: 'payments-api' });
  });

  test('has no service where nobody claims it, and is kept all the same', async () => {
    const { world, kept } = worldOf();
    await recordBody(world, 'deployment', json({ deployment: { ref: 'no/body', at: NOW } }), 'application/json');
    expect(kept).toHaveLength(1);
    expect(kept[0]?.service).toBeUndefined();
  });

  test('keeps a time of next year as it was sent', async () => {
    const { world, kept } = worldOf();
    const at = '2027-11-23T03:12:06.000Z';
    await recordBody(world, 'deployment', json({ deployment: { ref: 'payments/api', at } }), 'application/json');
    expect(kept[0]?.at).toBe(at);
  });
});

describe('EventBridge and SNS', () => {
  const bySns = (name: string) => {
    const sns = JSON.parse(fixture(name).toString()) as object;
    return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: sns }] };
  };
  test.each([
    ['CodeDeploy by EventBridge', JSON.parse(fixture('aws/codedeploy-success').toString()), 'codedeploy', 'succeeded'],
    [
      'CodeDeploy by SNS, as Lambda hands it over',
      bySns('aws/codedeploy-by-sns-rolled-back'),
      'codedeploy',
      'rolled-back',
    ],
    [
      'CodePipeline by SNS, as Lambda hands it over',
      bySns('aws/codepipeline-failed-by-notification-rule'),
      'codepipeline',
      'failed',
    ],
  ])('%s', async (_, event, sender, status) => {
    const { world, kept } = worldOf();
    await recordEvent(world, event);
    expect(kept).toMatchObject([{ sender, status }]);
  });

  test('an instance of a deployment is no deployment, and is counted', async () => {
    const { world, kept, logged } = worldOf();
    await recordEvent(world, bySns('aws/codedeploy-instance-by-sns'));
    expect(kept).toEqual([]);
    expect(logged.map(([message]) => message)).toContain('A notice that is no deployment');
  });

  test('an alarm that somebody points at the wrong topic is said loudly', async () => {
    const { world, logged } = worldOf();
    const message = JSON.stringify({
      AlarmName: 'a',
      NewStateValue: 'ALARM',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-2:1:alarm:a',
    });
    await recordEvent(world, {
      Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', MessageId: 'm', Message: message } }],
    });
    expect(logged[0]).toEqual([
      'Alerts came where deployments are recorded: nobody is paged',
      { hook: 'aws', alerts: 1 },
    ]);
  });

  test('what could not be kept is thrown back, so that it comes again', async () => {
    const { world } = worldOf(true);
    await expect(recordEvent(world, bySns('aws/codedeploy-by-sns'))).rejects.toThrow('not there');
  });
});
