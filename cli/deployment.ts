/** The commands of who deploys a Pageturner: its secrets and settings, and its catalogue. */
import type { Command } from 'commander';

export function addDeployment(program: Command): void {
  program
    .command('init')
    .description(
      'the secrets and the settings of a first deployment, asked one by one; says what is left to do by hand',
    )
    .option('--stage <name>', 'as it is deployed', 'prod')
    .option('--region <name>', 'where (AWS_REGION; else it is asked)')
    .option('--dry-run', 'only show what would be made')
    .option('--yes', 'store each missing secret without asking')
    .action(async (options) => {
      await (await import('./commands/init.ts')).runInit(options);
    });

  program
    .command('publish')
    .description('checks, compiles and puts a catalogue into force; atomic')
    .argument('[folder]', 'where catalogue.yaml is', 'catalogue')
    .option('--table <name>', 'the DynamoDB table', process.env['TABLE'] ?? 'pageturner')
    .option('--by <name>', 'who publishes')
    .option('--dry-run', 'only show what changes')
    .action(async (folder, options) => {
      await (await import('./commands/publish.ts')).runPublish(folder, options);
    });
}
