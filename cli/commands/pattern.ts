/** `pageturner pattern --jsonl -`: does this pattern match this event? One `{"pattern": …, "event": …}` a line. */
import { parseJson } from '../../shared/pattern/json.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { eachLine } from '../jsonl.ts';

export async function runPattern(): Promise<void> {
  await eachLine(answer);
}

function answer(line: string): { match: boolean } | { error: unknown } {
  const asked = parseJson(line);
  if (typeof asked !== 'object' || asked === null || !('pattern' in asked) || !('event' in asked)) {
    return { error: 'a line must be an object with "pattern" and "event"' };
  }
  const compiled = compile(asked.pattern);
  return compiled.ok ? { match: matches(compiled.pattern, asked.event) } : { error: compiled.error };
}
