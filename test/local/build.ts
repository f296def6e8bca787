/**
 * Before all tests: the functions are bundled and packed once; each stack then starts from what is there. After all tests:
 * what the functions called meanwhile is held against what their roles allow, and what they logged against
 * what a log may hold.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { buildFunctions, OUT } from '../../infra/build/build.ts';
import { type Call, RECORD_CALLS_IN } from '../../infra/local/calls.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { unfit } from '../infra/lines.ts';
import { allowedBy, refused, unused } from '../infra/privilege.ts';
import { UNMADE } from '../infra/unmade.ts';

/** A folder for each run: two at once in one checkout must not read each other's. */
const CALLS = `${OUT}/calls/${process.pid}`;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(CALLS, { recursive: true, force: true });
  process.env[RECORD_CALLS_IN] = CALLS;
  await buildFunctions({ zip: true });
  return async () => {
    const calls = [...new Set(readRecord('.jsonl'))].map((line) => JSON.parse(line) as Call);
    const allowed = allowedBy(readTemplate());
    const wrong = [...refused(allowed, calls), ...unfit(readRecord('.log'))];
    if (await wasWhole(project)) wrong.push(...unused(allowed, calls, UNMADE));
    else if (wrong.length === 0 && calls.length > 0)
      console.log('Least privilege: no call was refused. What nobody calls is judged when the whole suite has passed.');
    rmSync(CALLS, { recursive: true, force: true });
    if (wrong.length > 0) throw new Error(`Least privilege or what is logged does not hold:\n${wrong.join('\n')}`);
  };
}

/** The lines of all files of the record that end so; none where no stack ran. */
function readRecord(ending: string): string[] {
  const files = existsSync(CALLS) ? readdirSync(CALLS).filter((file) => file.endsWith(ending)) : [];
  return files.flatMap((file) => readFileSync(`${CALLS}/${file}`, 'utf8').split('\n')).filter((line) => line !== '');
}

/** Whether every file ran and none failed (some need what a machine may lack, and skip): a part of the suite says nothing of the rest. */
async function wasWhole(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  const modules = project.vitest.state.getTestModules();
  return (
    project.vitest.config.testNamePattern === undefined &&
    modules.length === testFiles.length &&
    modules.every((module) => ['passed', 'skipped'].includes(module.state()))
  );
}
