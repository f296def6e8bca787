/** The commands that try a catalogue before it is published: its tests, and the past replayed. */
import type { Command } from 'commander';

export function addTrialCommands(program: Command): void {
  program
    .command('test')
    .description(
      "the catalogue's tests: for an alert at an instant, its service, runbook, who is told when, and the words",
    )
    .argument('[folder]', 'where catalogue.yaml is; the tests are in tests/*.yaml', 'catalogue')
    .option('--write', 'write what is so now into tests that fail or expect nothing')
    .option('--json', 'one JSON document')
    .action(async (folder, options) => {
      await (await import('./commands/test.ts')).runTest(folder, options);
    });

  program
    .command('history')
    .description('the alerts of a time with their raw bodies, one a line; for backtest')
    .requiredOption('--from <instant>', 'from then')
    .option('--to <instant>', 'until then; now without it')
    .option('--table <name>', 'the DynamoDB table of the stack', 'pageturner')
    .option('--redacted', 'without raw bodies, descriptions, numbers and addresses: for pipelines')
    .action(async (options) => {
      await (await import('./commands/history.ts')).runHistory(options);
    });

  program
    .command('backtest')
    .description(
      'what a catalogue would have done with a history, beside another; exit 1 where an alert would reach nobody',
    )
    .requiredOption('--history <file>', "what 'history' printed, or '-' for standard input")
    .option('--catalogue <folder>', 'the catalogue that is judged', 'catalogue')
    .option('--base <folder>', 'the catalogue that it is compared with')
    .option('--line <number>', 'explain one alert of the history by both')
    .option('--markdown', 'one note for a merge request')
    .option('--note', 'also write that note on the merge request of this GitLab pipeline (PAGETURNER_NOTE_TOKEN)')
    .option(
      '--code-quality <file>',
      'also a report of the alerts that would reach nobody, for merge requests of GitLab',
    )
    .option('--json', 'one JSON document')
    .action(async (options) => {
      await (await import('./commands/backtest.ts')).runBacktest(options);
    });
}
