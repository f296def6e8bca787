import { describe, expect, it } from 'vitest';
import type { Incident, Page } from '../../shared/incident/incident.ts';
import { after } from '../../shared/time/time.ts';
import { type HourClass, interruptionsOf } from '../../shared/toil/interruption.ts';
import { catalogue, incidentOf } from './night.ts';

const page = (more: Partial<Page> & { at: string }): Page => ({
  id: `p${more.at}${more.channel ?? 'sms'}`,
  to: 'amira',
  person: true,
  channel: 'sms',
  kind: 'alert',
  place: { round: 0, step: 0 },
  due: more.at,
  state: 'sent',
  attempts: 1,
  ...more,
});
const paged = (pages: Page[], group = 'one'): Incident => ({ ...incidentOf({ opened: pages[0]!.due, group }), pages });
const told = (pages: Page[], people = catalogue.people) => interruptionsOf([paged(pages)], { ...catalogue, people });

describe('the hours in which somebody is interrupted, on their clock', () => {
  it.each<[string, HourClass, string]>([
    ['2026-11-23T08:00:00.000Z', 'business', 'a Monday at 08:00'],
    ['2026-11-23T07:59:59.999Z', 'sleep', 'just before'],
    ['2026-11-23T17:59:59.999Z', 'business', 'just before 18:00'],
    ['2026-11-23T18:00:00.000Z', 'off', 'at 18:00'],
    ['2026-11-23T22:00:00.000Z', 'sleep', 'at 22:00'],
    ['2026-11-28T12:00:00.000Z', 'off', 'a Saturday at noon'],
    ['2026-11-29T03:00:00.000Z', 'sleep', 'a Sunday at 03:00'],
    ['2026-12-25T12:00:00.000Z', 'off', "a Friday that is a bank holiday of the rota's calendar"],
    ['2026-07-01T07:00:00.000Z', 'business', 'a Wednesday in summer: 08:00 by London'],
    ['2026-07-01T21:00:00.000Z', 'sleep', 'a Wednesday in summer: 22:00 by London'],
    // The clocks go back on 25 October 2026 at 02:00.
    ['2026-10-25T07:30:00.000Z', 'sleep', 'the Sunday of the change: 07:30'],
    ['2026-10-26T08:00:00.000Z', 'business', 'the Monday after: 08:00'],
  ])('%s is %s: %s', (at, hours) => {
    expect(told([page({ at })]).map((one) => one.class)).toEqual([hours]);
  });

  it('are those of where the person is', () => {
    const people = { ...catalogue.people, amira: { ...catalogue.people['amira']!, timeZone: 'Australia/Sydney' } };
    expect(told([page({ at: '2026-11-23T02:00:00.000Z' })], people)[0]!.class).toBe('business');
    expect(told([page({ at: '2026-11-23T02:00:00.000Z' })])[0]!.class).toBe('sleep');
  });
});

describe('one interruption', () => {
  const at = '2026-11-23T03:12:04.000Z';
  const later = (seconds: number, more: Partial<Page> = {}) => page({ at: after(at, seconds), ...more });

  it.each<[number, string, Page[]]>([
    [1, 'a text and a call within a minute', [later(0), later(59.9, { channel: 'voice' })]],
    [2, 'a text, and a call a minute after it', [later(0), later(60, { channel: 'voice' })]],
    [2, 'three pages, of which the last is a minute after the first', [later(0), later(40), later(80)]],
    [2, 'two people at once', [later(0), later(0, { to: 'ben', place: { round: 0, step: 1 } })]],
    [0, 'an email', [later(0, { channel: 'email' })]],
    [0, 'a chat message to a person', [later(0, { channel: 'slack' })]],
    [0, 'a chat channel', [later(0, { person: false, channel: 'slack', to: '#payments' })]],
    [0, 'the message that it is over', [later(0, { kind: 'relief' })]],
    [0, 'a text that did not arrive', [later(0, { receipt: 'undelivered' })]],
    [0, 'a page that was cancelled', [later(0, { state: 'cancelled' })]],
  ])('%d: %s', (count, _, pages) => {
    expect(told(pages)).toHaveLength(count);
  });

  it('is one also where two incidents page a person within a minute, and belongs to the first', () => {
    const [one, two] = [paged([later(0)], 'one'), paged([later(20)], 'two')];
    expect(interruptionsOf([two, one], catalogue).map(({ incident }) => incident)).toEqual([one.id]);
  });

  it('names the rota of the step, and nobody', () => {
    const [first, second] = told([later(0), later(300, { to: 'ben', place: { round: 0, step: 1 } })]);
    expect([first!.rota, second!.rota]).toEqual(['primary', 'secondary']);
    expect(JSON.stringify([first, second])).not.toMatch(/amira|ben/);
  });

  it('has no rota where the step names a person', () => {
    expect(told([later(0, { to: 'head', place: { round: 0, step: 2 } })])[0]!.rota).toBeUndefined();
  });
});
