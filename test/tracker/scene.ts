/** A scene of the contract (contract.ts) for a local tracker of `servers/`. */
import { afterEach } from 'vitest';
import type { OpenTracker } from '../../shared/tracker/tracker.ts';
import type { Scene } from './contract.ts';
import type { LocalTracker } from './servers/listen.ts';

const running: LocalTracker[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.stop();
});

/** What differs by vendor. `makes`: whether a request makes a ticket. */
export type Vendor<Server> = {
  open: OpenTracker;
  project: string;
  tokens: Scene['tokens'];
  makes: (method: string, path: string) => boolean;
  close: (server: Server, key: string, at: string) => void;
  remove: (server: Server, key: string) => void;
  notes: (server: Server, key: string) => string[];
  count: (server: Server) => number;
  links: (server: Server, key: string) => string[];
};

export async function sceneOf<Server extends LocalTracker>(fresh: Server, vendor: Vendor<Server>): Promise<Scene> {
  const server = await fresh.start();
  running.push(server);
  const { open, project, tokens, makes } = vendor;
  return {
    tokens,
    project,
    open: (other = {}) =>
      open({ url: server.url, project: other.project ?? project, token: other.token ?? tokens.good }),
    loseCreation: () => server.faults.push({ on: ({ method, path }) => makes(method, path), lose: true }),
    refuse: (status, retryAfter) => {
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      server.faults.push({ on: () => true, answer: { status, body: {}, headers } });
    },
    close: (key, at) => vendor.close(server, key, at),
    remove: (key) => vendor.remove(server, key),
    notes: (key) => vendor.notes(server, key),
    count: () => vendor.count(server),
    links: (key) => vendor.links(server, key),
    // None of them hides one ticket: docs/trackers.md says what does.
    isConfidential: () => undefined,
  };
}
