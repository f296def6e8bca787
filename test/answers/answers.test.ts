/** Answers over HTTP: what somebody who is not known can make us do. */
import { expect, it } from 'vitest';
import { answersApp } from '../../shared/answers/answers.ts';
import { NIGHT, openStillWorld, sampleCatalogue } from '../world.ts';

const loaded = await sampleCatalogue();
const seconds = String(Date.parse(NIGHT) / 1000);

it.each([
  ['nothing', {}, 0],
  ['a malformed signature', { 'x-slack-request-timestamp': seconds, 'x-slack-signature': 'v0=x' }, 0],
  ['no time', { 'x-slack-signature': `v0=${'a'.repeat(64)}` }, 0],
  ['an old time', { 'x-slack-request-timestamp': '1', 'x-slack-signature': `v0=${'a'.repeat(64)}` }, 0],
  ['the shape of one', { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${'a'.repeat(64)}` }, 1],
])(
  'a press of Slack that brings %s is refused, and asks for its secret so often: %o, %i',
  async (_what, headers, asks) => {
    const { world } = openStillWorld({ loaded, at: NIGHT });
    let asked = 0;
    const slack = async () => {
      asked++;
      return ['a secret'];
    };
    const app = answersApp(world, { slack, twilio: async () => [] });
    const answer = await app.request('/slack/actions', {
      method: 'POST',
      headers: headers as never,
      body: 'payload={}',
    });
    expect([answer.status, asked]).toEqual([401, asks]);
  },
);

it.each([
  ['nothing', {}, 0],
  ['a malformed signature', { 'x-twilio-signature': 'x' }, 0],
  ['the shape of one', { 'x-twilio-signature': `${'a'.repeat(27)}=` }, 1],
])(
  'a call in the name of Twilio that brings %s is refused, and asks for its token so often: %o, %i',
  async (_what, headers, asks) => {
    const { world } = openStillWorld({ loaded, at: NIGHT });
    let asked = 0;
    const twilio = async () => {
      asked++;
      return ['a token'];
    };
    const app = answersApp(world, { slack: async () => [], twilio });
    const answer = await app.request('/twilio/sms', { method: 'POST', headers: headers as never, body: 'From=x' });
    expect([answer.status, asked]).toEqual([401, asks]);
  },
);
