/** Test pages: a way is proved by its owner's answer, and nobody else ever hears of it. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { at, context } from './world.ts';

const ask = (person: string, channel: 'sms' | 'voice' | 'email', before?: Incident) =>
  decide(before, { type: 'test-page', person, channel, by: 'ben', via: 'api' }, context(at(0)));
const then = (incident: Incident, event: Event, seconds: number) => decide(incident, event, context(at(seconds)))!;
const owed = ({ pages }: Incident) =>
  pages.filter(({ state }) => state === 'owed').map(({ to, channel, kind }) => `${kind} ${channel} ${to}`);

describe('a test page', () => {
  it('is one page, to one person, by one way', () => {
    const test = ask('amira', 'sms')!;
    expect(test).toMatchObject({ state: 'triggered', severity: 'info', test: { person: 'amira', channel: 'sms' } });
    expect(owed(test)).toEqual(['alert sms amira']);
  });

  it.each([
    ['nobody', 'nobody-there', 'sms'],
    ['whom this way does not reach', 'chidi', 'sms'],
  ] as const)('to %s is none', (_, person, channel) => {
    expect(ask(person, channel)).toBeUndefined();
  });

  it('asked for once more is the next incident of its group', () => {
    const first = ask('amira', 'sms')!;
    const second = ask('amira', 'sms', first)!;
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
  });

  it('that is answered is over, and brings no relief', () => {
    const sent = then(ask('amira', 'sms')!, { type: 'sent', page: 'p0' }, 1);
    const answered = then(sent, { type: 'acknowledge', by: 'amira', via: 'reply' }, 60);
    expect([answered.state, answered.resolvedBy, owed(answered), answered.timers]).toEqual([
      'resolved',
      'amira',
      [],
      [],
    ]);
  });

  it('that nobody answers is over after an hour, and brings no relief', () => {
    const sent = then(ask('amira', 'sms')!, { type: 'sent', page: 'p0' }, 1);
    const timer = { type: 'timer' as const, id: sent.timers[0]!.id };
    expect(then(sent, timer, 3599)).toBe(sent);
    const over = then(sent, timer, 3600);
    expect([over.state, over.resolvedBy, owed(over)]).toEqual(['resolved', undefined, []]);
  });

  it.each<[string, Event]>([
    ['a refusal by the carrier', { type: 'failed', page: 'p0', reason: 'no', again: false }],
    ['NO', { type: 'escalate', by: 'amira', via: 'reply' }],
    ['hand over', { type: 'hand-over', to: 'ben', by: 'amira', via: 'link' }],
    ['snooze', { type: 'snooze', until: at(600), by: 'amira', via: 'link' }],
  ])('after %s pages nobody else, by no other way', (_, event) => {
    const test = ask('amira', 'sms')!;
    const next = then(test, event, 5);
    expect(owed(next).filter((page) => page !== 'alert sms amira')).toEqual([]);
    expect(next.timers.map(({ kind }) => kind)).toEqual(['test-ends']);
  });

  it('that was not delivered does not fall over to another way', () => {
    const sent = then(ask('amira', 'sms')!, { type: 'sent', page: 'p0' }, 1);
    const lost = then(sent, { type: 'receipt', page: 'p0', delivered: false, reason: 'text unreachable' }, 5);
    expect(owed(lost)).toEqual([]);
  });
});
