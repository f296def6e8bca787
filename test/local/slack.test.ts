/** Slack end to end: one message an incident, buttons that act, and what was pressed stands in the message. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run } from './running.ts';

let stack: Running;
beforeAll(async () => {
  stack = await run(4846);
});
afterAll(async () => {
  await stack?.end();
});

const trigger = async (name: string) => {
  const payload = { summary: name, source: 'host', severity: 'critical' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
  return expectMessage(stack, ({ channel, text }) => channel === 'slack' && text.includes(name), 8000);
};
const incidentOf = async (title: string): Promise<Incident> => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  const { incidents } = (await answer.json()) as { incidents: Incident[] };
  return incidents.find((incident) => incident.title === title)!;
};

type How = { secret?: string; secondsAgo?: number };
async function press(user: string, action: string, incident: string, how: How = {}): Promise<number> {
  const payload = {
    type: 'block_actions',
    user: { id: user },
    actions: [{ action_id: action, value: incident }],
    response_url: `${stack.phoneUrl}/slack/response`,
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const seconds = String(Math.floor(Date.now() / 1000) - (how.secondsAgo ?? 0));
  const signature = createHmac('sha256', how.secret ?? 'local')
    .update(`v0:${seconds}:${body}`)
    .digest('hex');
  const answer = await fetch(`${stack.baseUrl}/slack/actions`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${signature}`,
    },
  });
  return answer.status;
}

describe('a message in Slack', () => {
  it('has buttons, and changes in place when one is pressed', async () => {
    const message = await trigger('Disk of ledger-01 is full');
    expect(message.to).toBe('#platform');
    expect(message.text).toContain('[Acknowledge]\n[Pass on]');
    const { id } = await incidentOf('Disk of ledger-01 is full');
    expect(await press('U024BE7LH', 'acknowledge', id)).toBe(200);
    const update = await expectMessage(stack, ({ text }) => text.startsWith('(message local-'), 8000);
    expect(update.text).toMatch(/Now Acknowledged by amira at \d\d:\d\d UTC/);
    expect(update.text).toContain('[Resolve]\n[Pass on]');
    expect(update.text).not.toContain('[Acknowledge]');
    const incident = await incidentOf('Disk of ledger-01 is full');
    expect(incident.timeline.find(({ what }) => what === 'Acknowledged')?.by).toBe('amira (slack)');
  });

  it('says who has it to the person who presses second, and to nobody else', async () => {
    const { id } = await incidentOf('Disk of ledger-01 is full');
    expect(await press('U024BE7LH', 'acknowledge', id)).toBe(200);
    const whisper = await expectMessage(stack, ({ to }) => to === 'only you', 5000);
    expect(whisper.text).toBe('It is with amira. Nothing was changed.');
  });

  it('is open to nobody whom the catalogue does not know', async () => {
    await trigger('Queue of print-01 is stuck');
    const { id } = await incidentOf('Queue of print-01 is stuck');
    expect(await press('U0STRANGER', 'acknowledge', id)).toBe(200);
    await expectMessage(stack, ({ to, text }) => to === 'only you' && text.includes('does not know you'), 5000);
    expect((await incidentOf('Queue of print-01 is stuck')).state).toBe('triggered');
  });

  it.each<[string, How]>([
    ['a signature of somebody else', { secret: 'guessed' }],
    ['a press that was recorded and sent again later', { secondsAgo: 400 }],
  ])('refuses %s', async (_name, how) => {
    const { id } = await incidentOf('Queue of print-01 is stuck');
    expect(await press('U024BE7LH', 'acknowledge', id, how)).toBe(401);
    expect((await incidentOf('Queue of print-01 is stuck')).state).toBe('triggered');
  });

  it('takes no action that it does not know, and no incident that there is not', async () => {
    const { id } = await incidentOf('Queue of print-01 is stuck');
    expect(await press('U024BE7LH', 'open', id)).toBe(200);
    expect(await press('U024BE7LH', 'delete', id)).toBe(200);
    expect(await press('U024BE7LH', 'acknowledge', '../../etc')).toBe(200);
    expect((await incidentOf('Queue of print-01 is stuck')).state).toBe('triggered');
  });
});
