/** `pageturner redrive`: what was given up, and with `--go` all of it once more. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import { unwrapBody } from '../../shared/queue/queue.ts';
import { Misuse, saying } from '../folder.ts';
import { deadLetters, look, redrive } from '../redrive/redrive.ts';

const LOCAL = 'http://127.0.0.1:4402';

export async function runRedrive(options: { prefix: string; go?: boolean }): Promise<void> {
  await saying(async () => {
    const client = openClient();
    const queues = await deadLetters(client, options.prefix).catch((error: Error) => {
      throw new Misuse(`The queues cannot be read (${error.name}): are the credentials and the region right?`);
    });
    if (queues.length === 0)
      throw new Misuse(`No dead-letter queue begins with '${options.prefix}': say --prefix pageturner-STAGE-.`);
    for (const queue of queues) {
      process.stdout.write(`${queue.name}: about ${queue.count} given up\n`);
      if (queue.count === 0) continue;
      if (options.go) process.stdout.write(`  ${await redrive(client, queue)} are on their queue again\n`);
      else for (const body of await look(client, queue)) process.stdout.write(`  ${describe(body)}\n`);
    }
    if (!options.go && queues.some(({ count }) => count > 0))
      process.stdout.write('Nothing was moved. Mend what made them fail, then add --go.\n');
  });
}

/** Of this machine where neither a region nor an endpoint says otherwise. */
function openClient(): SQSClient {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_SQS } = process.env;
  const isLocal = !AWS_REGION && !AWS_DEFAULT_REGION && !AWS_ENDPOINT_URL_SQS;
  return new SQSClient({
    useQueueUrlAsEndpoint: false,
    maxAttempts: 3,
    ...(isLocal
      ? { endpoint: LOCAL, region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
      : {}),
  });
}

/** What a message is about: an alert, or something that an incident owes. Never its whole body. */
function describe(body: string): string {
  const accepted = unwrapBody(body);
  if (!accepted && body.startsWith('{"incident"')) {
    const { incident, kind, id } = JSON.parse(body) as Record<string, string>;
    return `${kind} ${id} of incident ${incident}`;
  }
  const { alerts } = normaliseBody(accepted?.body ?? body, accepted?.contentType, {
    receivedAt: accepted?.receivedAt ?? new Date().toISOString(),
  });
  const [alert] = alerts;
  if (!alert) return `a notice that is no alert${accepted ? `, by ${accepted.hook}` : ''}`;
  return oneLine(`${alert.source.kind}, ${alert.status}: ${alert.title}`).slice(0, 120);
}
