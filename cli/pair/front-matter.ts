/** Writes fields into the front matter of a runbook and leaves everything else as it is. Pure. */
import { parseDocument } from 'yaml';
import { splitPage } from '../../shared/runbook/foreign.ts';

/** @returns the text with the pattern. @throws as `withFields` does */
export function withMatch(text: string, match: object): string {
  return withFields(text, { match });
}

/** @returns the text with the fields. @throws RangeError where the front matter is not YAML that can be written */
export function withFields(text: string, fields: Record<string, unknown>): string {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  const split = splitPage(source);
  if (split === undefined) throw new RangeError('its front matter never ends');
  if (source.startsWith('+++'))
    throw new RangeError(`its front matter is TOML: write ${Object.keys(fields).join(', ')} by hand`);
  const document = parseDocument(split.end === 0 ? '' : split.front);
  if (document.errors.length > 0) throw new RangeError('its front matter is no YAML');
  if (document.contents === null && split.end > 0) document.contents = document.createNode({}) as never;
  for (const [name, value] of Object.entries(fields)) document.set(name, document.createNode(value));
  const front = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
  return `---\n${front}\n---\n${split.body}`;
}
