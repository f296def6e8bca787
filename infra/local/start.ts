/**
 * `npm start`: the whole system on this machine, with the sample catalogue, until Ctrl-C.
 */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { catalogueInForce, publishCatalogue } from '../../shared/store/catalogues.ts';
import { openTable, type Table } from '../../shared/store/store.ts';
import { DEFAULT_PORT, type Stack, StackError, startStack } from './stack.ts';

const HELP = 'npm start -- [--port N] [--state FOLDER] [--catalogue FOLDER]';

try {
  const options = readOptions();
  const catalogue = await readCatalogue(options.catalogue);
  const names = namesByAddress(catalogue.compiled?.people ?? {});
  console.log('Building the functions and starting them: some seconds, up to two minutes on a busy machine …');
  const stack = await startStack({
    port: options.port,
    folder: options.state,
    nameOf: (address) => names.get(address),
    log: (line) => console.error(line),
    prepare: (table) => publish(openTable(table.name, table.client), catalogue, options.catalogue),
  });
  process.on('SIGINT', () => void stack.stop().then(() => process.exit(0)));
  process.on('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
  greet(stack, options);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exit(1);
}

type Options = { port: number; state: string; catalogue: string };

function readOptions(): Options {
  let values: { port?: string; state?: string; catalogue?: string };
  try {
    values = parseArgs({
      options: { port: { type: 'string' }, state: { type: 'string' }, catalogue: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new StackError(`${error instanceof Error ? error.message : error}\nUse: ${HELP}`);
  }
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000)
    throw new StackError(`--port takes a number from 1024 to 65000, not '${values.port}'.`);
  return { port, state: resolve(values.state ?? '.pageturner'), catalogue: resolve(values.catalogue ?? 'catalogue') };
}

type Read = { compiled: ReturnType<typeof lintFiles>['catalogue']; errors: string[] };

async function readCatalogue(folder: string): Promise<Read> {
  const read = await readCatalogueFolder(folder).catch((error: Error) => {
    throw new StackError(`${error.message} Give a folder that has one: ${HELP}`);
  });
  const { catalogue, findings } = lintFiles(read.files, Date.now());
  const errors = [...read.findings, ...findings].filter(({ level }) => level === 'error');
  return {
    compiled: catalogue,
    errors: errors.map(
      ({ file, line, message, mend }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${message} ${mend}`,
    ),
  };
}

/** Puts the folder's catalogue into force; a broken one leaves the published one, and without any there is no start. */
async function publish(table: Table, { compiled, errors }: Read, folder: string): Promise<void> {
  const inForce = await catalogueInForce(table);
  if (compiled === undefined) {
    const sentence = `The catalogue in ${folder} does not compile; mend this, and see 'npx pageturner lint':\n${errors.join('\n')}`;
    if (!inForce) throw new StackError(sentence);
    console.error(`${sentence}\nThe one published on ${inForce.at} stays in force.\n`);
    return;
  }
  if (inForce?.digest === compiled.digest) return;
  const prepared = prepareRunbooks(Object.values(compiled.runbooks), compiled.defaults.runbookHosts);
  await publishCatalogue(table, compiled, prepared, new Date().toISOString(), 'npm start');
}

function namesByAddress(
  people: Record<string, { name: string; contact: Record<string, string | undefined> }>,
): Map<string, string> {
  return new Map(
    Object.values(people).flatMap(({ name, contact }) =>
      Object.values(contact).flatMap((address) => (address === undefined ? [] : [[address, name] as [string, string]])),
    ),
  );
}

function greet(stack: Stack, { port, state, catalogue }: Options): void {
  const elsewhere = port === DEFAULT_PORT ? '' : ` --to ${stack.baseUrl}`;
  console.log(`Pageturner runs on this machine. Nothing leaves it.

  Phone       ${stack.phoneUrl}/
  Console     ${stack.baseUrl}/        (token: local)
  Tickets     ${stack.phoneUrl}/tracker
  Hooks       ${stack.baseUrl}/hooks/{alert,cloudwatch,azure-monitor,alertmanager,grafana,gitlab,…}/local
  Events v2   ${stack.baseUrl}/v2/enqueue   (routing key: local)
  Catalogue   ${shown(catalogue)}        (commands read ./catalogue unless --catalogue says otherwise)

Send a deployment and then a real CloudWatch alarm, and look at the phone:

  npx pageturner send${elsewhere} samples/gitlab-deployment.json samples/cloudwatch-alarm.json

Ctrl-C stops it; its state stays in ${shown(state)}.`);
}

/** A folder as people type it: relative where it is below this one. */
function shown(folder: string): string {
  const path = relative('.', folder);
  return `${path === '' || path.startsWith('..') ? folder : path}/`;
}
