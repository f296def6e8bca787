/** What a first deployment is given: strong secrets, a file of settings that the build accepts, and a list of what is left. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { leftToDo } from '../../../cli/init/checklist.ts';
import { type InitEdges, type InitOptions, init } from '../../../cli/init/init.ts';
import { freshSecrets } from '../../../cli/init/secrets.ts';
import { withStage } from '../../../cli/init/settings-file.ts';
import { type Settings, wrongSettings } from '../../../infra/build/settings.ts';
import { HOOK_NAMES, isWeak, keysOf } from '../../../shared/sender/secret.ts';

const root = join(import.meta.dirname, '../../..');
const TEMPLATE = readFileSync(join(root, 'serverless.yml'), 'utf8');
const AWS = ['eu-west-2', 'team@example.gov.uk', 'aws', 'GB', '', 'no', 'no'];
const OPTIONS: InitOptions = { stage: 'prod', owner: 'amira', dryRun: false, yes: true };

/** A clone, an account and a person who gives these answers. */
function account(answers: string[], files: Record<string, string> = { 'serverless.yml': TEMPLATE }) {
  const stored = new Map<string, string>();
  const said: string[] = [];
  const asked: string[] = [];
  let seed = 0;
  const edges: InitEdges = {
    files: {
      read: (path) => files[path],
      write: (path, text) => {
        files[path] = text;
      },
    },
    parameters: () => ({
      existing: async (names) => names.filter((name) => stored.has(name)),
      store: async (name, value) => {
        if (stored.has(name)) return false;
        stored.set(name, value);
        return true;
      },
    }),
    ask: async (question) => {
      asked.push(question);
      return answers.shift();
    },
    say: (line) => said.push(line),
    random: (bytes) => createHash('sha512').update(String(seed++)).digest().subarray(0, bytes),
  };
  return { edges, files, stored, said, asked };
}

/** The settings that osls would find for a stage. */
function settingsIn(files: Record<string, string>, stage: string): Settings {
  const { params } = parse(TEMPLATE) as { params: { default: Settings } };
  const defaults = Object.fromEntries(
    Object.entries(params.default).map(([name, value]) => [name, String(value).replace(/\$\{sls:stage\}/, stage)]),
  );
  return { ...defaults, ...(parse(files[`stages/${stage}.yml`]!) as Settings) };
}

describe('init in a fresh account', () => {
  it('stores the secrets, writes the settings and says what is left', async () => {
    const { edges, files, stored, said } = account([...AWS]);
    await init(OPTIONS, edges);
    expect([...stored.keys()]).toEqual(
      ['hook-keys', 'link-secret', 'api-tokens', 'webhook-secret'].map((end) => `/pageturner/prod/${end}`),
    );
    expect(parse(files['stages/prod.yml']!)).toEqual({
      alarmEmail: 'team@example.gov.uk',
      requestNumber: 'GB',
      slackToken: '',
      slackSigningSecret: '',
    });
    expect(said.filter((line) => line.startsWith('[ ]')).length).toBeGreaterThan(5);
  });

  it('shows the token once, and keeps its digest alone', async () => {
    const { edges, files, stored, said } = account([...AWS]);
    await init(OPTIONS, edges);
    const token = said.join('\n').match(/Your token, shown this once: (\S+)/)![1]!;
    const kept = [...stored.values(), ...Object.values(files)].join('\n');
    expect(kept).toContain(createHash('sha256').update(token).digest('hex'));
    expect(kept).not.toContain(token);
    for (const end of ['hook-keys', 'link-secret', 'webhook-secret'])
      expect(said.join('\n')).not.toContain(stored.get(`/pageturner/prod/${end}`)!);
  });

  it('asks before each secret, and stores none that was refused', async () => {
    const { edges, stored, asked, said } = account([...AWS, 'no', 'yes', 'no', 'no']);
    await init({ ...OPTIONS, yes: false }, edges);
    expect([...stored.keys()]).toEqual(['/pageturner/prod/link-secret']);
    expect(asked.filter((question) => question.startsWith('Store '))).toHaveLength(4);
    expect(said.join('\n')).not.toContain('shown this once');
  });

  it('asks again with the reason where an answer does not fit', async () => {
    const { edges, files, asked } = account(['Ireland', ...AWS]);
    await init(OPTIONS, edges);
    expect(asked[1]).toMatch(/^Write a region as AWS does, like eu-west-2\. In which region/);
    expect(files['stages/prod.yml']).toContain('requestNumber');
  });

  it('changes nothing where nobody answers', async () => {
    const { edges, files, stored } = account(['eu-west-2']);
    await expect(init(OPTIONS, edges)).rejects.toThrow(/was not answered\. Nothing was changed\./);
    expect([Object.keys(files), stored.size]).toEqual([['serverless.yml'], 0]);
  });

  it('changes nothing as a dry run, and says what it would do', async () => {
    const { edges, files, stored, said } = account([...AWS]);
    await init({ ...OPTIONS, dryRun: true }, edges);
    expect([files, stored.size]).toEqual([{ 'serverless.yml': TEMPLATE }, 0]);
    expect(said).toContain('settings stages/prod.yml: would be written');
    expect(said.filter((line) => line.startsWith('missing'))).toHaveLength(4);
  });
});

it('a second run changes nothing and asks only for the region', async () => {
  const { edges, files, stored, asked, said } = account([...AWS, 'eu-west-2']);
  await init(OPTIONS, edges);
  const before = [structuredClone(files), new Map(stored)];
  asked.length = 0;
  said.length = 0;
  await init(OPTIONS, edges);
  expect([files, stored]).toEqual(before);
  expect(asked).toEqual(['In which region, like eu-west-2?']);
  expect(said.filter((line) => line.startsWith('there'))).toHaveLength(5);
});

it('a parameter that came meanwhile is left as it is', async () => {
  const { edges, stored, said } = account([...AWS]);
  const { existing } = edges.parameters('eu-west-2');
  stored.set('/pageturner/prod/link-secret', 'made by somebody else');
  await init(OPTIONS, {
    ...edges,
    parameters: () => ({ ...edges.parameters(''), existing: async () => existing([]) }),
  });
  expect(stored.get('/pageturner/prod/link-secret')).toBe('made by somebody else');
  expect(said).toContain('there    /pageturner/prod/link-secret: left as it is');
});

describe('the settings of every way through the questions', () => {
  const phones = fc.oneof(
    fc.constantFrom(['aws', 'GB'], ['aws', '+447700900000'], ['none']),
    fc.constant(['twilio', `AC${'0'.repeat(32)}`, '+447700900001']),
  );
  it('are accepted by the build, and their stage is found by osls', async () => {
    await fc.assert(
      fc.asyncProperty(
        phones,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('prod', 'dev', 'pre-prod', 'a'),
        async (by, mail, slack, stage) => {
          const from = mail || by[0] === 'none' ? 'pageturner@example.gov.uk' : '';
          const answers = ['eu-west-2', 'team@example.gov.uk', ...by, from, slack ? 'yes' : 'no', 'yes'];
          const { edges, files } = account(answers);
          await init({ ...OPTIONS, stage }, edges);
          expect(wrongSettings(stage, settingsIn(files, stage))).toEqual([]);
          const { params } = parse(files['serverless.yml']!) as { params: Record<string, unknown> };
          expect(params[stage]).toBe(`\${file(stages/${stage}.yml)}`);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leave every other line of serverless.yml as it was', () => {
    const linked = withStage(TEMPLATE, 'prod');
    expect(linked.replace(/ {2}prod: .*\n/, '')).toBe(TEMPLATE);
    expect(withStage(linked, 'prod')).toBe(linked);
    expect(parse(withStage(linked, 'dev')).params).toMatchObject({ prod: expect.anything(), dev: expect.anything() });
  });
});

it('every sender has its own key, and no secret is weak', () => {
  let seed = 0;
  const random = (bytes: number) => createHash('sha512').update(String(seed++)).digest().subarray(0, bytes);
  const secrets = freshSecrets('prod', 'amira', random);
  const hookKeys = secrets[0]!.value;
  const keys = HOOK_NAMES.map((name) => keysOf(hookKeys, name));
  for (const key of keys) expect(key).toHaveLength(1);
  expect(new Set(keys.flat()).size).toBe(HOOK_NAMES.length);
  for (const secret of [...keys.flat(), ...secrets.slice(1).map(({ value }) => value)])
    expect(isWeak(secret)).toBe(false);
  // A SecureString of the standard tier holds 4 KB.
  for (const { value } of secrets) expect(Buffer.byteLength(value)).toBeLessThan(4096);
});

it('every line that is left to do has its section in docs/first-hour.md', () => {
  const page = readFileSync(join(root, 'docs/first-hour.md'), 'utf8');
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(' ', '-'));
  const all = { emailFrom: 'a@b', twilioAccount: 'AC1' };
  const left = [{ requestNumber: 'GB' }, { smsNumber: '+447700900000' }].flatMap((number) =>
    leftToDo('prod', 'eu-west-2', { ...all, ...number }),
  );
  expect(left.map(({ at }) => at).filter((at) => !sections.includes(at))).toEqual([]);
});
