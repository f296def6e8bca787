/** The modules for senders: they parse, name only arguments that their providers have, and their READMEs are not stale. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Module, readmeOf } from '../../infra/terraform/readme.ts';

// By a name that the compiler does not follow: its types bring those of browsers along.
const { parse } = (await import('@cdktf/hcl2json' as string)) as {
  parse: (file: string, text: string) => Promise<unknown>;
};
const folder = join(import.meta.dirname, '../../infra/terraform');
const MODULES = ['cloudwatch', 'azure-monitor'];

/** Arguments and blocks of the resources that we use. Sources: documentation of the providers aws 5, azurerm 4, azuread 3. */
const KNOWN: Record<string, string[]> = {
  aws_sns_topic: ['name', 'display_name', 'kms_master_key_id', 'tags'],
  aws_sns_topic_policy: ['arn', 'policy'],
  aws_sns_topic_subscription: [
    'topic_arn',
    'protocol',
    'endpoint',
    'endpoint_auto_confirms',
    'confirmation_timeout_in_minutes',
    'delivery_policy',
    'redrive_policy',
  ],
  aws_sqs_queue: ['name', 'message_retention_seconds', 'sqs_managed_sse_enabled', 'tags'],
  aws_sqs_queue_policy: ['queue_url', 'policy'],
  aws_cloudwatch_metric_alarm: [
    'alarm_name',
    'alarm_description',
    'namespace',
    'metric_name',
    'dimensions',
    'statistic',
    'period',
    'evaluation_periods',
    'threshold',
    'comparison_operator',
    'treat_missing_data',
    'alarm_actions',
    'ok_actions',
    'tags',
  ],
  azuread_application: ['display_name', 'sign_in_audience', 'app_role'],
  azuread_application_identifier_uri: ['application_id', 'identifier_uri'],
  azuread_service_principal: ['client_id'],
  azuread_app_role_assignment: ['app_role_id', 'principal_object_id', 'resource_object_id'],
  azurerm_monitor_action_group: ['name', 'resource_group_name', 'short_name', 'tags', 'webhook_receiver', 'depends_on'],
  azurerm_monitor_alert_processing_rule_action_group: [
    'count',
    'name',
    'resource_group_name',
    'scopes',
    'add_action_group_ids',
    'description',
    'tags',
  ],
  azurerm_resource_group: ['name', 'location'],
};

const read = (module: string, file: string) => readFileSync(join(folder, module, file), 'utf8');
async function whole(module: string): Promise<Module> {
  const parts = await Promise.all(
    ['main.tf', 'variables.tf', 'outputs.tf'].map((file) => parse(file, read(module, file))),
  );
  return Object.assign({}, ...parts) as Module;
}

describe.each(MODULES)('module %s', (module) => {
  it.each(['main.tf', 'examples/main.tf'])('%s has only arguments that the providers know', async (file) => {
    const { resource = {} } = (await parse(file, read(module, file))) as Module;
    for (const [type, named] of Object.entries(resource)) {
      expect(Object.keys(KNOWN)).toContain(type);
      for (const [body] of Object.values(named))
        expect(KNOWN[type]).toEqual(expect.arrayContaining(Object.keys(body as object)));
    }
  });

  it('uses every variable that it has, and has every variable that it uses', async () => {
    const { variable = {} } = await whole(module);
    const used = new Set([...`${read(module, 'main.tf')}`.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(variable).sort());
  });

  it('is used by its example with every variable that it wants', async () => {
    const { variable = {} } = await whole(module);
    const example = (await parse('main.tf', read(module, 'examples/main.tf'))) as {
      module: Record<string, Record<string, unknown>[]>;
    };
    const given = Object.keys(Object.values(example.module)[0]![0]!).filter((name) => name !== 'source');
    const wanted = Object.entries(variable).flatMap(([name, [one]]) => ('default' in one! ? [] : [name]));
    expect(given).toEqual(expect.arrayContaining(wanted));
    expect(Object.keys(variable)).toEqual(expect.arrayContaining(given));
  });

  it('describes each variable and output, keeps the key out of the log, and its README says what it has', async () => {
    const parts = await whole(module);
    for (const [one] of [...Object.values(parts.variable ?? {}), ...Object.values(parts.output ?? {})])
      expect(one!.description).toBeTruthy();
    expect(parts.variable!['hook_key']![0]!.sensitive).toBe(true);
    const said = /^((?:#.*\n)+)/.exec(read(module, 'main.tf'))![1]!.replace(/^# ?/gm, '').trim();
    await expect(readmeOf(module, said, parts, read(module, 'examples/main.tf'))).toMatchFileSnapshot(
      join(folder, module, 'README.md'),
    );
  });
});

it('alarms of this account alone may publish to the topic', async () => {
  const { data } = (await parse('main.tf', read('cloudwatch', 'main.tf'))) as unknown as {
    data: { aws_iam_policy_document: Record<string, { statement: Record<string, unknown>[] }[]> };
  };
  const [statement] = data.aws_iam_policy_document['alarms']![0]!.statement;
  expect(statement).toMatchObject({
    actions: ['sns:Publish'],
    principals: [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
    condition: [{ test: 'StringEquals', variable: 'aws:SourceAccount' }],
  });
});
