declare module 'dynalite' {
  import type { Server } from 'node:net';
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
