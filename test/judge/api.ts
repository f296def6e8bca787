/** A fuzzer of APIs (schemathesis) against the console's API, over a local stack, by the API's own description. */
import { run } from '../local/running.ts';
import type { Verdict } from './judge.ts';
import { runTool } from './python.ts';

const PORT = 5600;
const EXAMPLES = 15;
const SECONDS = 15;

/** Checks that are left out, each with its reason. */
const LEFT_OUT: Record<string, string> = {
  unsupported_method: 'the HTTP API answers a method that no route has, before any function runs',
  positive_data_acceptance: 'a rota or a person that the catalogue does not know is refused, which no schema can say',
};

export async function judgeApi(): Promise<Verdict> {
  const stack = await run(PORT);
  try {
    const { code, output } = await runTool('schemathesis', [
      'run',
      `${stack.baseUrl}/api/openapi.json`,
      ...['--header', 'Authorization: Bearer local'],
      ...[
        '--max-examples',
        String(EXAMPLES),
        '--max-time',
        String(SECONDS),
        '--seed',
        '1',
        '--generation-deterministic',
      ],
      ...['--no-color', '--continue-on-failure', '--output-truncate', 'true', '--warnings', 'off'],
      ...['--exclude-checks', Object.keys(LEFT_OUT).join(',')],
    ]);
    const lines = output.split('\n').map((line) => line.trimEnd());
    const summary = lines.filter((line) => /generated|passed|failed/i.test(line)).slice(-3);
    const reasons = Object.entries(LEFT_OUT).map(([check, why]) => `left out ${check}: ${why}`);
    return { found: code === 0 ? [] : lines.slice(-120), notes: [...reasons, ...summary.map((line) => line.trim())] };
  } finally {
    await stack.end();
  }
}
