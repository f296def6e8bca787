/**
 * Reads parameters of Systems Manager with requests that it signs itself: the SDK's client for it would be 170 KB of every
 * bundle for this one call. Source: AWS Systems Manager API reference, GetParameters.
 */
import { createHash, createHmac, randomInt } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Three tries end well before the ten seconds of a function do. */
const TIMEOUT_MILLISECONDS = 2000;
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 150;
/** [AWS Systems Manager API reference, GetParameters: "Names … Maximum number of 10 items"] */
const NAMES_A_CALL = 10;

/** A parameter that cannot be read. `passing`: it may be read later; else it is not there, or this role may not read it. */
export class UnreadableParameter extends Error {
  readonly passing: boolean;
  constructor(name: string, why: string, passing: boolean) {
    super(`Parameter ${name} could not be read: ${why}. Is it there, and may this role read it?`);
    this.name = 'UnreadableParameter';
    this.passing = passing;
  }
}

/** By name: the decrypted value, or why it cannot be read. One that cannot be read keeps no other from being read. */
export async function readParameters(names: readonly string[]): Promise<Map<string, string | UnreadableParameter>> {
  const all = [...new Set(names)];
  const found = new Map<string, string | UnreadableParameter>();
  for (let from = 0; from < all.length; from += NAMES_A_CALL) {
    for (const [name, value] of await readTogether(all.slice(from, from + NAMES_A_CALL))) found.set(name, value);
  }
  return found;
}

/** A call that is refused for one of its names is refused whole: then each is asked for alone. */
async function readTogether(names: string[]): Promise<Map<string, string | UnreadableParameter>> {
  const answer = await askPatiently(names);
  if (answer.why === undefined) {
    return new Map(
      names.map((name) => [name, answer.values.get(name) ?? new UnreadableParameter(name, 'ParameterNotFound', false)]),
    );
  }
  const { why, passing } = answer;
  if (passing || names.length === 1)
    return new Map(names.map((name) => [name, new UnreadableParameter(name, why, passing)]));
  const apart = new Map<string, string | UnreadableParameter>();
  for (const name of names) apart.set(name, (await readTogether([name])).get(name)!);
  return apart;
}

type Answer = { why: undefined; values: Map<string, string> } | { why: string; passing: boolean };

async function askPatiently(names: string[]): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(names);
    if (answer.why === undefined || !answer.passing || attempt === ATTEMPTS) return answer;
    const pause = PAUSE_MILLISECONDS * attempt * (0.5 + randomInt(1000) / 1000);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function ask(names: string[]): Promise<Answer> {
  try {
    const response = await send(JSON.stringify({ Names: names, WithDecryption: true }));
    const answer = (await response.json().catch(() => ({}))) as {
      Parameters?: { Name: string; Value: string }[];
      __type?: string;
    };
    if (answer.Parameters)
      return { why: undefined, values: new Map(answer.Parameters.map((one) => [one.Name, one.Value])) };
    const why = answer.__type?.split('#').at(-1) ?? String(response.status);
    return { why, passing: response.status >= 500 || response.status === 429 || why.includes('Throttling') };
  } catch (error) {
    // It did not answer in time, or there is no way to it.
    return { why: (error as Error).name, passing: true };
  }
}

async function send(body: string): Promise<Response> {
  const region = process.env['AWS_REGION'] ?? 'eu-west-1';
  const endpoint = new URL(process.env['AWS_ENDPOINT_URL_SSM'] ?? `https://ssm.${region}.amazonaws.com`);
  const signer = new SignatureV4({ service: 'ssm', region, credentials: credentials(), sha256: Sha256 });
  const request = await signer.sign({
    method: 'POST',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path: '/',
    headers: {
      host: endpoint.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameters',
    },
    body,
  });
  const { host: _host, ...headers } = request.headers;
  return fetch(endpoint, {
    method: 'POST',
    headers,
    body: request.body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
}

function credentials() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}

/** The hash that the signer asks for, in the shape it asks for. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(asBytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function asBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
