/** A chat channel in a storm: a few incidents one by one, then one digest that grows in place. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHAT_BURST } from '../../shared/digest/digest.ts';
import { type Running, run } from './running.ts';

let stack: Running;
beforeAll(async () => {
  stack = await run(4858, {
    catalogue: (sample) => ({
      ...sample,
      defaults: { ...sample.defaults, digest: { firstSeconds: 4, thenSeconds: 6 } },
    }),
  });
});
afterAll(async () => {
  await stack?.end();
});

const trigger = async (n: number) => {
  const payload = { summary: `Host ${n} is down`, source: `host-${n}`, severity: 'error' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: `chat ${n}`, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
};
const said = () => stack.phone.messages().filter(({ channel, to }) => channel === 'slack' && to === '#platform');
const isChange = (text: string) => text.startsWith('(message');
const heard = () => said().filter(({ text }) => !isChange(text));
const changes = () => said().filter(({ text }) => isChange(text) && isDigest(text));
const isDigest = (text: string) => / more incidents: /.test(text);
const counted = (text: string) => Number(/(\d+) more incidents: /.exec(text)?.[1] ?? 0);
/** How many incidents the channel knows of: those with a message of their own, and those that the digest counts. */
const known = () => {
  const own = heard().filter(({ text }) => !isDigest(text)).length;
  const digest = [...heard(), ...changes()].filter(({ text }) => isDigest(text)).at(-1);
  return own + counted(digest?.text ?? '');
};
const SO_MANY = CHAT_BURST + 8;

it('has a few separate messages, and then one that counts the others and is changed when more come', async () => {
  await Promise.all(Array.from({ length: SO_MANY }, (_, n) => trigger(n)));
  await expect.poll(known, { timeout: 30_000, interval: 200 }).toBe(SO_MANY);
  const own = heard().filter(({ text }) => !isDigest(text)).length;
  expect(own).toBeGreaterThanOrEqual(CHAT_BURST);
  const [digest] = heard().filter(({ text }) => isDigest(text));
  expect(digest!.text).toContain(stack.baseUrl);

  await Promise.all(Array.from({ length: 5 }, (_, n) => trigger(100 + n)));
  await expect.poll(known, { timeout: 30_000, interval: 200 }).toBe(SO_MANY + 5);
  expect(changes().length).toBeGreaterThan(0);
  expect(heard().filter(({ text }) => isDigest(text))).toHaveLength(1);
}, 90_000);
