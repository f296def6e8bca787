/** The command as adopters have it: packed, installed with no network into an empty folder, beside a catalogue of their own. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { buildCli, TARBALL_BUDGET_BYTES } from '../../infra/build/cli.ts';
import about from '../../package.json' with { type: 'json' };
import { engines, type Opened } from '../store/engines.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pageturner-package-'));
let packed: { tarball: string; bytes: number };
let engine: Opened;
let endpoint: string;

type Done = { code: number; out: string; errors: string };

/** Runs a line as a pipeline of an adopter would: Node 24 first in the path, no network, nothing of this clone near. */
async function shell(line: string, more: Record<string, string> = {}): Promise<Done> {
  const env = {
    HOME: folder,
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(folder, '.npm'),
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...more,
  };
  const done = await promisify(execFile)('bash', ['-c', line], { cwd: folder, env }).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: 'code' in done ? done.code : 0, out: done.stdout, errors: done.stderr };
}

beforeAll(async () => {
  engine = await engines()[0]!.open();
  const at = await engine.table.client.config.endpoint!();
  endpoint = `${at.protocol}//${at.hostname}:${at.port}`;
  packed = await buildCli();
  cpSync(join(root, 'catalogue'), join(folder, 'catalogue'), { recursive: true });
  cpSync(join(root, 'samples/cloudwatch-alarm.json'), join(folder, 'alarm.json'));
  writeFileSync(join(folder, 'package.json'), '{"name":"our-catalogue","private":true}\n');
  const installed = await shell(`npm install --no-audit --no-fund ${packed.tarball}`);
  expect(installed.errors + installed.out).toMatch(/added 1 package/);
}, 120_000);
afterAll(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the package', () => {
  const manifest = () =>
    JSON.parse(readFileSync(join(folder, 'node_modules/@example-org/pageturner/package.json'), 'utf8')) as Record<
      string,
      unknown
    >;

  it('is within its budget, and holds the command, the schemas and nothing of development', () => {
    expect(packed.bytes).toBeLessThan(TARBALL_BUDGET_BYTES);
    const files = readdirSync(join(folder, 'node_modules/@example-org/pageturner'), { recursive: true }) as string[];
    expect(files.filter((file) => !file.startsWith('schema')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY.txt',
      'package.json',
      'pageturner.js',
      'pageturner.mjs',
    ]);
    expect(files).toEqual(expect.arrayContaining(['schema/service.json', 'schema/rota.json', 'schema/alert.json']));
  });

  it('depends on no other package, says which Node it needs, and has a scope', () => {
    expect(manifest()).toMatchObject({ version: about.version, engines: { node: '>=24' }, bin: {} });
    expect(Object.keys(manifest()).filter((key) => /dependencies|scripts/i.test(key))).toEqual([]);
    expect(manifest()['name']).toMatch(/^@[^/]+\//);
  });

  it('refuses a name that a stranger could claim', async () => {
    await expect(buildCli({ name: 'pageturner' })).rejects.toThrow('write a name with a scope');
  });

  it('names the licence of every package inside', () => {
    const text = readFileSync(join(folder, 'node_modules/@example-org/pageturner/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['commander', 'yaml', 'valibot', 'jsonata']) expect(text).toContain(`${name} `);
    expect(text).not.toContain('(undefined)');
  });
});

describe('the command, installed', () => {
  it('says its version, once written', async () => {
    expect(await shell('npx --no-install pageturner --version')).toEqual({
      code: 0,
      out: `${about.version}\n`,
      errors: '',
    });
  });

  it('lints a catalogue', async () => {
    const done = await shell('npx --no pageturner lint');
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^0 errors/m)]);
  });

  it('explains a payload', async () => {
    const done = await shell('npx --no pageturner explain alarm.json');
    expect([done.code, done.errors]).toEqual([0, '']);
    expect(done.out).toMatch(/service {3}payments-api/);
  });

  it('shows what publishing would change', async () => {
    const done = await shell('npx --no pageturner publish --dry-run');
    expect([done.code, done.errors]).toEqual([0, '']);
    expect(done.out).toContain('nothing that can be read was published before');
  });

  it('has every command that the source has', async () => {
    const verbs = (help: string) => [...help.matchAll(/^ {2}([a-z-]+)/gm)].map(([, verb]) => verb);
    const source = await promisify(execFile)(process.execPath, [join(root, 'cli/pageturner.ts'), '--help']);
    expect(verbs((await shell('npx --no pageturner help')).out)).toEqual(verbs(source.stdout));
  });

  it('ends quietly when what it writes to is closed', async () => {
    const file = join(folder, 'node_modules/@example-org/pageturner/pageturner.js');
    const line = `set -o pipefail; for n in {1..200}; do echo alarm.json; done | xargs ${process.execPath} ${file} explain | head -1`;
    const done = await shell(line);
    expect(done.errors).toBe('');
    expect(done.out.split('\n')).toHaveLength(2);
  });
});

describe('the templates of pipelines, with the tarball', () => {
  type Job = { script?: string[]; variables?: Record<string, string> };
  const jobs = parseAllDocuments(
    readFileSync(join(root, 'infra/gitlab/pageturner.gitlab-ci.yml'), 'utf8'),
  )[1]!.toJS() as Record<string, Job>;
  /** As GitLab fills in the inputs. */
  const filled = (text: string) =>
    text.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) =>
      String({ pageturner: packed.tarball, table: engine.table.name, catalogue: 'catalogue' }[name]),
    );
  const gitlab = (job: string, more: Record<string, string> = {}) => {
    const variables = { ...jobs['.pageturner']!.variables, ...jobs[job]!.variables };
    const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)]));
    return shell(jobs[job]!.script!.map(filled).join(' && '), { ...env, ...more });
  };

  it('GitLab: check, plan and publish', async () => {
    const lint = await gitlab('pageturner:lint');
    expect([lint.code, lint.out]).toEqual([0, expect.stringMatching(/^0 errors/m)]);
    expect(existsSync(join(folder, 'gl-code-quality-report.json'))).toBe(true);
    const plan = await gitlab('pageturner:plan');
    expect([plan.code, plan.out]).toEqual([0, expect.stringContaining('everything')]);
    const publish = await gitlab('pageturner:publish', { GITLAB_USER_LOGIN: 'amira' });
    expect([publish.code, publish.out]).toEqual([0, expect.stringMatching(/^Published [0-9a-f]{12}/m)]);
  });

  it('GitLab: a deployment and the daily report of a shadow', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.writeHead(202).end('{"shadow":[]}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    try {
      const env = {
        PAGETURNER_URL: url,
        PAGETURNER_KEY: 'k',
        SERVICE: 'payments-api',
        CI_COMMIT_SHORT_SHA: '279484c0',
      };
      expect(await gitlab('.pageturner:deployed', env)).toMatchObject({ code: 0, errors: '' });
      expect(await gitlab('.pageturner:shadow', { PAGETURNER_URL: url })).toMatchObject({ code: 0, errors: '' });
    } finally {
      server.close();
    }
    expect(seen.slice(0, 2)).toEqual(['POST /hooks/deployment/k', expect.stringContaining('GET /api/shadow')]);
  });

  it('GitHub: check and publish', async () => {
    const { runs } = parse(readFileSync(join(root, 'infra/github/action.yml'), 'utf8')) as {
      runs: { steps: { run: string }[] };
    };
    const env = { CATALOGUE: 'catalogue', PACKAGE: packed.tarball, TABLE: engine.table.name, ACTOR: 'amira' };
    for (const { run } of runs.steps) expect(await shell(run, env)).toMatchObject({ code: 0 });
  });
});

describe('the starter', () => {
  it('says in one sentence which Node it needs, on a Node that is too old', async () => {
    const old = join(folder, 'old.mjs');
    const starter = join(folder, 'node_modules/@example-org/pageturner/pageturner.js');
    writeFileSync(
      old,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
       Object.defineProperty(process, 'version', { value: 'v20.20.2' });
       await import(${JSON.stringify(starter)});`,
    );
    expect(await shell(`${process.execPath} ${old}`)).toEqual({
      code: 2,
      out: '',
      errors: 'pageturner needs Node 24 or newer and this is v20.20.2. Install Node 24.\n',
    });
  });

  it('says what to install where somebody installed the source', async () => {
    const source = join(folder, 'source/node_modules/pageturner/cli');
    cpSync(join(root, 'cli/pageturner.js'), join(source, 'pageturner.js'));
    writeFileSync(join(source, '../package.json'), '{"type":"module"}');
    const done = await shell(`${process.execPath} ${join(source, 'pageturner.js')} lint`);
    expect([done.code, done.errors]).toEqual([
      2,
      expect.stringContaining('Install the tarball that "npm run build:cli"'),
    ]);
  });
});

it('no page, template or message tells people to run a name that a stranger can claim', async () => {
  const listed = await promisify(execFile)(
    'git',
    ['ls-files', 'docs', 'infra', 'cli', 'shared', 'functions', 'catalogue'],
    { cwd: root },
  );
  const files = listed.stdout.split('\n').filter((file) => /\.(?:md|ya?ml|tf|ts|js|json)$/.test(file));
  // `npm start` runs only in a clone, whose own package.json has the command: npx looks there first.
  const elsewhere = files.filter((file) => file !== 'infra/local/start.ts');
  const risky = elsewhere.filter((file) => /npx (?:--yes )?pageturner/.test(readFileSync(join(root, file), 'utf8')));
  expect(risky).toEqual([]);
});
