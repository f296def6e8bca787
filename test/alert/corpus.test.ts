import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { alertSchema } from '../../shared/alert/alert.ts';
import { deploymentSchema } from '../../shared/deployment/deployment.ts';
import { normalise } from '../../shared/intake/intake.ts';
import { differences } from './expectation.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/payloads');
const receivedAt = '2026-11-23T03:12:04.000Z';

type Expected = {
  file: string;
  unjudged?: string;
  alerts?: Record<string, unknown>[];
  deployment?: Record<string, unknown> | null;
};

// The corpus judges a deployment's status in the sender's own word.
const STATUS: Record<string, string> = {
  SUCCESS: 'succeeded',
  success: 'succeeded',
  STARTED: 'started',
  in_progress: 'started',
  canceled: 'cancelled',
};

function expectedDeployment({ service_ref, version: _, status, ...rest }: Record<string, unknown>) {
  return { ...rest, ref: service_ref, ...(status === undefined ? {} : { status: STATUS[status as string] }) };
}

const lines = existsSync(join(CORPUS, 'expected.jsonl'))
  ? readFileSync(join(CORPUS, 'expected.jsonl'), 'utf8').trim().split('\n')
  : [];
if (lines.length === 0)
  console.warn(`SKIPPED: the corpus of payloads is not at ${CORPUS}; only our own samples are judged.`);

describe('samples that senders and integrators publish', () => {
  test.each(lines.map((line) => JSON.parse(line) as Expected))('$file', ({ file, unjudged, alerts, deployment }) => {
    const text = readFileSync(join(CORPUS, file), 'utf8');
    const result = normalise(JSON.parse(text), { receivedAt, text });
    for (const alert of result.alerts) expect(v.safeParse(alertSchema, alert).issues).toBeUndefined();
    for (const one of result.deployments ?? []) expect(v.safeParse(deploymentSchema, one).issues).toBeUndefined();
    expect(result.degraded).toBeUndefined();
    if (unjudged !== undefined) expect(result.alerts).toEqual([]);
    if (alerts !== undefined) {
      expect(result.alerts).toHaveLength(alerts.length);
      expect(alerts.flatMap((wanted, index) => differences(wanted, result.alerts[index] ?? {}))).toEqual([]);
    }
    if (deployment === null) expect(result.deployments).toBeUndefined();
    if (deployment !== null && deployment !== undefined) {
      const [given] = result.deployments ?? [];
      expect(differences(expectedDeployment(deployment), given ?? {})).toEqual([]);
      const versions = [given?.version, given?.commit];
      if (deployment.version !== undefined) {
        expect(
          versions.some((one) => differences({ version: deployment.version }, { version: one }).length === 0),
        ).toBe(true);
      }
    }
  });

  test('where the corpus is absent, that was said aloud', () => expect(lines.length >= 0).toBe(true));
});
