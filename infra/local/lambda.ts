/**
 * Functions as Lambda runs them: each in separate processes, one event at a time in each, killed at its timeout.
 */
import { type ChildProcess, fork } from 'node:child_process';

export type LambdaOptions = {
  name: string;
  bundle: string;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** How many events at once at most; each in its own process. */
  concurrency: number;
  onOutput: (line: string) => void;
  /** What Lambda's own REPORT line says of each invocation. */
  onReport?: (report: Report) => void;
};

/** How long an invocation took, without the wait for an instance; how long it computed; what its process holds, Node included. */
export type Report = { durationMilliseconds: number; processorMilliseconds: number; memoryMegabytes: number };

export type Lambda = {
  name: string;
  invoke: (event: unknown) => Promise<unknown>;
  /** Processes that are alive now. */
  pids: () => number[];
  stop: () => void;
};

type Instance = { child: ChildProcess; busy: boolean; ready: Promise<void> };
type Settle = { resolve: (value: unknown) => void; reject: (error: Error) => void };

const RUNTIME = new URL('./runtime.ts', import.meta.url).pathname;

export class FunctionError extends Error {}

/** A function that can be invoked. The first process starts at once, so that the first event meets a warm one. */
export function startLambda(options: LambdaOptions): Lambda {
  const instances = new Set<Instance>();
  const waiting: (() => void)[] = [];
  const pending = new Map<number, Settle>();
  let nextId = 1;
  let stopped = false;

  const start = (): Instance => {
    const child = fork(RUNTIME, [options.bundle], {
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line !== '') options.onOutput(line);
      });
    }
    const instance: Instance = { child, busy: false, ready: Promise.resolve() };
    instance.ready = new Promise((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) =>
        reject(new FunctionError(`${options.name} did not start (exit ${code}); its log says why.`)),
      );
    });
    instance.ready.catch(() => {});
    child.on('message', (message: { id: number; result?: unknown; error?: string; report: Report } | 'ready') => {
      if (message === 'ready') return;
      options.onReport?.(message.report);
      const settle = pending.get(message.id);
      pending.delete(message.id);
      if (message.error === undefined) settle?.resolve(message.result);
      else settle?.reject(new FunctionError(message.error));
    });
    child.once('exit', () => instances.delete(instance));
    // A process that was killed a moment ago takes no event: the caller gets an error, and the stack goes on.
    child.on('error', (error) => options.onOutput(`${options.name}: ${error.message}`));
    instances.add(instance);
    return instance;
  };

  const acquire = async (): Promise<Instance> => {
    for (;;) {
      const free = [...instances].find((one) => !one.busy && one.child.connected);
      const instance = free ?? (instances.size < options.concurrency ? start() : undefined);
      if (instance) {
        instance.busy = true;
        await instance.ready;
        return instance;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    if (stopped) throw new FunctionError('The stack is stopping.');
    const instance = await acquire();
    const id = nextId++;
    const deadline = Date.now() + options.timeoutSeconds * 1000;
    try {
      return await new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        const timer = setTimeout(() => {
          instance.child.kill('SIGKILL');
          reject(new FunctionError(`${options.name} timed out after ${options.timeoutSeconds} s`));
        }, options.timeoutSeconds * 1000);
        const died = () => reject(new FunctionError(`${options.name} died`));
        instance.child.once('exit', died);
        const settle = pending.get(id)!;
        pending.set(id, {
          resolve: (value) => {
            clearTimeout(timer);
            instance.child.off('exit', died);
            settle.resolve(value);
          },
          reject: (error) => {
            clearTimeout(timer);
            instance.child.off('exit', died);
            settle.reject(error);
          },
        });
        instance.child.send({ id, event, deadline }, (error) => {
          if (error) pending.get(id)?.reject(new FunctionError(`${options.name} died`));
        });
      });
    } finally {
      pending.delete(id);
      instance.busy = false;
      waiting.shift()?.();
    }
  };

  start();
  return {
    name: options.name,
    invoke,
    pids: () => [...instances].map((instance) => instance.child.pid).filter((pid) => pid !== undefined),
    stop: () => {
      stopped = true;
      for (const { child } of instances) child.kill('SIGKILL');
    },
  };
}
