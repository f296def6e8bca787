/** The modules for senders: they parse, use their providers' resources as their schemas say, and their READMEs are not stale. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Module, readmeOf } from '../../infra/terraform/readme.ts';
import { type Block, type Facts, misuses, unknownReferences } from './facts.ts';

// By a name that the compiler does not follow: its types bring those of browsers along.
const { parse } = (await import('@cdktf/hcl2json' as string)) as {
  parse: (file: string, text: string) => Promise<unknown>;
};
const folder = join(import.meta.dirname, '../../infra/terraform');
const MODULES = ['cloudwatch', 'cloudwatch-events', 'azure-monitor'];

const FACTS = JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8')) as Facts;

const read = (module: string, file: string) => readFileSync(join(folder, module, file), 'utf8');
async function whole(module: string): Promise<Module> {
  const parts = await Promise.all(
    ['main.tf', 'variables.tf', 'outputs.tf'].map((file) => parse(file, read(module, file))),
  );
  return Object.assign({}, ...parts) as Module;
}

describe.each(MODULES)('module %s', (module) => {
  it.each(['main.tf', 'examples/main.tf'])('%s is what the providers’ schemas allow', async (file) => {
    const { resource = {}, data = {} } = (await parse(file, read(module, file))) as Module & {
      data?: Module['resource'];
    };
    for (const [kind, used] of [
      ['resources', resource],
      ['data', data],
    ] as const) {
      for (const [type, named] of Object.entries(used)) {
        const known = FACTS[kind][type];
        expect(known, `${type} is in no facts.json: add it to facts.generate.ts and run that`).toBeDefined();
        for (const [name, [body]] of Object.entries(named))
          expect(misuses(`${type}.${name}`, body as Record<string, unknown>, known!)).toEqual([]);
      }
    }
  });

  it('refers only to attributes that there are', () => {
    for (const file of ['main.tf', 'outputs.tf', 'examples/main.tf'])
      expect(unknownReferences(read(module, file), FACTS)).toEqual([]);
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
    for (const [name, [one]] of Object.entries(parts.variable!))
      expect([name, one!.sensitive ?? false]).toEqual([name, name.endsWith('hook_key')]);
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

it('an alarm is forwarded by the same pattern by which Pageturner takes it', async () => {
  const written = read('cloudwatch-events', 'main.tf');
  const taken = parseYaml(readFileSync(join(folder, '../resources/bus.yml'), 'utf8')) as {
    Resources: { AlarmEventsFromElsewhere: { Properties: { EventPattern: Record<string, string[]> } } };
  };
  for (const values of Object.values(taken.Resources.AlarmEventsFromElsewhere.Properties.EventPattern))
    expect(written).toContain(JSON.stringify(values).replaceAll(',', ', '));
});

describe('what a provider would refuse is told', () => {
  const topic = FACTS.resources['aws_sns_topic_subscription']!;
  const group = FACTS.resources['azurerm_monitor_action_group']!;
  const alike = { topic_arn: 'a', protocol: 'https', endpoint: 'e' };
  const receiver = { name: 'n', service_uri: 'u' };
  const whole = { name: 'n', short_name: 's', resource_group_name: 'g' };
  it.each<[string, string[], Record<string, unknown>, Block]>([
    ['nothing, of what is right', [], { ...alike, raw_message_delivery: true, count: 1 }, topic],
    ['an argument that there is not', ["x has no argument or block 'retries'"], { ...alike, retries: 1 }, topic],
    [
      'one that is required and missing',
      ["x lacks 'endpoint', which is required"],
      { ...alike, endpoint: undefined },
      topic,
    ],
    [
      'a value of another type',
      ["x: 'raw_message_delivery' must be a bool"],
      { ...alike, raw_message_delivery: 'yes' },
      topic,
    ],
    ['an expression is anything', [], { ...alike, raw_message_delivery: `\${var.raw}` }, topic],
    ['a block that there is not', ["x has no argument or block 'hook'"], { ...whole, hook: [{}] }, group],
    [
      'what a block holds',
      [
        "x.webhook_receiver has no argument or block 'uri'",
        "x.webhook_receiver lacks 'service_uri', which is required",
      ],
      { ...whole, webhook_receiver: [{ name: 'n', uri: 'u' }] },
      group,
    ],
    [
      'what a block holds that is made for each',
      ["x.webhook_receiver.aad_auth lacks 'object_id', which is required"],
      { ...whole, dynamic: { webhook_receiver: [{ content: [{ ...receiver, aad_auth: [{}] }] }] } },
      group,
    ],
  ])('%s', (_name, expected, body, block) => {
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    expect(misuses('x', given, block)).toEqual(expected);
  });

  it('an attribute that there is not', () => {
    expect(unknownReferences('value = aws_sns_topic.alarms.topic_arn', FACTS)).toHaveLength(1);
    expect(unknownReferences('value = data.azurerm_client_config.this.tenant_id', FACTS)).toEqual([]);
  });
});
