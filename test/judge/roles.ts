/** Whether a role of the template may do what an intruder would ask for first: cloudsplaining over each policy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from './judge.ts';
import { runTool } from './python.ts';

type Resource = { Type: string; Properties: { Policies?: { PolicyDocument: unknown }[] } };

/** A policy that must be found: a judge that finds nothing at all has not looked. */
const CONTROL = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ssm:GetParameters', 's3:GetObject', 'iam:PassRole'], Resource: '*' }],
};

export async function judgeRoles(template: string): Promise<Verdict> {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as { Resources: Record<string, Resource> };
  const roles = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-roles-'));
  try {
    const look = async (name: string, document: unknown): Promise<string[]> => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(document));
      const { output } = await runTool('cloudsplaining', ['scan-policy-file', '--input-file', file]);
      return /no results found/i.test(output) ? [] : output.split('\n').filter((line) => line.trim() !== '');
    };
    if ((await look('control', CONTROL)).length === 0)
      return { found: ['A policy that allows all was not found.'], notes: [] };
    const looks = roles.flatMap(([name, { Properties }]) =>
      (Properties.Policies ?? []).map(async ({ PolicyDocument }) =>
        (await look(name, plain(PolicyDocument))).map((line) => `${name}: ${line}`),
      ),
    );
    const found = (await Promise.all(looks)).flat();
    return { found, notes: [`${roles.length} roles`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/pageturner';
const NAMES: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '111122223333',
  'Table.Arn': TABLE,
};

/** References as names of an account that nobody has. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::Sub': text, 'Fn::GetAtt': attribute } = value as { 'Fn::Sub'?: string; 'Fn::GetAtt'?: string[] };
  if (text !== undefined) {
    return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => NAMES[name] ?? name);
  }
  if (attribute !== undefined)
    return attribute[0] === 'Table' ? TABLE : `arn:aws:sqs:eu-west-1:111122223333:${attribute[0]}`;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
