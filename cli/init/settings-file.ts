/**
 * The file of a stage's settings (`stages/STAGE.yml`) and the line of serverless.yml that brings it in. Pure.
 *
 * Promises: what is written is what osls reads; a second time changes nothing.
 */
import { isMap, parseDocument, stringify } from 'yaml';
import { Misuse } from '../folder.ts';

/** Where the settings of a stage are, from the folder with serverless.yml. */
export function settingsPath(stage: string): string {
  return `stages/${stage}.yml`;
}

/** The file for these settings. */
export function settingsText(stage: string, settings: Record<string, string>): string {
  return [
    `# The settings of stage ${stage}; docs/settings.md says what each means, and which others there are.`,
    '# No secret belongs here: those are SecureStrings of Systems Manager.',
    stringify(settings, { lineWidth: 0 }),
  ].join('\n');
}

/** The settings that a file holds, as text. Throws `Misuse` where it is no map of settings. */
export function readSettings(text: string, path: string): Record<string, string> {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new Misuse(`${path} cannot be read: write a setting and its value a line.`);
  return Object.fromEntries(
    Object.entries(document.toJS() as Record<string, unknown>).map(([name, value]) => [name, String(value ?? '')]),
  );
}

/**
 * serverless.yml with the stage's file under `params`; unchanged where it names the stage already. Only this line is added: a
 * document that is written anew would lose its layout. Throws `Misuse` where the file has no `params`.
 */
export function withStage(template: string, stage: string): string {
  const params = parseDocument(template).get('params');
  if (!isMap(params) || !params.range)
    throw new Misuse("serverless.yml has no 'params': run init in a clone of this repository.");
  if (params.has(stage)) return template;
  const head = template.slice(0, params.range[1]).trimEnd();
  return `${head}\n  ${stage}: \${file(${settingsPath(stage)})}${template.slice(head.length)}`;
}
