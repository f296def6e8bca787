/**
 * Havoc: minutes of traffic over the local stack while its functions are killed at random, now and then the table or the
 * queues alone, and now and then all of it at once. At the end every alert that had its 2xx must have led to its page.
 *
 *   npm run havoc -- --minutes 10 --seed 1
 *
 * Promises of the run itself: everything stays on loopback; only processes that it started are killed.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run, withoutDigests } from '../local/running.ts';
import { seeded } from '../simulation/random.ts';

const PORT = 4950;
const MEAN_BETWEEN_KILLS_MILLISECONDS = 700;
/** Between deaths of the whole stack: functions, table and queues. */
const MEAN_BETWEEN_CRASHES_MILLISECONDS = 45_000;
/** Between deaths of one engine, the table or the queues, while everything else goes on. */
const MEAN_BETWEEN_ENGINES_MILLISECONDS = 15_000;
const ALERTS_A_SECOND = 2;
const PATIENCE_MILLISECONDS = 180_000;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const end = Date.now() + Number(values.minutes) * 60_000;
const random = seeded(Number(values.seed));
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Waits that come as a random process does: exponential, so that any moment is as likely. */
const some = (mean: number) => -Math.log(1 - random.next()) * mean;

const first = await run(PORT, { catalogue: withoutDigests });
await first.stop();
const accepted: string[] = [];
const refused = new Map<string, number>();
const refuse = (why: string) => refused.set(why, (refused.get(why) ?? 0) + 1);
let kills = 0;
let engines = 0;
let crashes = 0;
/** Stacks that we kill ourselves. */
const expected = new Set<ChildProcess>();
let victim = await startVictim();

async function startVictim(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, '../local/victim.ts'), [String(PORT), first.folder], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The stack did not start again (exit ${code}).`)));
  });
  child.once('exit', () => {
    if (!expected.has(child)) throw new Error('The stack died by itself: killing a function must not take it along.');
  });
  return child;
}

/** The processes that the stack has started of one kind. */
function processesOf(pid: number, kind: 'runtime' | 'engine'): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid), '-f', `infra/local/${kind}.ts`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}

/** Kills one at a time of a kind, at random moments. */
async function killSome(kind: 'runtime' | 'engine', mean: number, killed: () => void): Promise<void> {
  while (Date.now() < end) {
    await wait(Math.min(some(mean), Math.max(0, end - Date.now())));
    const pids = processesOf(victim.pid!, kind);
    if (pids.length === 0) continue;
    try {
      process.kill(random.pick(pids), 'SIGKILL');
      killed();
    } catch {
      // It was gone already.
    }
  }
}

async function killStack(): Promise<void> {
  expected.add(victim);
  const gone = new Promise((resolve) => victim.once('exit', resolve));
  process.kill(-victim.pid!, 'SIGKILL');
  await gone;
}

async function crash(): Promise<void> {
  while (Date.now() < end) {
    await wait(Math.min(some(MEAN_BETWEEN_CRASHES_MILLISECONDS), Math.max(0, end - Date.now())));
    await killStack();
    crashes++;
    victim = await startVictim();
  }
}

async function send(): Promise<void> {
  for (let n = 0; Date.now() < end; n++) {
    const name = `havoc ${n}.`;
    const payload = { summary: name, source: 'host', severity: 'critical' };
    const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
    fetch(`http://127.0.0.1:${PORT}/v2/enqueue`, { method: 'POST', body, signal: AbortSignal.timeout(5000) }).then(
      ({ status }) => (status === 202 ? accepted.push(name) : refuse(String(status))),
      (error: Error) => refuse((error.cause as { code?: string } | undefined)?.code ?? error.name),
    );
    await wait(1000 / ALERTS_A_SECOND);
  }
}

await Promise.all([
  killSome('runtime', MEAN_BETWEEN_KILLS_MILLISECONDS, () => kills++),
  killSome('engine', MEAN_BETWEEN_ENGINES_MILLISECONDS, () => engines++),
  crash(),
  send(),
]);
await wait(5000);
await killStack();

const stack = await run(PORT, { folder: first.folder, catalogue: withoutDigests });
const began = Date.now();
const missing = () => {
  const texts = stack.phone
    .messages()
    .map(({ text }) => text)
    .join('\n');
  return accepted.filter((name) => !texts.includes(name));
};
while (missing().length > 0 && Date.now() - began < PATIENCE_MILLISECONDS) {
  await stack.lambdas['sweep']!.invoke({}).catch(() => {});
  await wait(2000);
}
const lost = missing();
console.log(
  `${values.minutes} minutes, seed ${values.seed}: ${accepted.length} alerts accepted, not ${[...refused].map(([why, count]) => `${count} ${why}`).join(', ') || 'one'}; ${kills} functions killed, the table or the queues alone ${engines} times, the whole stack ${crashes} times; ${lost.length} lost${lost.length > 0 ? `: ${lost.slice(0, 10).join(' ')}` : ''}; the last page ${Math.round((Date.now() - began) / 1000)} s after the end.`,
);
await stack.end();
process.exit(lost.length > 0 ? 1 : 0);
