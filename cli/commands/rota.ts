/**
 * `pageturner rota --jsonl -`: rotas and questions in, one a line; who is on call out, one a line, in order.
 */

import { checkRota } from '../../shared/rota/check.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import { shifts } from '../../shared/rota/shifts.ts';
import { readInstant } from '../../shared/rota/wall.ts';
import { keyOf } from '../../shared/written/written.ts';
import { eachLine } from '../jsonl.ts';

class Refused extends Error {}

function instantIn(question: Record<string, unknown>, key: string): number {
  const instant = readInstant(question[key]);
  if (instant === undefined) throw new Refused(`${key}: write an instant, like 2026-11-23T03:12:00.000Z.`);
  return instant;
}

/** Answers one question: `{rota, at}` or `{rota, from, to}`, as the design's table of commands has it. */
export function answerRota(question: unknown): unknown {
  if (typeof question !== 'object' || question === null || !('rota' in question)) {
    throw new Refused('Write {"rota": …, "at": T} or {"rota": …, "from": T, "to": T}.');
  }
  const asked = question as Record<string, unknown>;
  const mistakes = checkRota(asked['rota']);
  if (mistakes.length > 0) {
    throw new Refused(mistakes.map(({ path, message, mend }) => `${keyOf(path)}: ${message} ${mend}`).join('\n'));
  }
  const rota = compileRota(asked['rota'] as Rota);
  if (asked['at'] !== undefined) {
    const { person } = onCallAt(rota, instantIn(asked, 'at'));
    return { oncall: person === undefined ? [] : [person] };
  }
  const [from, to] = [instantIn(asked, 'from'), instantIn(asked, 'to')];
  if (to < from) throw new Refused('to: is before from. Write a later instant.');
  return shifts(rota, from, to);
}

export async function runRota(): Promise<void> {
  await eachLine((line) => answerRota(JSON.parse(line)));
}
