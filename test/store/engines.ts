/**
 * The engines that the store's contract is tested over: dynalite, which `npm start` uses, and AWS's own DynamoDB Local,
 * which needs Java 17. Each is new and empty, on loopback, with the table of `infra/resources/table.yml`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { createTable, TABLE_NAME } from '../../infra/local/stack.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { openTable, type Table } from '../../shared/store/store.ts';

export type Engine = { name: string; open: () => Promise<Opened> };
export type Opened = { table: Table; stop: () => Promise<void> };

const EMULATOR = join(import.meta.dirname, '../../node_modules/amplify-dynamodb-simulator/emulator');

/** The engines of this machine; says loudly which one is missing. */
export function engines(): Engine[] {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  const both: Engine[] = [{ name: 'dynalite', open: openDynalite }];
  if (version >= 17) both.push({ name: 'DynamoDB Local', open: openDynamoDbLocal });
  else {
    console.warn(
      `SKIPPED: the store's contract over DynamoDB Local: it needs Java 17 and here is ${version === 0 ? 'none' : version}.`,
    );
  }
  const address = process.env['MOTO'];
  return address === undefined ? both : [{ name: 'moto', open: () => openMoto(address) }];
}

/** The table that moto made of the packaged template (`npm run judge`): the first whose name the stack gave it. */
async function openMoto(endpoint: string): Promise<Opened> {
  const client = clientAt(endpoint);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const name = TableNames.find((one) => one.startsWith('pageturner-'));
  if (name === undefined) throw new Error(`moto has no table of the stack: ${TableNames.join(', ')}`);
  return { table: openTable(name, client), stop: async () => client.destroy() };
}

async function openDynalite(): Promise<Opened> {
  const { default: dynalite } = (await import('dynalite')) as unknown as { default: (options: object) => Server };
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  const { table, client } = await openAt(port);
  return {
    table,
    stop: async () => {
      client.destroy();
      server.close();
    },
  };
}

async function openDynamoDbLocal(): Promise<Opened> {
  const port = await freePort();
  const options = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-Djava.library.path=./DynamoDBLocal_lib'];
  const child: ChildProcess = spawn(
    'java',
    [...options, '-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    { cwd: EMULATOR, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  // It prints its settings when it is about to listen; then the first connection that is taken says that it does.
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`DynamoDB Local did not start (exit ${code}).`)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('CorsParams')) resolve();
    });
  });
  await listens(port);
  const { table, client } = await openAt(port);
  return {
    table,
    stop: async () => {
      client.destroy();
      child.kill('SIGKILL');
    },
  };
}

async function openAt(port: number): Promise<{ table: Table; client: DynamoDBClient }> {
  const client = clientAt(`http://127.0.0.1:${port}`);
  await createTable(client, readTemplate().resources['Table']!);
  return { table: openTable(TABLE_NAME, client), client };
}

function clientAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 10,
  });
}

/** Waits until somebody listens there: half a minute at the most, for a machine that is busy. */
async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('DynamoDB Local does not listen.');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
