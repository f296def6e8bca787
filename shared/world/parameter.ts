/**
 * Reads one parameter of Systems Manager with a request that it signs itself: the SDK's client for it would be 170 KB of every
 * bundle for this one call. Source: AWS Systems Manager API reference, GetParameter.
 */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

const TIMEOUT_MILLISECONDS = 3000;
const ATTEMPTS = 3;

/** The decrypted value of a parameter. Throws, with the service's own code, where it cannot be read. */
export async function readParameter(name: string): Promise<string> {
  const region = process.env['AWS_REGION'] ?? 'eu-west-1';
  const endpoint = new URL(process.env['AWS_ENDPOINT_URL_SSM'] ?? `https://ssm.${region}.amazonaws.com`);
  const signer = new SignatureV4({ service: 'ssm', region, credentials: credentials(), sha256: Sha256 });
  for (let attempt = 1; ; attempt++) {
    const request = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
      path: '/',
      headers: {
        host: endpoint.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetParameter',
      },
      body: JSON.stringify({ Name: name, WithDecryption: true }),
    });
    const { host: _host, ...headers } = request.headers;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body: request.body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const answer = (await response.json().catch(() => ({}))) as { Parameter?: { Value?: string }; __type?: string };
    if (answer.Parameter?.Value !== undefined) return answer.Parameter.Value;
    const passing = response.status >= 500 || answer.__type?.includes('Throttling');
    if (!passing || attempt === ATTEMPTS) {
      throw new Error(
        `Parameter ${name} could not be read: ${answer.__type ?? response.status}. Is it there, and may this role read it?`,
      );
    }
  }
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
