/** The page of commands: what the command says of itself, word for word. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '../../cli/pageturner.ts');
const WIDTH_COLUMNS = 120;

/** `docs/commands.md`. Made from `pageturner --help`. */
export function commandsPage(): string {
  const help = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: String(WIDTH_COLUMNS), NO_COLOR: '1' },
  });
  return [
    '# Commands',
    '',
    'This page is generated: `npm run docs` writes it. `pageturner COMMAND --help` lists the options of one command.',
    '[Install the command](install-the-command.md) says how to get it.',
    '',
    'Data goes to standard output and errors to standard error. `--json` gives one JSON document, `--jsonl` one a line. The',
    'command exits with 1 for findings and with 2 for misuse.',
    '',
    '```text',
    help.trim(),
    '```',
    '',
  ].join('\n');
}
