/** A running Pageturner as the operating verbs reach it: its address and token from options or the environment. */
import { Misuse } from './folder.ts';

export type ServerOptions = { to?: string; token?: string; json?: boolean };

const LOCAL = 'http://127.0.0.1:4400';

export function addressOf(options: ServerOptions): string {
  return (options.to ?? process.env['PAGETURNER_URL'] ?? LOCAL).replace(/\/$/, '');
}

/** Calls the API. Throws `Misuse` with a sentence where it cannot be reached or refuses. */
export async function call(options: ServerOptions, method: string, path: string, body?: unknown): Promise<unknown> {
  const address = addressOf(options);
  const token =
    options.token ??
    process.env['PAGETURNER_TOKEN'] ??
    (address === LOCAL || address.includes('127.0.0.1') ? 'local' : '');
  const response = await post(`${address}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json().catch(() => ({}))) as { error?: string };
  if (!response.ok) throw new Misuse(answer.error ?? `${address} answered ${response.status}.`);
  return answer;
}

/** Fetches, with a sentence in place of a connection error. */
export async function post(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(15_000) });
  } catch {
    throw new Misuse(
      `Nothing answers at ${new URL(url).origin}. Start it with 'npm start', or say where it is with --to or PAGETURNER_URL.`,
    );
  }
}
