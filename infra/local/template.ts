/**
 * Reads `serverless.yml` for the local stack: functions with their events, timeouts and environment, and the queues, topics
 * and table they stand on.
 *
 * Promises: nothing of the wiring is written twice; what `serverless.yml` says and the local stack does not know is an
 * error that names it, never left out in silence.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const ROOT = new URL('../../', import.meta.url).pathname;

export type HttpRoute = { method: string; path: string };
export type QueueSource = { queue: string; batchSize: number; maximumConcurrency?: number };
export type LocalFunction = {
  name: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, unknown>;
  routes: HttpRoute[];
  queues: QueueSource[];
  /** Seconds between scheduled calls. */
  everySeconds?: number;
};
export type Resource = { Type: string; Condition?: string; Properties: Record<string, unknown> };
/** `parameters`: with the values that the settings give them. */
export type Template = {
  functions: LocalFunction[];
  resources: Record<string, Resource>;
  parameters: Record<string, string>;
};

type Json = Record<string, unknown>;

/** The template of stage `local`, with other settings where some are given. Throws where `serverless.yml` says something that this reader does not know. */
export function readTemplate(file = `${ROOT}serverless.yml`, settings: Record<string, string> = {}): Template {
  // What osls alone evaluates: settings of this machine need no check.
  const { custom: _custom, ...written } = parse(readFileSync(file, 'utf8')) as Json;
  const parameters = written['params'] as { default: Json; local: Json };
  const variables = { ...parameters.default, ...parameters.local, ...settings };
  const resolved = resolve(written, variables) as Json;
  const provider = resolved['provider'] as Json;
  const section = (name: string) =>
    Object.assign({}, ...(resolved['resources'] as Json[]).map((part) => part[name] ?? {})) as Json;
  const refs = Object.entries(section('Parameters')).map(([name, entry]) => [name, String((entry as Json)['Default'])]);
  const known: Known = { refs: Object.fromEntries(refs), attributes: {} };
  const conditions = section('Conditions');
  const isSo = (condition: string) => holds(conditions[condition], known);
  const functions = Object.entries(resolved['functions'] as Record<string, Json>).map(([name, entry]) =>
    readFunction(name, chosen(entry, isSo) as Json, provider),
  );
  const resources = Object.entries(section('Resources') as Record<string, Resource>)
    .filter(([, { Condition }]) => Condition === undefined || isSo(Condition))
    .map(([name, resource]) => [name, chosen(resource, isSo)] as [string, Resource]);
  return { functions, resources: Object.fromEntries(resources), parameters: known.refs };
}

/** A value with each `Fn::If` replaced by the branch that its condition chooses. */
function chosen(value: unknown, isSo: (condition: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => chosen(item, isSo));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::If' in value) {
    const [condition, then, otherwise] = value['Fn::If'] as [string, unknown, unknown];
    return chosen(isSo(condition) ? then : otherwise, isSo);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, chosen(inner, isSo)]));
}

/** Whether a condition of CloudFormation holds with the parameters' defaults. Throws for a function it does not know. */
function holds(condition: unknown, known: Known): boolean {
  const [[name, inner] = ['nothing', []]] = Object.entries((condition ?? {}) as Record<string, unknown[]>);
  if (name === 'Fn::Or') return inner.some((one) => holds(one, known));
  if (name === 'Fn::Not') return !holds(inner[0], known);
  if (name === 'Fn::Equals') return evaluate(inner[0], known) === evaluate(inner[1], known);
  throw new Error(`serverless.yml: a condition uses ${name}, which the local stack does not know.`);
}

/** Fills in `${…}`; `${file(…)}` brings in a file. Pseudo parameters of CloudFormation (`${AWS::Region}`) stay. */
function resolve(value: unknown, variables: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, variables));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, variables)]));
  }
  if (typeof value !== 'string') return value;
  const file = /^\$\{file\(([^)]+)\)\}$/.exec(value);
  if (file) return resolve(parse(readFileSync(`${ROOT}${file[1]}`, 'utf8')), variables);
  return value.replace(
    /\$\{(sls|param|opt):([^},]+)(?:, *'([^']*)')?\}/g,
    (_whole, kind: string, name: string, otherwise?: string) => {
      if (kind === 'sls' && name === 'stage') return 'local';
      if (kind === 'opt') return otherwise ?? '';
      const found = variables[name] ?? otherwise;
      if (kind !== 'param' || found === undefined)
        throw new Error(`serverless.yml: \${${kind}:${name}} has no value for stage local; add it under params.`);
      return String(resolve(found, variables));
    },
  );
}

function readFunction(name: string, entry: Json, provider: Json): LocalFunction {
  const read: LocalFunction = {
    name,
    timeoutSeconds: Number(entry['timeout'] ?? provider['timeout']),
    memoryMegabytes: Number(entry['memorySize'] ?? provider['memorySize']),
    environment: { ...(provider['environment'] as Json), ...(entry['environment'] as Json) },
    routes: [],
    queues: [],
  };
  for (const event of (entry['events'] ?? []) as Json[]) {
    const [kind, detail] = Object.entries(event)[0]!;
    if (kind === 'httpApi') read.routes.push(readRoute(String(detail)));
    else if (kind === 'sqs') read.queues.push(readQueue(detail as Json));
    else if (kind === 'schedule') read.everySeconds = readRate(String((detail as Json)['rate']));
    // EventBridge and the topic of deployments bring what AWS itself says; nothing on this machine says it. `send` posts it.
    else if (kind !== 'eventBridge' && kind !== 'sns')
      throw new Error(`serverless.yml: function ${name} has an event '${kind}', which the local stack does not know.`);
  }
  return read;
}

function readRoute(text: string): HttpRoute {
  const [method, path] = text.split(' ');
  if (!method || !path) throw new Error(`serverless.yml: '${text}' is no route; write it like 'POST /p/{token}'.`);
  return { method, path };
}

function readQueue(detail: Json): QueueSource {
  const arn = detail['arn'] as { 'Fn::GetAtt'?: [string, string] };
  const queue = arn['Fn::GetAtt']?.[0];
  if (!queue) throw new Error('serverless.yml: an sqs event must name its queue by Fn::GetAtt.');
  return {
    queue,
    batchSize: Number(detail['batchSize'] ?? 10),
    ...(detail['maximumConcurrency'] === undefined ? {} : { maximumConcurrency: Number(detail['maximumConcurrency']) }),
  };
}

function readRate(text: string): number {
  const found = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text);
  if (!found)
    throw new Error(
      `serverless.yml: the local stack knows rate(N minutes), rate(N hours) and rate(N days), not '${text}'.`,
    );
  const seconds = { minute: 60, hour: 3600, day: 86_400 };
  return Number(found[1]) * seconds[found[2] as keyof typeof seconds];
}

/** Values behind `Ref`, `Fn::GetAtt`, `Fn::Sub` as the local engines give them. */
export type Known = { refs: Record<string, string>; attributes: Record<string, string> };

/** A property with its references filled in. Throws for one that the local stack does not have. */
export function evaluate(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, known));
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['', undefined]] = Object.entries(value);
  if (key === 'Ref') return found(known.refs, String(inner));
  if (key === 'Fn::GetAtt') return found(known.attributes, (inner as string[]).join('.'));
  if (key === 'Fn::Sub') {
    return String(inner).replace(/\$\{([^}]+)\}/g, (_whole, name: string) =>
      found(name.includes('.') ? known.attributes : known.refs, name),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, evaluate(part, known)]));
}

function found(values: Record<string, string>, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`serverless.yml refers to ${name}, which the local stack does not have.`);
  return value;
}
