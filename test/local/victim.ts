/** A whole stack in a process of its own, to be killed: says `ready` when it listens. `victim.ts PORT FOLDER`. */
import { OUT } from '../../infra/build/build.ts';
import { startStack } from '../../infra/local/stack.ts';

const [port, folder] = process.argv.slice(2) as [string, string];
await startStack({ port: Number(port), folder, bundles: OUT });
process.send?.('ready');
