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
}
