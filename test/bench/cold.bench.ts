/** How long a function takes from a new process to its first event, beside a process with an empty handler; and how large it is. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUDGET_BYTES, buildFunctions } from '../../infra/build/build.ts';

const STARTS = 15;
const RUNTIME = join(import.meta.dirname, '../../infra/local/runtime.ts');

export const title = 'Cold starts and sizes';

export async function run() {
  const built = await buildFunctions({ zip: false });
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-cold-'));
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, 'exports.handler = async () => ({});');
  try {
    const rows = [];
    for (const { name, file, bytes } of built) {
      // One and the other in turn, so that both meet the same moments of the machine.
      const [ours, theirs]: [number[], number[]] = [[], []];
      for (let n = 0; n < STARTS; n++) {
        ours.push(await start(file));
        theirs.push(await start(empty));
      }
      const [value, rival] = [median(ours), median(theirs)];
      rows.push({
        name: `${name}: cold start`,
        value,
        unit: 'ms',
        rival: { name: 'an empty handler', value: rival },
        ratio: Math.round((100 * value) / rival) / 100,
        aim: `at most 120 ms over it; it is ${value - rival}`,
      });
      const budget = BUDGET_BYTES[name as keyof typeof BUDGET_BYTES];
      rows.push({
        name: `${name}: minified`,
        value: bytes,
        unit: 'bytes',
        rival: { name: 'its budget', value: budget },
        ratio: Math.round((100 * bytes) / budget) / 100,
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until the bundle is loaded and would take an event. */
function start(bundle: string): Promise<number> {
  const began = performance.now();
  const child = fork(RUNTIME, [bundle], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => {
      resolve(performance.now() - began);
      child.kill('SIGKILL');
    });
    child.once('exit', (code) => reject(new Error(`${bundle} did not start (exit ${code}).`)));
  });
}

/** As much of Lambda's environment as a function needs to load. */
const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  TABLE: 'pageturner',
  BASE_URL: 'http://127.0.0.1:1',
  LINK_SECRET: 'local',
  HOOK_KEYS: 'local',
};

function median(values: number[]): number {
  return Math.round(values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!);
}

if (import.meta.main) console.table(await run());
