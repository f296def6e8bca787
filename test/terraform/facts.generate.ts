/**
 * Writes facts.json: what the providers' schemas say of the resources that our modules use. Run it by hand after a module
 * uses a new resource, then format: `npm exec biome check -- --write test/terraform`.
 *
 * Source: HashiCorp's own bindings for the CDK for Terraform, made from the providers' schemas (MPL-2.0), fetched with
 * `npm pack` into a folder that is thrown away: they are 70 MB, and only names are taken. They are published no more, so the
 * versions stand.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block, Facts } from './facts.ts';

const PACKAGES: Record<string, string> = {
  aws: '@cdktf/provider-aws@21.22.1',
  azurerm: '@cdktf/provider-azurerm@14.23.1',
  azuread: '@cdktf/provider-azuread@14.3.1',
};
const RESOURCES = [
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_metric_alarm',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
  'azuread_app_role_assignment',
  'azuread_application',
  'azuread_application_identifier_uri',
  'azuread_service_principal',
  'azurerm_monitor_action_group',
  'azurerm_monitor_alert_processing_rule_action_group',
  'azurerm_monitor_alert_processing_rule_suppression',
  'azurerm_resource_group',
];
const DATA = ['aws_caller_identity', 'aws_iam_policy_document', 'azuread_service_principal', 'azurerm_client_config'];

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A member of an interface: its documentation, its name, whether it may be left out, and its type. */
const MEMBER = /\/\*\*([\s\S]*?)\*\/\s*readonly (\w+)(\?)?: ([\s\S]*?);\n(?= {4}\/\*\*| *\}|\})/g;

function blockOf(interfaces: Map<string, string>, name: string): Block {
  const block: Block = { arguments: {}, blocks: {} };
  for (const [, said = '', member = '', optional, type = ''] of interfaces.get(name)!.matchAll(MEMBER)) {
    const named = /#(\w+) /.exec(said)?.[1] ?? snake(member);
    const required = optional === undefined;
    const nested = type.match(/\w+/g)!.find((word) => interfaces.has(word));
    if (nested === undefined) block.arguments[named] = `${typeOf(type)}${required ? ', required' : ''}`;
    else block.blocks[named] = { required, ...blockOf(interfaces, nested) };
  }
  return block;
}

function typeOf(type: string): string {
  if (type.includes('[key: string]')) return 'map';
  if (type.includes('[]')) return 'list';
  if (type.startsWith('boolean')) return 'bool';
  return type.startsWith('number') ? 'number' : 'string';
}

/** What can be read of a resource and not written. */
function computedOf(text: string): string[] {
  const own = text.slice(text.lastIndexOf('export declare class '));
  const set = new Set(
    [...own.matchAll(/^ {4}set (\w+)\(|^ {4}put(\w+)\(/gm)].map(([, a, b = '']) => (a ?? b).toLowerCase()),
  );
  const read = [...own.matchAll(/^ {4}get (\w+)\(\)/gm)].map(([, name]) => name!);
  return read.filter((name) => !name.endsWith('Input') && !set.has(name.toLowerCase())).map(snake);
}

function factsOf(unpacked: string, type: string, kind: 'resources' | 'data') {
  const [provider, ...words] = type.split('_') as [string, ...string[]];
  const folder = kind === 'data' ? `data-${provider}-${words.join('-')}` : words.join('-');
  const text = readFileSync(join(unpacked, provider, 'package/lib', folder, 'index.d.ts'), 'utf8');
  const interfaces = new Map(
    [...text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?^\})/gm)].map(([, name, body]) => [name!, body!]),
  );
  const config = [...interfaces.keys()].find(
    (name) => (name.endsWith('Config') && text.includes(`config: ${name}`)) || text.includes(`config?: ${name}`),
  )!;
  return { ...blockOf(interfaces, config), computed: computedOf(text) };
}

const folder = mkdtempSync(join(tmpdir(), 'pageturner-providers-'));
try {
  const facts: Facts = { packages: {}, resources: {}, data: {} };
  for (const [provider, spec] of Object.entries(PACKAGES)) {
    const archive = execFileSync('npm', ['pack', '--silent', spec], { cwd: folder, encoding: 'utf8' }).trim();
    execFileSync('mkdir', [join(folder, provider)]);
    execFileSync('tar', [
      '-xzf',
      join(folder, archive),
      '-C',
      join(folder, provider),
      '--wildcards',
      '*.d.ts',
      '*/README.md',
    ]);
    const heading = /bindings for (\S+) provider version (\S+)/.exec(
      readFileSync(join(folder, provider, 'package/README.md'), 'utf8'),
    )!;
    facts.packages[spec] = `${heading[1]} ${heading[2]}`;
  }
  for (const type of RESOURCES) facts.resources[type] = factsOf(folder, type, 'resources');
  for (const type of DATA) facts.data[type] = factsOf(folder, type, 'data');
  writeFileSync(join(import.meta.dirname, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
