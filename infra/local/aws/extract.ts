/**
 * Takes out of AWS's own service models what the local account holds requests against: names, types, ranges, patterns.
 *
 *   node infra/local/aws/extract.ts FOLDER     FOLDER: botocore's `data`, where AWS publishes the models (Apache-2.0)
 *
 * Written into `model/`, a file a service. Run again when a newer model is wanted; nothing else needs Python or botocore.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Model, Shape } from './model.ts';

/** What this project calls, and what CloudFormation calls to make what the template declares. */
const OPERATIONS: Record<string, string[]> = {
  'pinpoint-sms-voice-v2': [
    ...['SendTextMessage', 'SendVoiceMessage', 'DeleteOptedOutNumber'],
    ...['DescribeAccountAttributes', 'DescribeSpendLimits', 'DescribePhoneNumbers', 'DescribeSenderIds'],
    ...['DescribeKeywords', 'DescribeOptedOutNumbers', 'DescribeRegistrations', 'DescribeVerifiedDestinationNumbers'],
    ...['DescribeConfigurationSets', 'CreateConfigurationSet', 'CreateEventDestination', 'CreateOptOutList'],
    ...['RequestPhoneNumber', 'UpdatePhoneNumber', 'PutKeyword'],
  ],
  sesv2: ['SendEmail', 'GetAccount'],
  sns: ['Publish', 'CheckIfPhoneNumberIsOptedOut'],
  ssm: ['GetParameter', 'GetParameters', 'PutParameter', 'DescribeParameters'],
};

type Published = {
  metadata: { apiVersion: string };
  operations: Record<string, { input?: { shape: string } }>;
  shapes: Record<string, PublishedShape>;
};
type PublishedShape = Omit<Shape, 'members' | 'member' | 'key' | 'value'> & {
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
};

/** The model of one service as it is kept: only the operations that are asked for, and the shapes that they reach. */
export function extract(published: Published, operations: string[]): Model {
  const shapes: Record<string, Shape> = {};
  const reach = (name: string): string => {
    if (shapes[name] !== undefined) return name;
    const { type, required, members, member, key, value, min, max, pattern, enum: words } = published.shapes[name]!;
    const shape: Shape = { type, ...keep({ required, min, max, pattern, enum: words }) };
    shapes[name] = shape;
    if (members)
      shape.members = Object.fromEntries(Object.entries(members).map(([field, { shape: of }]) => [field, reach(of)]));
    if (member) shape.member = reach(member.shape);
    if (key) shape.key = reach(key.shape);
    if (value) shape.value = reach(value.shape);
    return name;
  };
  const inputs = operations.map((name) => {
    const input = published.operations[name]!.input;
    return [name, input === undefined ? '' : reach(input.shape)] as const;
  });
  const { apiVersion } = published.metadata;
  return { source: `botocore, ${apiVersion}`, operations: Object.fromEntries(inputs), shapes: sorted(shapes) };
}

function keep(facts: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function sorted(shapes: Record<string, Shape>): Record<string, Shape> {
  return Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Give the folder of botocore's data.");
  for (const [service, operations] of Object.entries(OPERATIONS)) {
    const version = readdirSync(join(folder, service)).sort().at(-1)!;
    const file = gunzipSync(readFileSync(join(folder, service, version, 'service-2.json.gz'))).toString('utf8');
    const model = extract(JSON.parse(file) as Published, operations);
    writeFileSync(join(import.meta.dirname, 'model', `${service}.json`), `${JSON.stringify(model)}\n`);
  }
}
