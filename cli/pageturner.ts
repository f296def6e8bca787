/**
 * The `pageturner` command. One file a verb in `commands/`; each is imported only when asked for, so that
 * `pageturner pattern` does not pay for the AWS SDK.
 *
 * Promises: data on standard output, errors on standard error; exit 0 for fine, 1 for findings, 2 for misuse.
 */
import { Command, InvalidArgumentError } from 'commander';
import about from '../package.json' with { type: 'json' };
import { addAfterwards } from './afterwards.ts';
import { addDeployment } from './deployment.ts';
import { addLibraryCommands } from './library.ts';
import { SERVER, TOKEN } from './options.ts';
import { addTrialCommands } from './trial.ts';

// `pageturner … | head` closes the pipe early: what was wanted was read, and there is nothing to complain of.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('pageturner')
  .description(about.description)
  .enablePositionalOptions()
  .version(about.version)
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

program
  .command('rota')
  .description('who is on call? {"rota":…,"at":T} or {"rota":…,"from":T,"to":T} a line in, the answer a line out')
  .requiredOption('--jsonl <source>', 'one JSON document a line; - is standard input', fromStandardInput)
  .action(async () => {
    await (await import('./commands/rota.ts')).runRota();
  });

program
  .command('lint')
  .description('every mistake in a catalogue with file, line and fix, and what would go wrong in the next 90 days')
  .argument('[folder]', 'where catalogue.yaml is', 'catalogue')
  .option('--at <instant>', 'as of then instead of now')
  .option('--json', 'one JSON document')
  .option(
    '--live',
    'also what the running Pageturner knows: ways that were never proved, deployments that nobody claims',
  )
  .option(...SERVER)
  .option(...TOKEN)
  .option('--code-quality <file>', 'also a report that merge requests of GitLab show')
  .option(
    '--alarms <file>',
    'alarms at their senders instead: describe-alarms, az monitor … list, an ARM export, terraform show -json',
  )
  .option('--target <name...>', 'with --alarms: topics and action groups that lead to Pageturner')
  .action(async (folder, options) => {
    if (options.alarms !== undefined) return (await import('./commands/alarms.ts')).runLintAlarms(folder, options);
    await (await import('./commands/lint.ts')).runLint(folder, options);
  });

program
  .command('oncall')
  .description('who is on call, until when, and who is next')
  .option('--at <instant>', 'then instead of now')
  .option('--rota <name>', 'only this rota')
  .option('--catalogue <folder>', 'by this folder instead of the running Pageturner')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/oncall.ts')).runOncall(options);
  });

program
  .command('shifts')
  .description('who is on call between two instants; four weeks from now where none are given')
  .option('--from <when>', 'a date, a wall time of the rota, or an instant')
  .option('--to <when>', 'likewise; does not belong to the range')
  .option('--rota <name>', 'only this rota')
  .option('--person <id>', 'only this person')
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--json', 'one JSON document')
  .option('--ical', 'a calendar (RFC 5545)')
  .action(async (options) => {
    await (await import('./commands/shifts.ts')).runShifts(options);
  });

program
  .command('calendars')
  .description(
    'fetches the calendars that layers name by url into the catalogue; where one is down, the last copy stays',
  )
  .argument('[folder]', 'where catalogue.yaml is', 'catalogue')
  .action(async (folder) => {
    await (await import('./calendars.ts')).runCalendars(folder);
  });

program
  .command('fairness')
  .description('what each person of a rota carries: hours, nights, weekends, bank holidays, beside the mean')
  .option('--from <when>', 'a date, a wall time of the rota, or an instant; else 90 days ago')
  .option('--to <when>', 'likewise; else now')
  .option('--rota <name>', 'only this rota')
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--pages', 'also how often each was paged, and at night: asks the running Pageturner')
  .option('--server <address>', 'where Pageturner runs (PAGETURNER_URL; else this machine)')
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    const { server, ...rest } = options;
    await (await import('./commands/fairness.ts')).runFairness(rest, server);
  });

program
  .command('off')
  .description('a person is off for a time: which of their shifts somebody must take')
  .argument('<person>', 'their id')
  .requiredOption('--from <when>', 'a date, a wall time of the rota, or an instant')
  .requiredOption('--to <when>', 'likewise; does not belong to the range')
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--json', 'one JSON document')
  .action(async (person, options) => {
    await (await import('./commands/off.ts')).runOff(person, options);
  });

program
  .command('pattern')
  .description(
    'does a pattern match an event? {"pattern":…,"event":…} a line in, {"match":…} or {"error":…} a line out',
  )
  .requiredOption('--jsonl <source>', 'one JSON document a line; - is standard input', fromStandardInput)
  .action(async () => {
    await (await import('./commands/pattern.ts')).runPattern();
  });

program
  .command('normalise')
  .description('payloads as their senders send them, to alerts and deployments')
  .argument('[file...]', "files with one payload each, or '-' for standard input")
  .option('--json', 'one JSON document (the default)')
  .option('--jsonl', "with '-': one payload a line in, one result a line out")
  .action(async (files: string[], options: { json?: boolean; jsonl?: boolean }) => {
    process.exitCode = await (await import('./commands/normalise.ts')).runNormalise(files, options);
  });

program
  .command('match')
  .description('which runbook? one alert a line in, {"runbook":…,"by":…,"candidates":[…]} a line out')
  .requiredOption('--catalogue <folder>', 'the catalogue; a folder with runbooks/ in it is enough')
  .requiredOption('--jsonl <source>', 'one alert a line; - is standard input', fromStandardInput)
  .action(async ({ catalogue }: { catalogue: string }) => {
    await (await import('./commands/match.ts')).runMatch(catalogue);
  });

addLibraryCommands(program);

program
  .command('send')
  .description('posts payloads to a running Pageturner, as their senders would')
  .argument('<file...>', 'one payload each')
  .option(...SERVER)
  .option('--key <key>', 'the hook key', process.env['PAGETURNER_KEY'] ?? 'local')
  .action(async (files, options) => {
    await (await import('./commands/send.ts')).runSend(files, options);
  });

addTrialCommands(program);

program
  .command('explain')
  .description('for a payload: the alert, service, runbook and why, whom it would page when and with what words')
  .argument('<file...>', "payloads, or '-' for standard input")
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--at <instant>', 'then instead of now')
  .option(
    '--deployments <file>',
    "what 'deployments --json' printed: rank these as suspects, with the parts of each score",
  )
  .option('--live', 'with what people said to the running Pageturner about the runbooks of alerts')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (files, options) => {
    await (await import('./commands/explain.ts')).runExplain(files, options);
  });

program
  .command('incidents')
  .description('what is open, or one incident with its timeline')
  .argument('[id]', 'its id, or its reply code such as 7Y')
  .option('--resolved', 'those that are over')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (id, options) => {
    await (await import('./commands/operate.ts')).runIncidents(id, options);
  });

for (const [verbs, action, description] of [
  [['ack'], 'acknowledge', 'it is mine: nobody else is paged'],
  [['resolve'], 'resolve', 'it is over'],
  [['pass-on', 'escalate'], 'escalate', 'pass it on: the next step of the policy is paged now'],
] as const) {
  program
    .command(verbs[0])
    .aliases(verbs.slice(1))
    .description(description)
    .argument('<id>', 'the incident: its id, or its reply code such as 7Y')
    .option(...SERVER)
    .option(...TOKEN)
    .option('--json', 'one JSON document')
    .action(async (id, options) => {
      await (await import('./commands/operate.ts')).runAct(action, id, options);
    });
}

program
  .command('silence')
  .description('matching alerts page nobody for a time; without options, the silences in force')
  .option('--pattern <json>', 'an event pattern over the alert, or a file with one')
  .option('--minutes <n>', 'for how long')
  .option('--file <yaml>', 'planned maintenance: a list of match, from, for and why')
  .option('--why <text>')
  .option('--end <id>', 'ends a silence')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/silence.ts')).runSilence(options);
  });

program
  .command('test-page')
  .description('asks a person to answer by each of their ways: nothing is wrong, nobody else is paged')
  .argument('<person>', 'whose id in the catalogue')
  .option('--by <channel>', 'only by this way')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (person, options) => {
    await (await import('./commands/contacts.ts')).runTestPage(person, options);
  });

program
  .command('override')
  .description('puts a person on call in a rota for a time; without options, what is in force')
  .option('--rota <name>')
  .option('--person <id>')
  .option('--minutes <n>', 'for how long')
  .option('--from <when>', 'an instant or a wall time of the rota; without it, now')
  .option('--until <when>', 'likewise; instead of --minutes')
  .option('--instead-of <id>', 'only where it was this person')
  .option('--end <id>', 'ends an override, or all those of a swap')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/override.ts')).runOverride(options);
  });

program
  .command('swap')
  .description('two people of a rota exchange shifts; undone as one with override --end')
  .requiredOption('--rota <name>')
  .requiredOption('--person <id>', 'who gives')
  .requiredOption('--with <id>', 'who takes it over')
  .requiredOption('--give <when>', 'a time within the shift, or FROM/TO for all shifts and parts of shifts in it')
  .option('--take <when>', 'what is taken in return, written likewise; without it, all that the other has in FROM/TO')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/override.ts')).runSwap(options);
  });

program
  .command('rollback')
  .description('an earlier catalogue in force again; without a digest, lists them')
  .argument('[digest]', 'the beginning of its digest')
  .option('--table <name>', 'the DynamoDB table', process.env['TABLE'] ?? 'pageturner')
  .option('--by <name>', 'who does it')
  .action(async (digest, options) => {
    await (await import('./commands/rollback.ts')).runRollback(digest, options);
  });

program
  .command('redrive')
  .description('messages that were given up: what they are; with --go they come again')
  .option('--prefix <text>', "how the stack's queues begin, like pageturner-prod-", '')
  .option('--go', 'put them on their queues again')
  .action(async (options) => {
    await (await import('./commands/redrive.ts')).runRedrive(options);
  });

program
  .command('import')
  .description("another tool's export as a catalogue: a plan first, written only with --write")
  .argument('<tool>', 'opsgenie, pagerduty, incident-manager, grafana-oncall or goalert')
  .argument('<files...>', "answers of the tool's API, as JSON")
  .option('--into <folder>', 'where the catalogue goes', 'catalogue-import')
  .option('--write', 'write the files; none is overwritten')
  .option('--at <instant>', 'then instead of now')
  .option('--json', 'one JSON document')
  .action(async (tool, files, options) => {
    await (await import('./commands/import.ts')).runImport(tool, files, options);
  });

const drafted = program
  .command('new')
  .description('writes a first draft: new runbook --from PAYLOAD, new sender FILE…');

drafted
  .command('runbook')
  .description('a runbook for an alert as it came')
  .requiredOption('--from <file>', 'a payload as its sender sends it')
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--name <id>', 'its path under runbooks/, without .md')
  .action(async (options) => {
    await (await import('./commands/new-runbook.ts')).runNewRunbook(options);
  });

drafted
  .command('sender')
  .description('a sender that the product does not know, from a body that fires and one that is its end')
  .argument('<file...>', 'the bodies as it posts them')
  .option('--catalogue <folder>', 'the folder with catalogue.yaml; not what a running Pageturner has', 'catalogue')
  .option('--name <name>', "else it is taken from the first file's name")
  .action(async (files, options) => {
    await (await import('./commands/new-sender.ts')).runNewSender(files, options);
  });

program
  .command('deployments')
  .description('what was deployed lately, newest first')
  .option('--service <name>', 'only of this service; - for what belongs to none')
  .option('--since <time>', 'a duration like 24h, or an instant', '24h')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/deployments.ts')).runDeployments(options);
  });

program
  .command('deployed')
  .description('tells Pageturner that something was deployed or changed: for scripts')
  .requiredOption('--service <name>', 'the service, by its name or an alias')
  .option('--ref <ref>', 'the project or what it is called where it comes from')
  .option('--id <id>', 'what tells it from others of the same version, such as the number of the pipeline')
  .option('--version <version>')
  .option('--environment <name>', 'where', 'production')
  .option('--status <status>', 'started, succeeded, failed, cancelled or rolled-back', 'succeeded')
  .option('--title <text>', 'what changed')
  .option('--by <name>', 'who', process.env['USER'])
  .option('--url <url>', 'where to see it')
  .option(...SERVER)
  .option('--key <key>', 'the hook key (PAGETURNER_KEY)')
  .action(async (options) => {
    await (await import('./commands/deployments.ts')).runDeployed(options);
  });

program
  .command('doctor')
  .description('asks every part whether it would page people tonight, and says how to fix what would not')
  .option('--catalogue <folder>', 'also whether this is the catalogue in force')
  .option('--own-alarms <arn>', 'the topic of those who hear when Pageturner itself is broken, if it is another')
  .option('--stage <name>', 'whose secrets, if it is another than the stack says')
  .option('--no-account', 'ask Pageturner alone, not its AWS account')
  .option('--key <key>', 'send an alert that wakes nobody, with this key of a sender')
  .option('--test-page <person>', 'send a test page to yourself, by every way you have')
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/doctor.ts')).runDoctor(options);
  });

program
  .command('shadow')
  .description('whom Pageturner would have told about services in shadow; beside another tool')
  .option('--since <time>', 'a duration like 24h, or an instant', '24h')
  .option(
    '--beside <file>',
    "incidents of the other tool: PagerDuty's or Opsgenie's answer, or a list of at, title, service",
  )
  .option(...SERVER)
  .option(...TOKEN)
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/shadow.ts')).runShadow(options);
  });

program
  .command('cost')
  .description('what a month costs, line by line, from list prices with their date')
  .option('--alerts <n>', 'alerts a month', '10000')
  .option('--pages <n>', 'times that a person is told, a month', '300')
  .option('--people <n>', 'people on call')
  .option('--per-user <usd>', 'the price of another product, a person and month')
  .option('--json', 'one JSON document')
  .action(async (options) => {
    await (await import('./commands/cost.ts')).runCost(options);
  });

addAfterwards(program);
addDeployment(program);

await program.parseAsync();

function fromStandardInput(source: string): string {
  if (source !== '-') throw new InvalidArgumentError('only - (standard input) is read.');
  return source;
}
