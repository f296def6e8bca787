/**
 * Promise 1 and 4 on real processes: whatever moment the machine goes down at, every alert that had its 2xx leads to its
 * page. The moments come from a seed; what each kill meets still differs from run to run, as it does in life.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run, withoutDigests } from './running.ts';

const KILLS = 12;
const PORT = 4720;
const SEED = 312;
/** Long enough for a kill to come after the last page of a quiet round. */
const LONGEST_WAIT_MILLISECONDS = 600;

it(`loses no alert in ${KILLS} kills at random moments`, { timeout: 240_000 }, async () => {
  const random = mulberry(SEED);
  const first = await run(PORT, { catalogue: withoutDigests });
  await first.stop();
  const accepted: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const victim = await startVictim(first.folder);
    const answered = Promise.withResolvers<void>();
    const traffic = sendThree(round, accepted, answered.resolve);
    // Half of the kills may meet a cold start; the others come after the first answer, and meet what follows an alert.
    if (round % 2 === 1) await answered.promise;
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_WAIT_MILLISECONDS));
    await killAll(victim);
    await traffic;
  }
  // Every second kill waits for an answer: so many at least were accepted, however slow the machine is.
  expect(accepted.length).toBeGreaterThanOrEqual(KILLS / 2);

  const stack = await run(PORT, { folder: first.folder, catalogue: withoutDigests });
  const unpaged = () => {
    const texts = stack.phone.messages().map(({ text }) => text);
    return accepted.filter((name) => !texts.some((text) => text.includes(name)));
  };
  try {
    // A page that somebody held when the machine went down is free again after its lease; the sweep then finds it.
    await expect
      .poll(
        async () => {
          const missing = unpaged();
          if (missing.length > 0) await stack.lambdas['sweep']!.invoke({});
          return missing;
        },
        { timeout: 65_000, interval: 1000 },
      )
      .toEqual([]);
  } finally {
    await stack.end();
  }
});

async function startVictim(folder: string): Promise<ChildProcess> {
  // A process group of its own: a kill takes functions, table and queues with it, as a power cut does.
  const victim = fork(join(import.meta.dirname, 'victim.ts'), [String(PORT), folder], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  await new Promise<void>((resolve, reject) => {
    victim.once('message', () => resolve());
    victim.once('exit', (code) => reject(new Error(`The stack did not start again (exit ${code}).`)));
  });
  return victim;
}

async function killAll(victim: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => victim.once('exit', resolve));
  process.kill(-victim.pid!, 'SIGKILL');
  await gone;
}

/** Three alerts, one after the other; those that had their 202 go on the list, and the first of them calls `answered`. */
async function sendThree(round: number, accepted: string[], answered: () => void): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const name = `kill ${round}-${n}.`;
    const payload = { summary: name, source: 'host', severity: 'critical' };
    const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
    try {
      const answer = await fetch(`http://127.0.0.1:${PORT}/v2/enqueue`, { method: 'POST', body });
      if (answer.status === 202) accepted.push(name);
      answered();
    } catch {
      // A request that met the kill has no answer, and nothing was promised for it.
      return;
    }
  }
}

/** A small generator of numbers from 0 to 1 that a seed decides. [mulberry32, public domain] */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
