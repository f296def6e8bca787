/**
 * The front door: HTTP in, as API Gateway's HTTP API hands it to Lambda (payload format 2.0), and the function's answer out.
 * Source: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs".
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Lambda } from './lambda.ts';
import type { HttpRoute } from './template.ts';

export type Route = HttpRoute & { lambda: Lambda };

/** The HTTP API takes at most 10 MB, and Lambda an event of 6 MB. */
const MAX_BYTES = 6 * 1024 * 1024;
const TEXT = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+json)/;

export function startFront(routes: Route[], onError: (error: unknown) => void): Server {
  const compiled = routes.map((route) => ({ ...route, parts: route.path.split('/') }));
  return createServer((request, response) => {
    answer(compiled, request, response).catch((error) => {
      onError(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"message":"Internal Server Error"}');
    });
  });
}

async function answer(
  routes: (Route & { parts: string[] })[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://local');
  const match = findRoute(routes, request.method ?? 'GET', url.pathname);
  if (!match) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
    return;
  }
  const body = await readBody(request);
  if (!body) {
    response
      .writeHead(413, { 'content-type': 'application/json', connection: 'close' })
      .end('{"message":"Request Entity Too Large"}');
    return;
  }
  const result = (await match.route.lambda.invoke(toEvent(request, url, match, body))) as {
    statusCode?: number;
    headers?: Record<string, string>;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  };
  const headers: Record<string, string | string[]> = { ...result.headers };
  if (result.cookies && result.cookies.length > 0) headers['set-cookie'] = result.cookies;
  response.writeHead(result.statusCode ?? 200, headers);
  response.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'));
}

type Match = { route: Route; parameters: Record<string, string> };

/** The most exact route wins, as in API Gateway: literal parts before `{name}` before `{proxy+}`. */
function findRoute(routes: (Route & { parts: string[] })[], method: string, path: string): Match | undefined {
  const parts = path.split('/');
  const found = routes
    .filter(
      (route) => route.method === 'ANY' || route.method === method || (method === 'HEAD' && route.method === 'GET'),
    )
    .map((route) => ({ route, parameters: matchParts(route.parts, parts) }))
    .filter((item): item is Match & { route: Route & { parts: string[] } } => item.parameters !== undefined);
  return found.sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0];
}

function matchParts(pattern: string[], parts: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [n, part] of pattern.entries()) {
    if (part === '{proxy+}') {
      parameters['proxy'] = parts.slice(n).join('/');
      return parts.length > n ? parameters : undefined;
    }
    const given = parts[n];
    if (given === undefined) return undefined;
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = safeDecode(given);
    else if (part !== given) return undefined;
  }
  return parts.length === pattern.length ? parameters : undefined;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function toEvent(request: IncomingMessage, url: URL, { route, parameters }: Match, body: Buffer): object {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const isText =
    TEXT.test(headers['content-type'] ?? 'text/plain') && Buffer.from(body.toString('utf8'), 'utf8').equals(body);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(headers['cookie'] === undefined ? {} : { cookies: headers['cookie'].split(';').map((part) => part.trim()) }),
    headers,
    ...(url.search === '' ? {} : { queryStringParameters: Object.fromEntries(url.searchParams) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: `${now.getTime()}`,
      routeKey: `${route.method} ${route.path}`,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}
