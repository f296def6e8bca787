/** The commands of the morning after: problem tickets and reviews. */
import type { Command } from 'commander';

type Option = readonly [flags: string, description: string];

/** `SERVER` and `TOKEN`: the options of every command that asks a running Pageturner. */
export function addMorningCommands(program: Command, SERVER: Option, TOKEN: Option): void {
  program
    .command('problems')
    .description('causes that have a problem ticket, with their age and the follow-ups that are still to be done')
    .option('--closed', 'those whose ticket is closed')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (options) => {
      await (await import('./commands/problems.ts')).runProblems(options);
    });

  program
    .command('review')
    .description('the review of an incident: opens a problem ticket for its cause')
    .argument('<id>', 'the incident: its id, or its reply code such as 7Y')
    .option('--open', 'open a problem ticket, where no rule of the catalogue does')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (id, options) => {
      await (await import('./commands/problems.ts')).runReview(id, options);
    });
}
