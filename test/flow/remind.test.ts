/** Reminders and the end of a watch, from the record to what people read. */
import { describe, expect, it } from 'vitest';
import { changeProblem } from '../../shared/flow/problem.ts';
import { endWatches, remind } from '../../shared/flow/remind.ts';
import { withNewFollowUp } from '../../shared/problem/changes.ts';
import type { Problem } from '../../shared/problem/problem.ts';
import { commitProblem, problemOf } from '../../shared/store/problems.ts';
import { type OpenProject, TrackerFailure } from '../../shared/tracker/tracker.ts';
import { openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';

const loaded = await sampleCatalogue();
const notice = (action: string) => ({
  routing_key: 'local',
  event_action: action,
  dedup_key: 'slow',
  payload: { summary: 'payments-api-slow', source: 'payments-api', severity: 'critical' },
});

/** One incident at night, and a follow-up that the morning after it proposed. */
async function morning() {
  const world = await openTestWorld({ loaded });
  const { cause } = await night(world);
  const done = await changeProblem(world.world, cause, (problem) =>
    withNewFollowUp({ ...problem, followUps: [] }, { text: 'Raise the limit\nof <b>+44 7700 900123</b>' }, world.now()),
  );
  if (done === undefined || 'why' in done) throw new Error('It was not proposed.');
  return { world, cause };
}

async function night(world: TestWorld): Promise<{ id: string; cause: Problem['cause'] }> {
  await world.send(notice('trigger'), 'events');
  const { id } = (await world.open())[0]!;
  await world.advance('10m');
  await world.send(notice('resolve'), 'events');
  return { id, cause: id.slice(0, 12) as Problem['cause'] };
}

/** The same world at another time, in which nothing else happens until then. */
const later = (world: TestWorld, days: number, hours = 0) => {
  const now = new Date(Date.parse(world.now()) + (days * 24 + hours) * 3_600_000).toISOString();
  return { ...world.world, now: () => now };
};

/** Looks once an hour, for so many days, who is to be reminded. */
async function hourly(world: TestWorld, days: number): Promise<number> {
  let queued = 0;
  for (let hour = 1; hour <= days * 24; hour++) queued += await remind(later(world, 0, hour));
  await world.advance('1m');
  return queued;
}
const reminders = (world: TestWorld) =>
  world.told
    .filter(({ message }) => message.thread === 'follow-ups')
    .map(({ channel, address, message }) => ({ channel, address, message }));

describe('a digest of follow-ups', () => {
  it('is told in the chat of the owner after a working week, once, and wakes nobody', async () => {
    const { world } = await morning();
    for (const person of ['amira', 'ben', 'chidi', 'dee', 'eve', 'femi']) world.phone(person).forget();
    expect(await hourly(world, 9)).toBe(1);
    const [told, ...others] = reminders(world);
    expect(others).toEqual([]);
    expect([told!.channel, told!.address]).toEqual(['slack', '#payments']);
    expect(told!.message).toMatchObject({ kind: 'notice', buttons: [], subject: '1 follow-up to decide or do' });
    for (const person of ['amira', 'ben', 'chidi', 'dee', 'eve', 'femi']) world.phone(person).expectSilence();
  });

  it('carries what the cause cost since it was proposed, and no phone number', async () => {
    const { world } = await morning();
    await world.advance('20m');
    await night(world);
    await hourly(world, 8);
    const [told] = reminders(world);
    const { label, value } = told!.message.facts[0]!;
    expect(label).toBe('payments-api Raise the limit of <b>‹number›</b>');
    expect(value).toMatch(
      /^proposed on 2026-11-23: agree, or say why not, no date, payments\. Since it was proposed: \d+ more pages?, \d+ at night\.$/,
    );
    expect(told!.message.text).not.toContain('900123');
  });

  it('says that it has not come back', async () => {
    const { world } = await morning();
    await hourly(world, 9);
    expect(reminders(world)[0]!.message.text).toContain('Since it was proposed: it has not come back.');
  });

  it('is not told twice where two functions look at once', async () => {
    const { world } = await morning();
    const then = later(world, 8, 8);
    const queued = await Promise.all([remind(then), remind(then)]);
    expect(queued.reduce((a, b) => a + b)).toBe(1);
  });

  it('counts what is more than a channel reads', async () => {
    const { world, cause } = await morning();
    for (let n = 0; n < 20; n++)
      await changeProblem(world.world, cause, (one) => withNewFollowUp(one, { text: `Do ${n}` }, world.now()));
    await hourly(world, 9);
    const { facts, subject } = reminders(world)[0]!.message;
    expect(subject).toBe('21 follow-ups to decide or do');
    expect(facts).toHaveLength(16);
    expect(facts.at(-1)).toEqual({ label: 'And', value: '6 more: pageturner problems' });
  });
});

describe('a ticket that was closed and watched', () => {
  async function closed() {
    const scene = await morning();
    const known = (await problemOf(scene.world.world.table, scene.cause))!;
    await commitProblem(scene.world.world.table, {
      ...known,
      tracker: Object.keys(loaded.catalogue.defaults.trackers!)[0]!,
      ticket: { key: '7', name: '#7', url: 'https://gitlab.example.gov.uk/7' },
      state: 'closed',
      closedAt: scene.world.now(),
      watchedUntil: new Date(Date.parse(scene.world.now()) + 30 * 86_400_000).toISOString(),
    });
    const notes: string[] = [];
    const there = { fails: 0 };
    const open: OpenProject = async () =>
      ({
        note: async (_key: string, text: string, mark: string) => {
          if (there.fails-- > 0) throw new TrackerFailure('it is down', true);
          notes.push(`${mark}: ${text}`);
        },
      }) as never;
    return { ...scene, notes, open, there };
  }

  it('is told after 30 days that its cause has not come back, once', async () => {
    const { world, notes, open } = await closed();
    expect(await endWatches(later(world, 29, 23), open)).toBe(0);
    expect(await endWatches(later(world, 30), open)).toBe(1);
    expect(await endWatches(later(world, 31), open)).toBe(0);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^watched-2026-11-23T.*watched for 30 days since\. \*\*It has not come back\.\*\*$/);
  });

  it('is told how often it came back, with the incidents', async () => {
    const { world, notes, open } = await closed();
    await world.advance('20m');
    const { id } = await night(world);
    await endWatches(later(world, 31), open);
    expect(notes[0]).toContain('**It came back once**, and people were paged once');
    expect(notes[0]).toContain(`/k/${id}`);
  });

  it('is told the next day where its tracker fails', async () => {
    const { world, notes, open, there } = await closed();
    there.fails = 1;
    expect(await endWatches(later(world, 31), open)).toBe(0);
    expect(await endWatches(later(world, 32), open)).toBe(1);
    expect(notes).toHaveLength(1);
  });
});
