/**
 * The whole system on this machine: the functions bundled as for Lambda, wired as `serverless.yml` says, over a real table
 * and real queues, with a phone to answer. Everything listens on loopback; state is on disk between starts.
 *
 * Called by `npm start`, the end-to-end tests and the benches.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildFunctions, OUT } from '../build/build.ts';
import { recordCalls, recordLine } from './calls.ts';
import { startFront } from './front.ts';
import { type Lambda, type Report, startLambda } from './lambda.ts';
import { type Phone, startPhone } from './phone.ts';
import { createPhones } from './phones.ts';
import { startPolling } from './poll.ts';
import { evaluate, type Known, type Resource, readTemplate, type Template } from './template.ts';
import type { Gitlab } from './tracker/gitlab.ts';
import { startTracker } from './tracker/tracker.ts';

/** The layout of the state folder; another one cannot be read. */
export const STATE_FORMAT = 2;
/** Web, phone, queues and table listen on this port and the three after it. */
export const DEFAULT_PORT = 4400;
/** The number that texts and calls come from; as `params.local` of serverless.yml has it. */
const NUMBER = '+447700900000';
/** Processes of one function at most: more would not help on two cores. */
const MAX_INSTANCES = 3;
const REGION = 'eu-west-1';
export const TABLE_NAME = 'pageturner';

export type StackOptions = {
  port: number;
  /** Where state is kept. */
  folder: string;
  /** Whose address an address is: for the phone's page. */
  nameOf?: (address: string) => string | undefined;
  log?: (line: string) => void;
  /** A folder of bundles that are there already; left out, the functions are built first. */
  bundles?: string;
  /** Other settings than `params` of serverless.yml has for this machine. */
  settings?: Record<string, string>;
  /** Other values for the functions' environment. */
  environment?: Record<string, string>;
  /** What must be there before any function runs, such as a catalogue. */
  prepare?: (table: Stack['table']) => Promise<void>;
  /** Hears of each invocation. */
  onReport?: (name: string, report: Report) => void;
};

export type Stack = {
  baseUrl: string;
  phoneUrl: string;
  phone: Phone;
  tracker: Gitlab;
  table: { name: string; client: DynamoDBClient };
  sqs: SQSClient;
  queueUrl: (resource: string) => string;
  lambdas: Record<string, Lambda>;
  stop: () => Promise<void>;
};

/** A sentence for the person who started it, with what to do. */
export class StackError extends Error {}

export async function startStack(options: StackOptions): Promise<Stack> {
  const log = options.log ?? (() => {});
  const { port, folder } = options;
  const ports = { web: port, phone: port + 1, queues: port + 2, table: port + 3 };
  openState(folder);
  const template = readTemplate(undefined, options.settings);
  const [engines] = await Promise.all([
    startEngines(folder, ports, log),
    options.bundles === undefined ? buildFunctions({ zip: false }) : undefined,
  ]);
  // A failure from here on must not leave engines behind.
  const stopEngines = () => {
    for (const engine of engines) engine.stop();
  };
  try {
    const clients = openClients(ports);
    const tracker = startTracker(`${folder}/tracker.json`, ports);
    const phone = startPhone({
      tracker: tracker.app,
      file: `${folder}/phone.jsonl`,
      nameOf: options.nameOf ?? (() => undefined),
      baseUrl: `http://127.0.0.1:${ports.web}`,
      number: NUMBER,
      publish: async (TopicArn, Message) => void (await clients.sns.send(new PublishCommand({ TopicArn, Message }))),
    });
    recordCalls(phone.server);
    await listen(phone.server, ports.phone);
    const known = await createResources(template, clients, ports);
    await createPhones(template, known, phone.account, `http://127.0.0.1:${ports.phone}`);
    await options.prepare?.({ name: TABLE_NAME, client: clients.dynamodb });
    const stopping = new AbortController();
    const lambdas = startLambdas(template, known, ports, options, log);
    const front = startFront(
      template.functions.flatMap((fn) => fn.routes.map((route) => ({ ...route, lambda: lambdas[fn.name]! }))),
      (error) => log(`front door: ${error}`),
    );
    await listen(front, ports.web);
    startSources(template, known, ports, lambdas, stopping.signal, log);
    return {
      baseUrl: `http://127.0.0.1:${ports.web}`,
      phoneUrl: `http://127.0.0.1:${ports.phone}`,
      phone,
      tracker: tracker.gitlab,
      table: { name: TABLE_NAME, client: clients.dynamodb },
      sqs: clients.sqs,
      queueUrl: (resource) => known.refs[resource]!,
      lambdas,
      stop: async () => {
        stopping.abort();
        for (const lambda of Object.values(lambdas)) lambda.stop();
        for (const server of [front, phone.server]) {
          server.closeAllConnections();
          server.close();
        }
        stopEngines();
      },
    };
  } catch (error) {
    stopEngines();
    throw error;
  }
}

/** Makes or checks the state folder. */
function openState(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/format`;
  if (!existsSync(file)) {
    writeFileSync(file, String(STATE_FORMAT));
    return;
  }
  const format = readFileSync(file, 'utf8').trim();
  if (format !== String(STATE_FORMAT)) {
    throw new StackError(
      `The state in ${folder} is of format ${format} and this version reads ${STATE_FORMAT}. Delete the folder to start afresh, or start with another: npm start -- --state FOLDER`,
    );
  }
}

type Ports = { web: number; phone: number; queues: number; table: number };

/** One engine: a process that is started again should it die, as a hosted table or queue would be. */
type Engine = { ready: Promise<void>; stop: () => void };
const RESTART_MILLISECONDS = 200;

async function startEngines(folder: string, ports: Ports, log: (line: string) => void): Promise<Engine[]> {
  const engines = [
    keepEngine('table', ports.table, `${folder}/table`, log),
    keepEngine('queues', ports.queues, `${folder}/queues`, log),
  ];
  try {
    await Promise.all(engines.map(({ ready }) => ready));
  } catch (error) {
    for (const engine of engines) engine.stop();
    throw error;
  }
  return engines;
}

function keepEngine(engine: string, port: number, folder: string, log: (line: string) => void): Engine {
  let isStopped = false;
  // Until it has run once, its caller says why it does not, and there is nothing to start again.
  let hasRun = false;
  let current: ReturnType<typeof forkEngine>;
  const start = () => {
    current = forkEngine(engine, port, folder);
    current.ready.then(
      () => {
        hasRun = true;
      },
      (error: unknown) => {
        if (hasRun) log(String(error));
      },
    );
    current.child.once('exit', () => {
      if (isStopped || !hasRun) return;
      log(`${engine}: died, and is started again`);
      setTimeout(() => {
        if (!isStopped) start();
      }, RESTART_MILLISECONDS);
    });
    return current.ready;
  };
  return {
    ready: start(),
    stop: () => {
      isStopped = true;
      current.child.kill('SIGKILL');
    },
  };
}

function forkEngine(engine: string, port: number, folder: string): { child: ChildProcess; ready: Promise<void> } {
  const child = fork(new URL('./engine.ts', import.meta.url).pathname, [engine, String(port), folder], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', (message) => {
      if (message === 'ready') resolve();
      else reject(engineError(engine, port, folder, String(message)));
    });
    child.once('exit', () => reject(engineError(engine, port, folder, said)));
  });
  return { child, ready };
}

function engineError(engine: string, port: number, folder: string, said: string): StackError {
  if (said.includes('EADDRINUSE')) return portInUse(port);
  return new StackError(
    `The ${engine} engine did not start: ${said.trim().split('\n').at(-1)}. If its state is damaged, delete ${folder}.`,
  );
}

function portInUse(port: number): StackError {
  return new StackError(
    `Port ${port} is in use on this machine. Is Pageturner running already? Stop it, or choose another: npm start -- --port ${port + 100}`,
  );
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portInUse(port) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

type Clients = { dynamodb: DynamoDBClient; sqs: SQSClient; sns: SNSClient };

/** Who calls is the id of its key: the name of a function, or `local` for the stack itself and its tests. */
function openClients(ports: Ports, who = 'local'): Clients {
  const credentials = { accessKeyId: who, secretAccessKey: 'local' };
  const at = (port: number) => ({ endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials });
  return {
    dynamodb: new DynamoDBClient(at(ports.table)),
    sqs: new SQSClient(at(ports.queues)),
    sns: new SNSClient(at(ports.queues)),
  };
}

/** Creates what the template describes, where it is not there yet; other resources mean nothing on this machine. */
export async function createResources(template: Template, clients: Clients, ports: Ports): Promise<Known> {
  const known: Known = {
    refs: {
      ...template.parameters,
      HttpApi: 'local',
      Table: TABLE_NAME,
      'AWS::Region': REGION,
      'AWS::AccountId': '000000000000',
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'local',
    },
    attributes: {},
  };
  const ofType = (type: string) => Object.entries(template.resources).filter(([, resource]) => resource.Type === type);
  await createTable(clients.dynamodb, template.resources['Table']!);
  // Dead-letter queues first: the others point at them.
  const queues = ofType('AWS::SQS::Queue').sort(
    ([, a], [, b]) => Number('RedrivePolicy' in a.Properties) - Number('RedrivePolicy' in b.Properties),
  );
  for (const [name, queue] of queues) await createQueue(clients.sqs, name, queue, known);
  for (const [name] of ofType('AWS::SNS::Topic')) {
    const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: name }));
    known.refs[name] = TopicArn!;
  }
  for (const [, subscription] of ofType('AWS::SNS::Subscription')) {
    const { TopicArn, Protocol, Endpoint } = evaluate(
      { ...subscription.Properties, RedrivePolicy: undefined },
      known,
    ) as Record<string, string>;
    await clients.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  }
  known.refs['BaseUrl'] = `http://127.0.0.1:${ports.web}`;
  return known;
}

/** Creates the table of the template, where it is not there yet. */
export async function createTable(client: DynamoDBClient, { Properties }: Resource): Promise<void> {
  try {
    await client.send(new DescribeTableCommand({ TableName: TABLE_NAME }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = Properties as never;
    await client.send(
      new CreateTableCommand({
        TableName: TABLE_NAME,
        BillingMode,
        AttributeDefinitions,
        KeySchema,
        GlobalSecondaryIndexes,
      }),
    );
  }
}

async function createQueue(client: SQSClient, name: string, { Properties }: Resource, known: Known): Promise<void> {
  const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = evaluate(Properties, known) as Record<
    string,
    unknown
  >;
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(VisibilityTimeout ?? 30),
        MessageRetentionPeriod: String(MessageRetentionPeriod ?? 345_600),
        ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
      },
    }),
  );
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  known.refs[name] = QueueUrl!;
  known.attributes[`${name}.Arn`] = Attributes!['QueueArn']!;
}

function startLambdas(
  template: Template,
  known: Known,
  ports: Ports,
  options: StackOptions,
  log: (line: string) => void,
): Record<string, Lambda> {
  const lambdas: Record<string, Lambda> = {};
  for (const fn of template.functions) {
    lambdas[fn.name] = startLambda({
      name: fn.name,
      bundle: `${options.bundles ?? OUT}/${fn.name}/handler.js`,
      timeoutSeconds: fn.timeoutSeconds,
      concurrency: fn.name === 'sweep' ? 1 : MAX_INSTANCES,
      environment: {
        ...(evaluate(fn.environment, known) as Record<string, string>),
        ...localEnvironment(fn.name, fn.memoryMegabytes, ports),
        ...options.environment,
      },
      onOutput: (line) => {
        recordLine(fn.name, line);
        log(`${fn.name}: ${line}`);
      },
      ...(options.onReport === undefined ? {} : { onReport: (report) => options.onReport!(fn.name, report) }),
    });
  }
  return lambdas;
}

/** What Lambda itself would set, and where this machine's engines and phone stand in for AWS. */
function localEnvironment(name: string, memoryMegabytes: number, ports: Ports): Record<string, string> {
  const phone = `http://127.0.0.1:${ports.phone}`;
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_OPTIONS: '',
    AWS_LAMBDA_FUNCTION_NAME: `pageturner-local-${name}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.table}`,
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.queues}`,
    // Functions publish to phones alone, never to a topic.
    AWS_ENDPOINT_URL_SNS: phone,
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: phone,
    AWS_ENDPOINT_URL_SESV2: phone,
    SLACK_API: `${phone}/slack`,
    LOCAL_TRACKER: `${phone}/tracker`,
    BASE_URL: `http://127.0.0.1:${ports.web}`,
  };
}

/** Queues and schedules, as the template wires them to functions. */
function startSources(
  template: Template,
  known: Known,
  ports: Ports,
  lambdas: Record<string, Lambda>,
  signal: AbortSignal,
  log: (line: string) => void,
): void {
  for (const fn of template.functions) {
    const lambda = lambdas[fn.name]!;
    // Lambda takes messages in the function's own name.
    const { sqs } = openClients(ports, fn.name);
    for (const source of fn.queues) {
      startPolling(
        {
          client: sqs,
          url: known.refs[source.queue]!,
          arn: known.attributes[`${source.queue}.Arn`]!,
          lambda,
          batchSize: source.batchSize,
          pollers: Math.min(source.maximumConcurrency ?? MAX_INSTANCES, MAX_INSTANCES),
          onError: (error) => log(`${fn.name}: ${error instanceof Error ? error.message : error}`),
        },
        signal,
      );
    }
    if (fn.everySeconds !== undefined) {
      const call = () =>
        lambda
          .invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event', time: new Date().toISOString() })
          .catch((error) => log(`${fn.name}: ${error.message}`));
      // At once too: what was owed when the machine went down is found in the first second, not after a minute.
      void call();
      const timer = setInterval(call, fn.everySeconds * 1000);
      signal.addEventListener('abort', () => clearInterval(timer));
    }
  }
}
