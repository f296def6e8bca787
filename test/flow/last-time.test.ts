/** What came of it last time is told with the next incident of the cause: on the page, in chat, never in a text or a call. */
import { beforeEach, describe, expect, it } from 'vitest';
import { consoleApp } from '../../shared/console/console.ts';
import { actByForm } from '../../shared/flow/act.ts';
import { changeProblem } from '../../shared/flow/problem.ts';
import { withNewFollowUp, withWhy, withWorkaround } from '../../shared/problem/changes.ts';
import { lastTimeOf } from '../../shared/problem/last-time.ts';
import type { Problem } from '../../shared/problem/problem.ts';
import { incidentsOfCause } from '../../shared/store/history.ts';
import { problemOf } from '../../shared/store/problems.ts';
import { openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';

const loaded = await sampleCatalogue();
const notice = (action: string) => ({
  routing_key: 'local',
  event_action: action,
  dedup_key: 'slow',
  payload: { summary: 'payments-api-slow', source: 'payments-api', severity: 'critical' },
});
let world: TestWorld;
let cause: Problem['cause'];
const told = (channel: string) => world.told.filter((one) => one.channel === channel && one.message.kind === 'alert');

beforeEach(async () => {
  world = await openTestWorld({ loaded });
  await world.send(notice('trigger'), 'events');
  cause = (await world.open())[0]!.id.slice(0, 12) as Problem['cause'];
  await world.advance('1m');
  await world.send(notice('resolve'), 'events');
});

async function say(): Promise<void> {
  const now = world.now();
  const at = { catalogue: loaded.catalogue, now };
  await changeProblem(world.world, cause, (one) => withWhy(one, { text: 'The pool was full' }, at));
  await changeProblem(world.world, cause, (one) =>
    withWhy(one, { text: 'No timer closes <idle> connections', under: 'w1' }, at),
  );
  await changeProblem(world.world, cause, (one) =>
    withNewFollowUp(one, { text: 'Raise the limit', due: '2026-12-11' }, now),
  );
  await changeProblem(world.world, cause, (one) => withWorkaround(one, 'Restart the\nworkers', now));
}

async function again(): Promise<void> {
  await world.advance('20m');
  world.told.length = 0;
  await world.send(notice('trigger'), 'events');
  await world.advance('1m');
}

describe('the next incident of a cause', () => {
  it('says in chat what helps, what it came down to and what is still to be done, before the reply code', async () => {
    await say();
    await again();
    const facts = told('slack')[0]!.message.facts.map(({ label, value }) => `${label}: ${value}`);
    const from = facts.indexOf('Workaround: Restart the workers');
    expect(facts.slice(from, from + 3)).toEqual([
      'Workaround: Restart the workers',
      'Last time, because: No timer closes <idle> connections',
      'Still to be done: Raise the limit, payments, due 2026-12-11',
    ]);
    expect(facts.at(-1)).toMatch(/^Reply code: /);
  });

  it('has the very texts and calls that it would have without', async () => {
    await again();
    const without = [...told('sms'), ...told('voice')].map(({ message }) => [message.text, message.speech]);
    world = await openTestWorld({ loaded });
    await world.send(notice('trigger'), 'events');
    await world.advance('1m');
    await world.send(notice('resolve'), 'events');
    await say();
    await again();
    const withIt = [...told('sms'), ...told('voice')].map(({ message }) => [message.text, message.speech]);
    expect(withIt.length).toBeGreaterThan(0);
    expect(withIt).toEqual(without);
  });

  it('goes out without it where it cannot be read', async () => {
    await say();
    const { send } = world.world.table.client as unknown as {
      send: (command: { input: { Key?: { pk: string } } }) => unknown;
    };
    (world.world.table.client as unknown as { send: unknown }).send = async (command: {
      input: { Key?: { pk: string } };
    }) => {
      if (command.input.Key?.pk === 'PROBLEMS') throw new Error('The table does not answer.');
      return send(command);
    };
    await again();
    expect(told('slack')).toHaveLength(1);
    expect(world.logged.some((line) => line.includes('What came of it last time could not be read'))).toBe(true);
  });

  it('says nothing where nothing came of it', async () => {
    await again();
    expect(told('slack')[0]!.message.facts.map(({ label }) => label)).not.toContain('Still to be done');
  });

  it('shows it on its page, above the runbook, as text', async () => {
    await say();
    await again();
    const address = /\/p\/[\w-]+/.exec(told('sms')[0]!.message.link)![0];
    const page = await (await consoleApp(world.world, async () => ({}) as never).request(address)).text();
    expect(page).toContain('What came of it last time');
    expect(page).toContain('<strong>Workaround:</strong> Restart the workers');
    expect(page).toContain('No timer closes &lt;idle&gt; connections');
    expect(page.indexOf('What came of it last time')).toBeLessThan(page.indexOf('class="card first"'));
    expect(page).not.toContain('Was it worth waking somebody?');
    await world.send(notice('resolve'), 'events');
    const over = await (await consoleApp(world.world, async () => ({}) as never).request(address)).text();
    expect(over).toContain('Was it worth waking somebody?');
    for (const verdict of ['acted', 'noise', 'ended-by-itself', 'poor-details'])
      expect(over).toContain(`name="verdict" value="${verdict}"`);
  });

  it('asks on its page, once it is over, why of the last answer, and refuses a name', async () => {
    await say();
    const ask = (form: string) =>
      actByForm(world.world, `${cause}-1`, new URLSearchParams(`action=why&${form}`), { by: 'amira', via: 'link' });
    expect(await ask('under=w2&text=Nothing+alerts+on+it')).toEqual({ ok: true });
    expect(await ask('under=w3&another=yes&text=The+limit+is+low')).toEqual({ ok: true });
    expect(await ask('text=amira+forgot')).toMatchObject({ ok: false, status: 400 });
    const { whys } = (await problemOf(world.world.table, cause))!;
    expect(whys.map(({ under }) => under)).toEqual([undefined, 'w1', 'w2', undefined]);
    expect(JSON.stringify(whys)).not.toContain('amira');
  });

  it('is of the same cause', async () => {
    await again();
    expect(await incidentsOfCause(world.world.table, cause)).toHaveLength(2);
  });
});

describe('what came of it', () => {
  it('lists three of each at most, and says how many more there are', async () => {
    const now = world.now();
    for (let n = 0; n < 5; n++)
      await changeProblem(world.world, cause, (one) =>
        withWhy(one, { text: `reason ${n}` }, { catalogue: loaded.catalogue, now }),
      );
    expect(lastTimeOf(await problemOf(world.world.table, cause))!.reasons).toEqual([
      'reason 0',
      'reason 1',
      'reason 2',
      'and 2 more',
    ]);
  });

  it('is nothing where only the whys are to be asked', async () => {
    await changeProblem(world.world, cause, (one) => withWorkaround(one, '', world.now()));
    expect(lastTimeOf(await problemOf(world.world.table, cause))).toBeUndefined();
    expect(lastTimeOf(undefined)).toBeUndefined();
  });
});
