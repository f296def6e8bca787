/** The page of settings, from `params` of serverless.yml and the forms that the build checks. Pure but for the file it reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { FORMS } from '../build/settings.ts';

const TEMPLATE = join(import.meta.dirname, '../../serverless.yml');

/** docs/settings.md as it should be. Throws where the template has no `params.default`. */
export function settingsPage(): string {
  const params = parseDocument(readFileSync(TEMPLATE, 'utf8')).getIn(['params', 'default']);
  if (!isMap(params)) throw new Error('serverless.yml has no params.default.');
  const rows = params.items.map(({ key, value }) => {
    if (!isScalar(key)) throw new Error('A key of params.default is no text.');
    const name = String(key.value);
    const given = isScalar(value) && value.value !== '' ? `\`${String(value.value)}\`` : 'empty';
    return `| \`${name}\` | ${given} | ${cell(FORMS[name]?.[1] ?? '')} | ${cell(key.commentBefore ?? '')} |`;
  });
  return [
    '# Settings of a deployment',
    '',
    '<!-- Written by `npm run docs` from serverless.yml and infra/build/settings.ts. -->',
    '',
    'Settings are in `stages/STAGE.yml`, a setting and its value a line; `pageturner init` writes it, and a line of `params` in',
    '`serverless.yml` that names it ([the first hour](first-hour.md)). `ssm:/…` names a SecureString parameter that the functions read',
    'themselves. A wrong setting stops the deployment before anything is created, and the message says how to fix it.',
    '',
    '| setting | default | allowed values | note |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();
}
