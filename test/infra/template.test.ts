/** What is deployed, as far as it can be known without an account: the template that osls packages, offline. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions, FUNCTIONS, overBudget } from '../../infra/build/build.ts';

// By a name that the compiler does not follow: osls has no types.
const { normalizeCloudFormationTemplate } = (
  (await import('osls/lib/plugins/aws/lib/normalize-files.js' as string)) as {
    default: { normalizeCloudFormationTemplate: (template: unknown) => unknown };
  }
).default;

type Resource = { Type: string; Properties: Record<string, unknown>; DependsOn?: string[] };

const root = join(import.meta.dirname, '../..');
/** What osls itself generates, and what a reader of the template may know. */
const ACCEPTED_WARNINGS = ['W3005', 'W9002'];

/** Nobody's addresses: a deployment that reaches nobody is refused. */
const SETTINGS = ['--param=alarmEmail=team@example.gov.uk', '--param=emailFrom=pageturner@example.gov.uk'];

async function packageInto(folder: string, stage: string): Promise<string> {
  const osls = join(root, 'node_modules/.bin/osls');
  await promisify(execFile)(osls, ['package', '--stage', stage, ...SETTINGS, '--package', folder], { cwd: root });
  return join(folder, 'cloudformation-template-update-stack.json');
}

describe.each(['dev', 'production'])('the template of stage %s', (stage) => {
  let folder: string;
  let file: string;
  let resources: Record<string, Resource>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pageturner-package-'));
    file = await packageInto(folder, stage);
    resources = JSON.parse(readFileSync(file, 'utf8')).Resources;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);

  it('is accepted by AWS’s own validator', () => {
    const engine = new RegoEngine();
    try {
      const { diagnostics } = engine.validateStandard(new TemplateFile(file));
      const found = diagnostics
        .filter(({ severity, ruleId }) => severity !== 'INFO' && !ACCEPTED_WARNINGS.includes(ruleId))
        .map(({ ruleId, entity, message }) => `${ruleId} ${entity?.logicalId}: ${message}`);
      expect(found).toEqual([]);
    } finally {
      engine.free();
    }
  });

  it('packaged again is the same, as osls itself compares what is deployed', async () => {
    const again = mkdtempSync(join(tmpdir(), 'pageturner-again-'));
    try {
      const read = (one: string) => normalizeCloudFormationTemplate(JSON.parse(readFileSync(one, 'utf8')));
      expect(read(await packageInto(again, stage))).toEqual(read(file));
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it('has a function, a role and a log group with an end for each handler', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(FUNCTIONS.length);
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties['Role']));
    expect(new Set(roles).size).toBe(FUNCTIONS.length);
    for (const [, { Properties }] of functions) expect(Properties['Architectures']).toEqual(['arm64']);
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(FUNCTIONS.length);
    for (const [, { Properties }] of groups) expect(Properties['RetentionInDays']).toBeGreaterThan(0);
  });

  it('gives each function the memory that was chosen by measurement', () => {
    const page = readFileSync(join(root, 'docs/decisions/0006-memory.md'), 'utf8');
    const chosen = [...page.matchAll(/^\| ([a-z]+) \| \d+ \| [\d.]+ \| (\d+) \|/gm)].map(([, name, size]) => [
      name,
      Number(size),
    ]);
    const given = ofType('AWS::Lambda::Function').map(([, { Properties }]) => [
      String(Properties['FunctionName']).split('-').at(-1),
      Properties['MemorySize'],
    ]);
    expect(chosen.sort()).toEqual(given.sort());
  });

  it('has dead letters for each queue, an alarm on them, and one on each queue’s age', () => {
    const queues = ofType('AWS::SQS::Queue');
    const working = queues.filter(([, { Properties }]) => Properties['RedrivePolicy'] !== undefined);
    // Notices of deployments wait in Lambda itself, and have only the letters.
    const alone = queues.filter(([name]) => name === 'DeploymentsDeadLetters');
    expect(queues).toHaveLength(working.length * 2 + alone.length);
    const alarmed = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => JSON.stringify(Properties));
    for (const [name, { Properties }] of working) {
      const target = JSON.stringify((Properties['RedrivePolicy'] as Record<string, unknown>)['deadLetterTargetArn']);
      const dead = queues.find(([other]) => target.includes(`"${other}"`))![0];
      expect(alarmed.some((one) => one.includes(`"${dead}"`))).toBe(true);
      expect(alarmed.some((one) => one.includes(`"${name}"`) && one.includes('AgeOfOldestMessage'))).toBe(true);
    }
  });

  it('says what is broken by a road that is not Pageturner: every alarm goes to its own topic', () => {
    for (const [name, { Properties }] of ofType('AWS::CloudWatch::Alarm')) {
      expect([name, Properties['AlarmActions'], Properties['OKActions']]).toEqual([
        name,
        [{ Ref: 'OwnAlarmsTopic' }],
        [{ Ref: 'OwnAlarmsTopic' }],
      ]);
      expect(Properties['AlarmDescription']).toMatch(/\nrunbook: pageturner\/[a-z-]+$/);
    }
  });

  it('lets each route that pages be asked for a storm, and any other for little, and writes down no address', () => {
    const { DefaultRouteSettings, RouteSettings, AccessLogSettings } = resources['HttpApiStage']!.Properties as {
      DefaultRouteSettings: Record<string, unknown>;
      RouteSettings: Record<string, { ThrottlingRateLimit: number }>;
      AccessLogSettings: { Format: string };
    };
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 });
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([name, { Properties }]) => [name, Properties['RouteKey']]);
    const named = routes.filter(([, key]) => Object.hasOwn(RouteSettings, String(key)));
    expect(named).toHaveLength(Object.keys(RouteSettings).length);
    expect(resources['HttpApiStage']!.DependsOn).toEqual(expect.arrayContaining(named.map(([name]) => name)));
    for (const hook of ['POST /v2/enqueue', 'POST /hooks/grafana/{key}'])
      expect(RouteSettings[hook]!.ThrottlingRateLimit).toBeGreaterThan(10_000 / 60);
    // Paths hold keys of hooks and tokens of links.
    expect(AccessLogSettings.Format).not.toMatch(/path|rawPath|header/i);
  });

  it('keeps executions for what pages, and caps what the internet may call', () => {
    const reserved = Object.fromEntries(
      ofType('AWS::Lambda::Function').map(([, { Properties }]) => [
        String(Properties['FunctionName']).split('-').at(-1),
        Properties['ReservedConcurrentExecutions'],
      ]),
    );
    expect(reserved).toMatchObject({ triage: 10, page: 30, sweep: 1, console: 20, deployments: 10 });
    const sum = Object.values(reserved).reduce<number>((total, one) => total + Number(one ?? 0), 0);
    const page = readFileSync(join(root, 'docs/decisions/0007-reserved-concurrency.md'), 'utf8');
    expect(page).toContain(`below ${sum + 100}`);
    for (const [, { Properties }] of ofType('AWS::Lambda::EventSourceMapping')) {
      const { MaximumConcurrency } = Properties['ScalingConfig'] as { MaximumConcurrency: number };
      const name = /(\w+)LambdaFunction/.exec(JSON.stringify(Properties['FunctionName']))![1]!.toLowerCase();
      expect([name, MaximumConcurrency <= Number(reserved[name] ?? 10)]).toEqual([name, true]);
    }
  });

  it('never pages for its own alarms by its own rule', () => {
    const pattern = resources['AlarmEvents']!.Properties['EventPattern'] as { detail: object };
    expect(pattern.detail).toEqual({ alarmName: [{ 'anything-but': { prefix: `pageturner-${stage}-` } }] });
    for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm')) expect(Properties['AlarmName']).toBeUndefined();
  });

  it('can stand in two regions of one account', () => {
    expect(resources['Dashboard']!.Properties['DashboardName']).toEqual({
      'Fn::Sub': `pageturner-${stage}-\${AWS::Region}`,
    });
  });

  it('loses no notice that comes by event: what fails ends in letters that alarm', () => {
    const letters = JSON.stringify({ 'Fn::GetAtt': ['DeploymentsDeadLetters', 'Arn'] });
    expect(JSON.stringify(resources['DeploymentsGivenUp']!.Properties)).toContain(letters);
    const rules = ofType('AWS::Events::Rule').filter(([, { Properties }]) =>
      JSON.stringify(Properties['Targets']).includes('DeploymentsLambdaFunction'),
    );
    expect(rules.length).toBeGreaterThan(1);
    for (const [, { Properties }] of rules) expect(JSON.stringify(Properties['Targets'])).toContain(letters);
  });

  it('hears within two minutes that a page, an answer or the front door fails', () => {
    for (const name of ['PageLooksFail', 'AnswersFail', 'FrontDoorFails', 'PagesFail']) {
      const { Period, EvaluationPeriods } = resources[name]!.Properties as Record<string, number>;
      expect([name, Period! * EvaluationPeriods!]).toEqual([name, name === 'PagesFail' ? 120 : 60]);
    }
  });

  it('counts in logs what functions say in these very words', () => {
    const words = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => [
      /pageturner-[a-z]+-(\w+)$/.exec(String(Properties['LogGroupName']))![1],
      /\$\.message = "(.+)"/.exec(String(Properties['FilterPattern']))![1],
    ]);
    expect(words.length).toBeGreaterThan(3);
    for (const [name, said] of words) {
      const code = readFileSync(join(root, `.build/${name}/handler.js`), 'utf8');
      expect([name, said, code.includes(said!)]).toEqual([name, said, true]);
    }
  });

  it('keeps the table when the stack is deleted or replaced', () => {
    const table = resources['Table'] as Resource & { DeletionPolicy: string };
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
  });
});

it('stages are alike but for their names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-stages-'));
  try {
    const unnamed = async (stage: string) => {
      const written = readFileSync(await packageInto(join(folder, stage), stage), 'utf8');
      const named = stage.charAt(0).toUpperCase() + stage.slice(1);
      const names = new RegExp(`(?<![a-z])(${stage}|${named})(?![a-z])|(?<=Pageturner)${stage}`, 'g');
      return normalizeCloudFormationTemplate(JSON.parse(written.replaceAll(names, 'STAGE')));
    };
    const dev = await unnamed('dev');
    expect(await unnamed('production')).toEqual(dev);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('every function is within its budget', async () => {
  expect(overBudget(await buildFunctions({ zip: false }))).toEqual([]);
});

it('equal sources are equal zips, so that deploying twice changes nothing', async () => {
  const zips = () => FUNCTIONS.map((name) => readFileSync(join(root, '.build', `${name}.zip`)).toString('base64'));
  const before = zips();
  await buildFunctions({ zip: true });
  expect(zips()).toEqual(before);
});
