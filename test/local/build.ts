/**
 * Before all tests: the functions are bundled and packed once; each stack then starts from what is there. After all tests:
 * what the functions called meanwhile is held against what their roles allow.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { buildFunctions, OUT } from '../../infra/build/build.ts';
import { type Call, RECORD_CALLS_IN } from '../../infra/local/calls.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { allowedBy, refused, unused } from '../infra/privilege.ts';
import { UNMADE } from '../infra/unmade.ts';

const CALLS = `${OUT}/calls`;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(CALLS, { recursive: true, force: true });
  process.env[RECORD_CALLS_IN] = CALLS;
  await buildFunctions({ zip: true });
  return async () => {
    const calls = readRecord();
    const allowed = allowedBy(readTemplate());
    const wrong = refused(allowed, calls);
    if (await wasWhole(project)) wrong.push(...unused(allowed, calls, UNMADE));
    else if (wrong.length === 0 && calls.length > 0)
      console.log('Least privilege: no call was refused. What nobody calls is judged when the whole suite has passed.');
    if (wrong.length > 0) throw new Error(`Least privilege does not hold:\n${wrong.join('\n')}`);
  };
}

function readRecord(): Call[] {
  let files: string[];
  try {
    files = readdirSync(CALLS);
  } catch {
    return [];
  }
  const lines = files.flatMap((file) => readFileSync(`${CALLS}/${file}`, 'utf8').split('\n'));
  return [...new Set(lines)].filter((line) => line !== '').map((line) => JSON.parse(line) as Call);
}

/** Whether every test of every file ran, and passed: what a part of the suite does not call says nothing. */
async function wasWhole(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  const modules = project.vitest.state.getTestModules();
  return (
    project.vitest.config.testNamePattern === undefined &&
    modules.length === testFiles.length &&
    modules.every((module) => module.state() === 'passed')
  );
}
