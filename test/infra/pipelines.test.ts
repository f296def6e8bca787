/** The templates for pipelines: they parse, and the lines that need no account are run as they stand. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const COMMAND = `${process.execPath} ${join(root, 'cli/pageturner.ts')}`;

type Job = { script: string[]; rules?: { if: string }[]; extends?: string; variables?: Record<string, string> };
const [spec, jobs] = parseAllDocuments(read('infra/gitlab/pageturner.gitlab-ci.yml')).map((document) =>
  document.toJS(),
) as [{ spec: { inputs: Record<string, { description: string }> } }, Record<string, Job>];
const bash = (line: string, env: Record<string, string>, cwd: string) =>
  spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8', env: { ...process.env, PAGETURNER: COMMAND, ...env } });

describe('the template for GitLab', () => {
  it('uses every input that it has, and has every input that it uses', () => {
    const used = new Set(
      [...read('infra/gitlab/pageturner.gitlab-ci.yml').matchAll(/\$\[\[ inputs\.(\w+) \]\]/g)].map(([, name]) => name),
    );
    expect([...used].sort()).toEqual(Object.keys(spec.spec.inputs).sort());
    for (const { description } of Object.values(spec.spec.inputs)) expect(description).toBeTruthy();
  });

  it('publishes from the default branch alone', () => {
    expect(
      jobs['pageturner:publish']!.rules!.every(({ if: when }) =>
        when.includes('$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'),
      ),
    ).toBe(true);
    expect(jobs['pageturner:plan']!.script.every((line) => line.includes('--dry-run'))).toBe(true);
  });

  it('checks a catalogue and writes what merge requests show', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pageturner-pipeline-'));
    try {
      const [line] = jobs['pageturner:lint']!.script;
      const good = bash(line!, { CATALOGUE: join(root, 'catalogue') }, folder);
      expect([good.status, good.stderr]).toEqual([0, '']);
      spawnSync('cp', ['-r', join(root, 'catalogue'), join(folder, 'broken')]);
      spawnSync('bash', ['-c', "sed -i 's/^policy:.*/policy: nobody-knows/' broken/services/payments-api.yaml"], {
        cwd: folder,
      });
      const bad = bash(line!, { CATALOGUE: 'broken' }, folder);
      expect(bad.status).toBe(1);
      const report = JSON.parse(readFileSync(join(folder, 'gl-code-quality-report.json'), 'utf8')) as Record<
        string,
        unknown
      >[];
      const found = report.find(({ severity }) => severity === 'major')!;
      expect(found).toMatchObject({ location: { path: 'broken/services/payments-api.yaml' } });
      expect(Object.keys(found).sort()).toEqual(['check_name', 'description', 'fingerprint', 'location', 'severity']);
      expect(new Set(report.map(({ fingerprint }) => fingerprint)).size).toBe(report.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reports each day what Pageturner in shadow would have done, beside the tool in force', async () => {
    const at = '2026-11-23T03:12:00.000Z';
    const told = { page: 'p0', to: 'amira', channel: 'sms', kind: 'alert', text: 'CRIT: Disk full', at };
    const shadow = [{ ...told, incident: 'a-1', title: 'Disk full', service: 'ledger', openedAt: at }];
    const server = createServer((_request, response) => response.end(JSON.stringify({ shadow })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = mkdtempSync(join(tmpdir(), 'pageturner-shadow-'));
    try {
      const theirs = [{ id: 'P1', at, title: 'Disk full', service: 'ledger' }];
      writeFileSync(join(folder, 'theirs.json'), JSON.stringify(theirs));
      const [line] = jobs['.pageturner:shadow']!.script;
      const env = { ...process.env, PAGETURNER: COMMAND, SINCE: '2026-11-23T00:00:00Z' };
      const url = { PAGETURNER_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
      const report = async (more: object) => {
        await promisify(execFile)('bash', ['-c', line!], { cwd: folder, env: { ...env, ...url, ...more } });
        return readFileSync(join(folder, 'shadow.txt'), 'utf8');
      };
      expect(await report({ INCIDENTS: '' })).toContain('sms to amira: CRIT: Disk full');
      expect(await report({ INCIDENTS: 'theirs.json' })).toMatch(
        /^Both: 1\n {2}P1 .*Disk full\nOnly the other tool: 0/,
      );
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('records a deployment', async () => {
    const bodies: { path: string; body: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        bodies.push({ path: request.url!, body: JSON.parse(text) });
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const [line] = jobs['.pageturner:deployed']!.script;
      const env = {
        PAGETURNER: COMMAND,
        PAGETURNER_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
        PAGETURNER_KEY: 'local',
        SERVICE: 'payments-api',
        DEPLOYED_TO: 'production',
        CI_PROJECT_PATH: 'payments/api',
        CI_COMMIT_SHORT_SHA: '279484c0',
        CI_COMMIT_TITLE: 'Bump "pool" size; $(touch x)',
        GITLAB_USER_LOGIN: 'chidi',
        CI_PIPELINE_URL: 'https://gitlab.example.gov.uk/payments/api/-/pipelines/1',
      };
      await promisify(execFile)('bash', ['-c', line!], { env: { ...process.env, ...env } });
      expect(bodies[0]).toMatchObject({
        path: '/hooks/deployment/local',
        body: {
          deployment: {
            service: 'payments-api',
            ref: 'payments/api',
            version: '279484c0',
            environment: 'production',
            by: 'chidi',
            title: env.CI_COMMIT_TITLE,
          },
        },
      });
    } finally {
      server.close();
    }
  });
});

it('the action for GitHub passes what people write by the environment, never into a script', () => {
  const { runs } = parse(read('infra/github/action.yml')) as { runs: { steps: { run: string }[] } };
  for (const { run } of runs.steps) expect(run).not.toContain('${{');
});
