/** Responding: what people answer, and what becomes of an answer that is wrong, strange or late. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerForm, answerPress } from '../../shared/flow/respond.ts';
import { NIGHT, openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';
import { alarm } from './alarm.ts';

const loaded = await sampleCatalogue();
const first = loaded.onCall('payments-primary', NIGHT)!;
const second = loaded.onCall('payments-secondary', NIGHT)!;
let world: TestWorld;
const tokenOf = (text: string) => /\/p\/([\w-]+)/.exec(text)![1]!;

beforeEach(async () => {
  world = await openTestWorld({ loaded });
  await world.send(alarm());
});

describe('a text message', () => {
  it('with the code of the incident acknowledges it, and the phone hears so', async () => {
    const { code } = (await world.open())[0]!;
    await world.reply(first, `ack ${code.toLowerCase()}`);
    const [incident] = await world.open();
    expect(incident).toMatchObject({ state: 'acknowledged', acknowledgedBy: first });
    expect(world.phone(first).texts()).toHaveLength(2);
  });

  it('with a code that is no incident changes nothing, and says which are open', async () => {
    await world.reply(first, 'ACK QQ');
    expect((await world.open())[0]!.state).toBe('triggered');
    world.phone(first).expectSms(/[0-9A-Z]{2}/);
  });

  it('of a person who was not paged for it changes nothing', async () => {
    const { code } = (await world.open())[0]!;
    await world.reply('eve', `ACK ${code}`);
    expect((await world.open())[0]!.state).toBe('triggered');
  });

  it('NO passes it on to the next step at once', async () => {
    await world.reply(first, 'NO');
    world.phone(second).expectSms(/payments-api/);
  });
});

describe('the form of a link', () => {
  const act = (fields: string, token = tokenOf(world.phone(first).texts()[0]!)) =>
    answerForm(world.world, token, new URLSearchParams(fields));

  it('acknowledges for the person whom the link was sent to', async () => {
    expect(await act('action=acknowledge')).toBeUndefined();
    expect((await world.open())[0]).toMatchObject({ state: 'acknowledged', acknowledgedBy: first });
  });

  it('hands over to another person, who is paged by their own rules', async () => {
    expect(await act('action=hand-over&to=eve')).toBeUndefined();
    await world.advance('1s');
    expect(world.told.some(({ message }) => message.thread === 'x')).toBe(false);
    expect((await world.open())[0]!.pages.some(({ to, state }) => to === 'eve' && state !== 'cancelled')).toBe(true);
  });

  it.each([
    ['action=dance', 400],
    ['action=hand-over&to=stranger', 400],
    ['action=snooze&for=forever', 400],
    ['action=note&text=', 400],
    ['action=wrong-runbook&right=no/such', 400],
  ])('%s is refused with a sentence and changes nothing', async (fields, status) => {
    const before = (await world.open())[0]!.version;
    expect(await act(fields)).toMatchObject({ status, text: expect.stringMatching(/Nothing was changed\.$/) });
    expect((await world.open())[0]!.version).toBe(before);
  });

  it('of a link that nobody made is not found', async () => {
    expect(await act('action=acknowledge', 'Qm41xTz0aB9cLd7eRf2gHi')).toMatchObject({ status: 404 });
  });

  it('silences the signal for a time: it is acknowledged now, and fires again without a page', async () => {
    expect(await act('action=silence&for=2h')).toBeUndefined();
    await world.send(alarm('OK', '2026-11-23T03:13:04.000Z'));
    await world.advance('15m');
    world.phone(first).forget();
    await world.send(alarm('ALARM', world.now()));
    await world.advance('10m');
    world.phone(first).expectSilence();
  });
});

describe('a button in Slack', () => {
  const SECRET = 'a signing secret';
  const press = async (user: string, secret = SECRET, action = 'acknowledge') => {
    const [incident] = await world.open();
    const payload = {
      type: 'block_actions',
      user: { id: user },
      actions: [{ action_id: action, value: incident!.id }],
      response_url: 'https://hooks.slack.com/actions/x',
    };
    const body = Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    const seconds = String(Math.floor(Date.parse(world.now()) / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${seconds}:`).update(body).digest('hex')}`;
    const headers = { 'x-slack-request-timestamp': seconds, 'x-slack-signature': signature };
    const said = await answerPress(world.world, { body, headers }, [SECRET]);
    const before = (await world.open())[0]!.version;
    expect(incident!.version, 'what was pressed is only kept before Slack is answered').toBe(before);
    await world.advance('0s');
    return said;
  };

  it('acknowledges for the person whose Slack id it is', async () => {
    expect(await press(loaded.catalogue.people[first]!.contact.slack!)).toEqual({ status: 200, text: '' });
    expect((await world.open())[0]!.acknowledgedBy).toBe(first);
  });

  it('says that it was noise, and that the cause needs a ticket; both are on record with who said it', async () => {
    const slack = loaded.catalogue.people[first]!.contact.slack!;
    await press(slack, SECRET, 'noise');
    await press(slack, SECRET, 'open-problem');
    const [incident] = await world.open();
    expect(incident!.verdict).toMatchObject({ is: 'noise', by: first });
    expect(incident!.ticket).toMatchObject({ by: first });
    expect(world.whispers.slice(-2)).toEqual(['Noted: noise.', 'A problem ticket is on its way.']);
    await press(slack, SECRET, 'open-problem');
    expect(world.whispers.at(-1)).toMatch(/already/);
  });

  it('is asked for when it is over: each verdict, and the ticket', async () => {
    await world.send(alarm('OK', '2026-11-23T03:14:04.000Z'));
    const relief = world.told.findLast(({ channel, message }) => channel === 'slack' && message.kind === 'relief');
    expect(relief?.message.buttons.map(({ action }) => action)).toEqual([
      'acted',
      'noise',
      'ended-by-itself',
      'poor-details',
      'open-problem',
    ]);
  });

  it('is answered though neither the catalogue nor the table can be read: it is kept, and done later', async () => {
    const { catalogue, table } = world.world;
    world.world.catalogue = async () => Promise.reject(new Error('still starting'));
    world.world.table = { name: 't', client: { send: async () => Promise.reject(new Error('slow')) } as never };
    const body = Buffer.from(
      new URLSearchParams({
        payload: '{"type":"block_actions","actions":[{"action_id":"resolve","value":"a"}]}',
      }).toString(),
    );
    const seconds = String(Math.floor(Date.parse(world.now()) / 1000));
    const signature = `v0=${createHmac('sha256', SECRET).update(`v0:${seconds}:`).update(body).digest('hex')}`;
    const headers = { 'x-slack-request-timestamp': seconds, 'x-slack-signature': signature };
    expect(await answerPress(world.world, { body, headers }, [SECRET])).toEqual({ status: 200, text: '' });
    Object.assign(world.world, { catalogue, table });
  });

  it('of a stranger changes nothing, and tells only the stranger', async () => {
    expect(await press('U_STRANGER')).toEqual({ status: 200, text: '' });
    expect((await world.open())[0]!.state).toBe('triggered');
    expect(world.whispers.at(-1)).toMatch(/does not know you/);
  });

  it('with a wrong signature is refused', async () => {
    expect((await press(loaded.catalogue.people[first]!.contact.slack!, 'another secret')).status).toBe(401);
    expect((await world.open())[0]!.state).toBe('triggered');
  });
});
