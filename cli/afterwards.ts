/** The commands of the morning after: what a time cost people, and what comes of it. */
import { type Command, Option } from 'commander';
import { GROUPINGS } from '../shared/toil/toil.ts';
import { SERVER, SERVER_ALONE, TOKEN } from './options.ts';

export function addAfterwards(program: Command): void {
  program
    .command('toil')
    .description('what alerts cost people over a time, beside the time before, and what would pay off first')
    .option('--from <instant>', 'a date or an instant; 30 days before the end without it')
    .option('--to <instant>', 'likewise; does not belong to the time; now without it')
    .addOption(new Option('--by <what>', 'a row for each').choices(GROUPINGS).default('service'))
    .option('--patch', 'what would pay off first as a patch of the catalogue, for git apply')
    .option('--catalogue <folder>', 'the catalogue that the patch changes', 'catalogue')
    .option(...SERVER_ALONE)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async ({ server, ...options }) => {
      await (await import('./commands/toil.ts')).runToil(options, server);
    });

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
    .description('the review of an incident as Markdown, as its ticket would have it; with --file for a merge request')
    .argument('<id>', 'the incident, its cause, or the reply code of an open one')
    .option('--file', 'write it to reviews/ of the catalogue')
    .option(
      '--workaround <text>',
      'what helps until the cause is gone: the next page shows it; an empty one takes it away',
    )
    .option('--open', 'open a problem ticket for its cause, where no rule of the catalogue does')
    .option('--catalogue <folder>', 'the catalogue that the file goes to', 'catalogue')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (id, options) => {
      if (options.open) return (await import('./commands/problems.ts')).runOpenProblem(id, options);
      await (await import('./commands/review.ts')).runReview(id, options);
    });

  program
    .command('why')
    .description('asks the five whys one by one and keeps the answers; one that names a person is refused')
    .argument('<id>', 'the incident, its cause, or the reply code of an open one')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'the answers as one JSON document')
    .action(async (id, options) => {
      await (await import('./commands/review.ts')).runWhy(id, options);
    });

  program
    .command('follow-ups')
    .description('what is still to be done after incidents, with what each cause has cost since it was proposed')
    .option('--owner <team>', 'only what this team is to do')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (options) => {
      await (await import('./commands/follow-ups.ts')).runFollowUps(options);
    });

  program
    .command('follow-up')
    .description('proposes a follow-up of an incident, or decides on one: follow-up ID f2 --agree --due 2026-12-11')
    .argument('<incident>', 'the incident, its cause, or the reply code of an open one')
    .argument('[id]', 'the follow-up, such as f2; without it a new one')
    .option('--text <what>', 'what is to be done')
    .option('--agree', 'it will be done')
    .option('--done', 'it is done')
    .option('--not-doing <why>', 'it will not be done, because')
    .option('--owner <team>')
    .option('--due <date>', 'like 2026-12-11')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (incident, id, options) => {
      await (await import('./commands/follow-ups.ts')).runFollowUp(incident, id, options);
    });
}
