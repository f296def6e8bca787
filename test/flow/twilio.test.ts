/** Twilio both ways: texts, receipts and keys of a call, each signed; and what is not signed changes nothing. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { answersApp } from '../../shared/answers/answers.ts';
import { contactFacts } from '../../shared/store/contacts.ts';
import { NIGHT, openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';
import { alarm } from './alarm.ts';

const TOKEN = 'an auth token of Twilio';
const loaded = await sampleCatalogue();
const first = loaded.onCall('payments-primary', NIGHT)!;
const second = loaded.onCall('payments-secondary', NIGHT)!;
const { phone } = loaded.catalogue.people[first]!.contact;
let world: TestWorld;

beforeEach(async () => {
  world = await openTestWorld({ loaded });
  await world.send(alarm());
  await world.advance('3m');
});

/** A request as Twilio makes and signs it. */
async function twilio(what: string, fields: Record<string, string>, how: { token?: string; at?: string } = {}) {
  const app = answersApp(world.world, { slack: async () => [], twilio: async () => [TOKEN] });
  const url = `${how.at ?? world.world.baseUrl}/twilio/${what}`;
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = url + sorted.map(([name, value]) => name + value).join('');
  const signature = createHmac('sha1', how.token ?? TOKEN)
    .update(signed)
    .digest('base64');
  const answer = await app.request(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' },
  });
  await world.advance('0s');
  return { status: answer.status, text: await answer.text() };
}

/** Our own name for the call that the first person had. */
async function placeOfCall(): Promise<string> {
  const [incident] = await world.open();
  const page = incident!.pages.find(({ channel, to }) => channel === 'voice' && to === first)!;
  return `${incident!.id}.${page.id}`;
}
const press = async (Digits: string, what = 'keys') =>
  twilio(`${what}?page=${await placeOfCall()}`, { Digits, CallSid: 'CA1' });
const lastEntry = async () => (await world.open())[0]!.timeline.at(-1);

describe('a key in a call', () => {
  it('4 acknowledges in the name of the person who was called, and the call says so', async () => {
    const { text } = await press('4');
    expect(text).toBe('<Response><Say voice="Polly.Amy">Acknowledged. It is yours.</Say></Response>');
    expect((await world.open())[0]).toMatchObject({ state: 'acknowledged', acknowledgedBy: first });
    expect((await world.open())[0]!.timeline.map(({ by }) => by)).toContain(`${first} (call)`);
    expect((await contactFacts(world.world.table, first)).voice?.provedAt).toBeDefined();
  });

  it('6 passes it on: the next step is paged now', async () => {
    world.phone(second).forget();
    expect((await press('6')).text).toContain('Passed on. The next person is being paged.');
    world.phone(second).expectSms(/payments-api/);
  });

  it.each(['9', '1', ''])('%j says it again, with the same keys', async (key) => {
    const { text } = await press(key);
    expect(text).toMatch(/^<Response><Gather .*Press 4 to acknowledge, 6 to pass it on, or 9 to hear it again/);
    expect((await world.open())[0]!.state).toBe('triggered');
  });

  it('pressed twice is done once, and the second time says whose it is', async () => {
    await press('4');
    const entries = (await world.open())[0]!.timeline.length;
    expect((await press('4')).text).toContain(`${first} has it already.`);
    expect((await world.open())[0]!.timeline).toHaveLength(entries);
  });

  it('of a digest acknowledges all that it told of', async () => {
    expect((await press('4', 'keys-all')).text).toContain('Acknowledged 1 of 1.');
    expect((await world.open())[0]!.state).toBe('acknowledged');
    expect((await press('9', 'keys-all')).text).toContain('are open for you');
  });

  it('about what nobody knows changes nothing', async () => {
    expect((await twilio('keys?page=x.p0', { Digits: '4' })).text).toContain('not known any more');
  });
});

describe('a text to the number at Twilio', () => {
  it('is a reply like any other, and is answered by Twilio', async () => {
    const { code } = (await world.open())[0]!;
    const said = await twilio('sms', { From: phone!, To: '+447700900111', Body: `ACK ${code}`, MessageSid: 'SM1' });
    expect(said).toEqual({ status: 200, text: '<Response></Response>' });
    expect((await world.open())[0]).toMatchObject({ state: 'acknowledged', acknowledgedBy: first });
    world.phone(first).expectSms(/^Acknowledged/);
  });
});

describe('what became of a text or a call', () => {
  const status = async (fields: Record<string, string>) => twilio(`status?page=${await placeOfCall()}`, fields);
  it('that arrived is written down', async () => {
    await status({ CallStatus: 'completed' });
    expect((await lastEntry())!.what).toBe(`voice to ${first}: delivered`);
  });

  it.each([
    [{ CallStatus: 'no-answer' }, 'no-answer by Twilio'],
    [{ CallStatus: 'busy' }, 'busy by Twilio'],
    [{ MessageStatus: 'undelivered', ErrorCode: '30003' }, 'undelivered (30003) by Twilio'],
  ])('%j brings the next way', async (fields, reason) => {
    const place = await placeOfCall();
    await status(fields as Record<string, string>);
    const incident = (await world.open())[0]!;
    expect(incident.timeline.map(({ what }) => what)).toContain(`voice to ${first}: not delivered, ${reason}`);
    expect(incident.pages.find(({ id }) => id === place.split('.')[1])!.state).toBe('failed');
  });

  it.each([{ MessageStatus: 'sent' }, { MessageStatus: 'queued' }, { CallStatus: 'ringing' }, {}])(
    '%j says nothing yet',
    async (fields) => {
      const before = (await world.open())[0]!.version;
      await status(fields as Record<string, string>);
      expect((await world.open())[0]!.version).toBe(before);
    },
  );
});

describe('what Twilio did not sign', () => {
  it('is refused and changes nothing', async () => {
    const place = await placeOfCall();
    expect((await twilio(`keys?page=${place}`, { Digits: '4' }, { token: 'guessed' })).status).toBe(401);
    const app = answersApp(world.world, { slack: async () => [], twilio: async () => [TOKEN] });
    const bare = await app.request(`https://pages.example.gov.uk/twilio/keys?page=${place}`, { method: 'POST' });
    expect(bare.status).toBe(401);
    expect((await world.open())[0]!.state).toBe('triggered');
  });

  it('for one page is not taken for another', async () => {
    const place = await placeOfCall();
    const app = answersApp(world.world, { slack: async () => [], twilio: async () => [TOKEN] });
    const url = `${world.world.baseUrl}/twilio/keys?page=`;
    const signature = createHmac('sha1', TOKEN).update(`${url}other.p0Digits4`).digest('base64');
    const headers = { 'x-twilio-signature': signature };
    const answer = await app.request(`${url}${place}`, {
      method: 'POST',
      body: new URLSearchParams({ Digits: '4' }),
      headers,
    });
    expect(answer.status).toBe(401);
  });

  it('by a domain in front of ours is taken, for Twilio signs the address that it calls', async () => {
    const place = await placeOfCall();
    const at = 'https://oncall.example.gov.uk';
    expect((await twilio(`keys?page=${place}`, { Digits: '4' }, { at })).status).toBe(200);
  });

  it('is not found where there is no account at Twilio', async () => {
    const app = answersApp(world.world, { slack: async () => [], twilio: async () => [] });
    const headers = { 'x-twilio-signature': 'A'.repeat(27).concat('=') };
    expect((await app.request('https://x.example/twilio/sms', { method: 'POST', headers })).status).toBe(404);
  });
});
