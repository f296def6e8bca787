/**
 * The judges of others: what AWS's rules, a second AWS, IAM's critics and a fuzzer of APIs say of what would be deployed.
 *
 *   npm run judge              all of them
 *   npm run judge -- moto api  those alone
 *
 * `npm ci` and `npm test` never need them. What this machine lacks is said loudly, and is no failure.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildFunctions } from '../../infra/build/build.ts';
import { judgeApi } from './api.ts';
import { judgeByMoto } from './moto.ts';
import { preparePython } from './python.ts';
import { judgeRoles } from './roles.ts';
import { judgeTemplate } from './template.ts';
import { judgeTerraform } from './terraform.ts';
import { judgeTwins } from './twins.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a judge says: what was found, and what it could not look at, each with its reason. */
export type Verdict = { found: string[]; notes: string[] };
type Judge = { name: string; what: string; python: boolean; judge: (template: string) => Promise<Verdict> };

const JUDGES: Judge[] = [
  { name: 'template', what: 'cfn-lint over the packaged template', python: true, judge: judgeTemplate },
  { name: 'roles', what: 'cloudsplaining over the roles', python: true, judge: judgeRoles },
  { name: 'moto', what: 'moto as a second AWS', python: true, judge: judgeByMoto },
  { name: 'api', what: 'schemathesis against the API', python: true, judge: judgeApi },
  { name: 'terraform', what: 'terraform over the modules for senders', python: false, judge: judgeTerraform },
  { name: 'twins', what: 'the same packages from two clones', python: false, judge: judgeTwins },
];

async function packaged(folder: string): Promise<string> {
  await buildFunctions({ zip: true });
  const settings = ['--param=alarmEmail=team@example.gov.uk', '--param=emailFrom=pageturner@example.gov.uk'];
  const options = ['package', '--stage', 'judge', ...settings, '--package', folder];
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/osls'), options, { cwd: ROOT });
  return join(folder, 'cloudformation-template-update-stack.json');
}

async function main(names: string[]): Promise<boolean> {
  const unknown = names.filter((name) => !JUDGES.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(`No such judge: ${unknown.join(', ')}. There are ${JUDGES.map(({ name }) => name).join(', ')}.`);
  const wanted = JUDGES.filter(({ name }) => names.length === 0 || names.includes(name));
  const missing = wanted.some(({ python }) => python) ? preparePython() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-judge-'));
  let isWell = true;
  try {
    const template = await packaged(folder);
    for (const { name, what, python, judge } of wanted) {
      if (python && missing !== undefined) {
        console.log(`SKIPPED  ${name}: ${what}, for ${missing}.`);
        continue;
      }
      const began = Date.now();
      const { found, notes } = await judge(template).catch((error: unknown) => ({ found: [String(error)], notes: [] }));
      console.log(
        `${found.length === 0 ? 'ok      ' : 'FAILED  '} ${name}: ${what}, ${Math.round((Date.now() - began) / 1000)} s`,
      );
      for (const note of notes) console.log(`           ${note}`);
      for (const one of found) console.log(`         ! ${one}`);
      if (found.length > 0) isWell = false;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return isWell;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
