/** A carrier that is down, and one that says later that it could not deliver. */
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

const PORT = 4850;
let stack: Running;
const start = async (environment: Record<string, string>) => {
  stack = await run(PORT, { catalogue: withoutDigests, environment });
};
const trigger = async (name: string) => {
  const payload = { summary: name, source: 'host', severity: 'critical' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
  return expectMessage(stack, ({ channel, text }) => channel === 'sms' && text.includes(name), 8000);
};

beforeAll(() =>
  start({
    // Nothing listens there.
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: 'http://127.0.0.1:9',
    TWILIO_ACCOUNT: 'AC1',
    TWILIO_TOKEN: 'local',
    TWILIO_NUMBER: '+447700900111',
    TWILIO_API: `http://127.0.0.1:${PORT + 1}`,
  }),
);
afterAll(() => stack?.end());

it('where the first carrier is down the second carries the text, within the promised time', async () => {
  await trigger('Carrier is down');
});

it('a text that could not be delivered brings the call at once, and not after two minutes', async () => {
  const sms = await trigger('Phone is off');
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  const { incidents } = (await answer.json()) as {
    incidents: { id: string; title: string; pages: { id: string; channel: string }[] }[];
  };
  const incident = incidents.find(({ title }) => title === 'Phone is off')!;
  const page = incident.pages.find(({ channel }) => channel === 'sms')!;
  const event = { eventType: 'TEXT_UNREACHABLE', isFinal: true, context: { page: `${incident.id}.${page.id}` } };
  await stack.sqs.send(
    new SendMessageCommand({ QueueUrl: stack.queueUrl('RepliesQueue'), MessageBody: JSON.stringify(event) }),
  );
  await expectMessage(
    stack,
    ({ channel, to, text }) => channel === 'voice' && to === sms.to && text.includes('Phone is off'),
    8000,
  );
});
