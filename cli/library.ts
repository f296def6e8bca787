/** The commands about a library of runbooks as a whole: search it, and pair it with an estate's alarms. */
import type { Command } from 'commander';

/** Called by the `pageturner` command alone. */
export function addLibraryCommands(program: Command): void {
  program
    .command('search')
    .description('the runbooks that answer a question, each with the section that does; mistyped words are forgiven')
    .argument('<words...>')
    .option('--catalogue <folder>', 'the catalogue; a folder with runbooks/ in it is enough', 'catalogue')
    .option('--json', 'one JSON document')
    .action(async (words: string[], options: { catalogue: string; json?: boolean }) => {
      process.exitCode = await (await import('./commands/search.ts')).runSearch(words.join(' '), options);
    });

  program
    .command('pair')
    .description("an estate's alarms, each with its runbook: confirm them, and write match into the runbooks")
    .requiredOption(
      '--alarms <file>',
      'describe-alarms, az monitor … list, an ARM export, terraform show -json, rules of Prometheus, or a history',
    )
    .option('--catalogue <folder>', 'the catalogue that is written', 'catalogue')
    .option('--markdown', 'a checklist for a merge request instead of questions')
    .option('--apply <checklist>', 'what is ticked in such a checklist instead of questions')
    .option('--at <instant>', 'as of then instead of now')
    .option('--json', 'one JSON document instead of questions')
    .action(async (options) => {
      await (await import('./commands/pair.ts')).runPair(options);
    });
}
