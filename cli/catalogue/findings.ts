/** From mistakes in a written value to findings with file and line. */
import type { GenericSchema } from 'valibot';
import { keyOf, type Mistake, mistakesIn, type Path } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';
import type { Source } from './source.ts';

/** How many findings one file may have: beyond that they have one cause, and a list of thousands hides it. */
const MAX_FINDINGS = 20;

/** What may hold a secret or a number: its text is never quoted. */
function isSecret([first, second, third]: Path): boolean {
  return (
    (first === 'contact' && second !== undefined) || (first === 'trackers' && (third === 'token' || third === 'url'))
  );
}

/** A mistake in a file. */
export function toFinding(source: Source, mistake: Mistake, level: Finding['level'] = 'error'): Finding {
  const { path, code, mend } = mistake;
  const message =
    isSecret(path) && code === 'bad-value'
      ? `${keyOf(path)} is not written in a form that can be used.`
      : mistake.message;
  const line = source.lineOf(path);
  return { level, code, file: source.path, ...(line === undefined ? {} : { line }), message, mend };
}

/** An error at a path of a file, in free words. */
export function errorAt(source: Source, path: Path, code: string, message: string, mend: string): Finding {
  return toFinding(source, { path, code, message, mend });
}

/** Where a file does not fit its schema. */
export function findingsOf(source: Source, schema: GenericSchema): Finding[] {
  return mistakesIn(schema, source.value)
    .slice(0, MAX_FINDINGS)
    .map((mistake) => toFinding(source, mistake));
}
