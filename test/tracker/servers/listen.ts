/**
 * What every local tracker has in common: a server on loopback that keeps what it was sent, and the faults that trackers have.
 * `lose`: the request is done and the connection breaks before its answer.
 */
import { createServer, type Server } from 'node:http';

export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  text: string;
  /** The body as JSON; undefined where it is not JSON. */
  body: unknown;
};
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };
export type Fault = { on: (asked: Asked) => boolean; lose?: true; answer?: Answer };

export class LocalTracker {
  readonly asked: Asked[] = [];
  /** The next requests that meet these; each is used up once. */
  readonly faults: Fault[] = [];
  readonly #server: Server;
  url = '';

  constructor(handle: (asked: Asked) => Answer) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { pathname, searchParams } = new URL(request.url!, 'http://local');
        const headers = request.headers as Record<string, string | undefined>;
        const asked = {
          method: request.method!,
          path: decodeURIComponent(pathname),
          query: searchParams,
          headers,
          text,
          body: json(text),
        };
        this.asked.push(asked);
        const at = this.faults.findIndex(({ on }) => on(asked));
        const fault = at < 0 ? undefined : this.faults.splice(at, 1)[0];
        const answer = fault?.answer ?? handle(asked);
        if (fault?.lose) {
          request.socket.destroy();
          return;
        }
        const isText = typeof answer.body === 'string';
        response
          .writeHead(answer.status, { 'content-type': isText ? 'text/html' : 'application/json', ...answer.headers })
          .end(answer.body === undefined ? '' : isText ? (answer.body as string) : JSON.stringify(answer.body));
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const notFound: Answer = { status: 404, body: { message: 'Not Found' } };
