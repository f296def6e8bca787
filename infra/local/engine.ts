/**
 * One engine of the local stack, in a separate process: `table` (dynalite, on disk) or `queues` (fauxqs, in SQLite).
 * Started by `stack.ts` with the engine's name, its port and its folder; says `ready` when it listens.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { Server } from 'node:http';
import net from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { recordCalls } from './calls.ts';
import { engineParts, teachTenants } from './tenants.ts';

const [engine, port, folder] = process.argv.slice(2) as [string, string, string];
mkdirSync(folder, { recursive: true });

// The engines would listen on every address of the machine; nothing of ours leaves loopback.
const listen = net.Server.prototype.listen as (...values: unknown[]) => net.Server;
net.Server.prototype.listen = function onLoopback(this: net.Server, ...values: unknown[]) {
  const [first, ...others] = values;
  if (this instanceof Server) recordCalls(this);
  if (typeof first === 'object' && first !== null) return listen.call(this, { ...first, host: '127.0.0.1' }, ...others);
  if (typeof first === 'number') return listen.call(this, { port: first, host: '127.0.0.1' }, others.at(-1));
  return listen.call(this, ...values);
} as typeof net.Server.prototype.listen;

process.on('disconnect', () => process.exit(0));

if (engine === 'table') {
  const { default: dynalite } = (await import('dynalite')) as { default: (options: object) => net.Server };
  const server = dynalite({ path: folder, createTableMs: 0 });
  server.on('error', fail);
  server.listen(Number(port), () => process.send?.('ready'));
} else {
  releaseInFlight(`${folder}/fauxqs.db`);
  teachTenants(await engineParts());
  const { startFauxqs } = await import('fauxqs');
  startFauxqs({ port: Number(port), dataDir: folder, logger: false, defaultRegion: 'eu-west-1' }).then(
    () => process.send?.('ready'),
    fail,
  );
}

/**
 * A function that held a message when the machine went down holds it no more: it need not wait for its visibility to end, and the
 * attempt that the machine cut short is not held against the message.
 */
function releaseInFlight(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  database.exec(
    `UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL,
       approximate_receive_count = max(0, approximate_receive_count - 1)
     WHERE receipt_handle IS NOT NULL`,
  );
  database.close();
}

function fail(error: Error): void {
  process.send?.(`failed: ${error.message}`);
  process.exit(1);
}
