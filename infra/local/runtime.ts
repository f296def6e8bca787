/**
 * What Lambda does around a function, in a separate process: loads the bundle, takes one event at a time, answers or
 * says what was thrown. `stack.ts` starts it with the bundle's path and talks to it over IPC.
 */
import { createRequire } from 'node:module';

type Invoke = { id: number; event: unknown; deadline: number };
type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const bundle = process.argv[2]!;
const { handler } = createRequire(bundle)(bundle) as { handler: Handler };

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ id, event, deadline }: Invoke) => {
  const context = {
    awsRequestId: String(id),
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${process.env['AWS_LAMBDA_FUNCTION_NAME']}`,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const began = performance.now();
  const processor = process.cpuUsage();
  const report = () => ({
    durationMilliseconds: performance.now() - began,
    processorMilliseconds: processorSince(processor),
    memoryMegabytes: process.memoryUsage().rss / 1_048_576,
  });
  try {
    const result = (await handler(event, context)) ?? null;
    process.send?.({ id, result, report: report() });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.send?.({ id, error: message, report: report() });
  }
});
function processorSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

process.send?.('ready');
