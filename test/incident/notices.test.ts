/** Notices as senders really send them: several in a batch, of one instant, late, of signals kept elsewhere; and their quiet. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { firingKeys } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import { at, ends, fires, type Happenings, live, notice, owedPages, saidOf, timersOf } from './world.ts';

const together = (...notices: Notice[]): Event => ({ type: 'notices', notices });
const error = { severity: 'error' } as const;
const low = { urgency: 'low', severity: 'warning' } as const;
const by = { by: 'ben', via: 'link' };
const open: Happenings = [[0, fires('a', 0)]];
const firing = (incident: Incident, key: string) => incident.alerts[key]!.status === 'firing';
/** A notice of signal `a` with an id of its own. */
const named = (
  id: string,
  status: 'firing' | 'resolved',
  seconds: number,
  more: Partial<Omit<Notice, 'alert'>> = {},
): Notice => {
  const one = notice('a', status, seconds, more);
  return { ...one, alert: { ...one.alert, id } };
};

describe('several notices at once', () => {
  it('are led by the worst of them, whichever came first', () => {
    const incident = live([[1, together(notice('a', 'firing', 0, error), notice('b', 'firing', 1))]]);
    expect([incident.lead.key, incident.severity, incident.title]).toEqual(['b', 'critical', 'alarm b']);
  });

  it('began when the first of them did, and never later than we heard', () => {
    const since = (...notices: Notice[]) => live([[10, together(...notices)]]).firingSince;
    expect(since(notice('a', 'firing', 0), notice('b', 'firing', 5))).toBe(at(0));
    expect(since(notice('a', 'firing', 90))).toBe(at(10));
  });

  it('of one signal are the latest: what it said before holds nobody and wakes nobody', () => {
    const incident = live([
      [10, together(notice('a', 'firing', 0), notice('a', 'firing', 5, { ...error, holdSeconds: 300 }))],
    ]);
    expect([incident.severity, incident.quietUntil]).toEqual(['error', at(305)]);
  });

  it.each([
    ['an end and a firing', [notice('a', 'resolved', 20), notice('a', 'firing', 20)]],
    ['a firing and an end', [notice('a', 'firing', 20), notice('a', 'resolved', 20)]],
  ])('of one instant, %s, leave it firing', (_, notices) => {
    const incident = live([...open, [20, together(...notices)]]);
    expect([incident.state, firing(incident, 'a')]).toEqual(['triggered', true]);
  });

  it('of which one ends what was, long after the end, begin another incident by the one that fires', () => {
    const over = live([...open, [60, together(notice('a', 'resolved', 60))]]);
    const other = together(notice('a', 'resolved', 4000, { policy: 'everybody' }), notice('b', 'firing', 4001));
    const next = live([[4002, other]], over);
    expect([next.sequence, next.lead.key, next.title, next.policy]).toEqual([2, 'b', 'alarm b', 'payments']);
    expect(live([[4002, together(notice('a', 'resolved', 4000))]], over).sequence).toBe(1);
  });
});

describe('two firings of one signal at one instant', () => {
  const first = live([[0, together(named('m', 'firing', 0, error))]]);
  it('are the one with the larger id, whichever comes first', () => {
    const larger = live([[1, together(named('n', 'firing', 0))]], first);
    expect([larger.alerts['a']!.id, larger.severity]).toEqual(['n', 'critical']);
    expect(live([[1, together(named('l', 'firing', 0))]], first)).toBe(first);
  });

  it('are nothing new to an incident that a person closed over them', () => {
    const closed = live([[1, { type: 'resolve', ...by }]], first);
    expect(live([[2, together(named('n', 'firing', 0))]], closed)).toBe(closed);
  });

  it('that both say that it is over are one', () => {
    const over = live([[5, together(named('x', 'resolved', 5))]], first);
    expect(live([[6, together(named('y', 'resolved', 5))]], over)).toBe(over);
  });
});

describe('signals kept beside the incident', () => {
  it('count with those that it holds itself: one here and one there are two', () => {
    const two = live([[0, together(notice('a', 'firing', 0), notice('b', 'firing', 0))]]);
    const one = live([[10, { type: 'notices', notices: [notice('a', 'resolved', 10)], spilledFiring: 1 }]], two);
    expect([one.state, firingKeys(one)]).toEqual(['triggered', ['b']]);
  });
});

describe('worse news', () => {
  it('of an incident that nobody was woken for begins its policy, which goes on by itself', () => {
    const incident = live([
      [0, fires('a', 0, low)],
      [60, fires('b', 60)],
    ]);
    expect(owedPages(incident)).toContain('alert sms amira 60');
    expect(timersOf(incident)).toEqual(['step 360']);
  });

  it('pages the people of the last step, not of the first', () => {
    const first = live([
      [0, fires('a', 0, error)],
      [1, { type: 'sent', page: 'p0' }],
    ]);
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first);
    const ways = second.pages.filter(({ to, state }) => to === 'ben' && state === 'owed');
    const sent = ways.map(({ id }): Happenings[number] => [301, { type: 'sent', page: id }]);
    const calls = second.pages.filter(({ to, state }) => to === 'amira' && state === 'owed');
    const called = calls.map(({ id }): Happenings[number] => [302, { type: 'sent', page: id }]);
    const worse = live([[310, fires('b', 310)]], live([...sent, ...called], second));
    expect(owedPages(worse).filter((page) => page.includes('sms'))).toEqual(['alert sms ben 310']);
    expect(timersOf(worse)).toEqual(timersOf(second));
  });

  it('is told once more by the step that paged, also where the last thing said was an update', () => {
    const first = live([
      [0, fires('a', 0, error)],
      [1, { type: 'sent', page: 'p3', reference: 'C1/1' }],
    ]);
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first);
    const suspect = { deployment: 'd', at: at(-9), status: 'succeeded', score: 1, likely: true, why: '' };
    const told = live([[301, { type: 'suspects', suspects: [suspect] }]], second);
    expect(told.pages.at(-1)!.kind).toBe('update');
    const worse = live([[310, fires('b', 310)]], told);
    expect(worse.pages.filter(({ kind }) => kind === 'alert').at(-1)!.place).toEqual({ round: 0, step: 1 });
    expect(worse.pages.filter(({ place }) => place?.round === 0 && place.step === 0)).toHaveLength(4);
  });
});

describe('quiet', () => {
  const held: Happenings = [[0, fires('a', 0, { holdSeconds: 120 })]];

  it('goes on where one of two that are held is over', () => {
    const both: Happenings = [
      [0, together(notice('a', 'firing', 0, { holdSeconds: 120 }), notice('b', 'firing', 0, { holdSeconds: 120 }))],
    ];
    const incident = live([...both, [60, ends('a', 60)]]);
    expect([timersOf(incident), owedPages(incident)]).toEqual([['hold 120'], []]);
  });

  it('is said once, though more joins that is held as long', () => {
    const incident = live([...held, [0, fires('b', 0, { holdSeconds: 120 })]]);
    expect(saidOf(incident).filter((what) => what.startsWith('Pages nobody before'))).toHaveLength(1);
  });

  it.each([120, 121])('that is over at %i seconds is ended by its timer, not by what joins', (seconds) => {
    const incident = live([...held, [seconds, fires('b', seconds)]]);
    expect([timersOf(incident), owedPages(incident)]).toEqual([['hold 120'], []]);
    const paged = live([[seconds, { type: 'timer', id: incident.timers[0]!.id }]], incident);
    expect(owedPages(paged)).toContain(`alert sms amira ${seconds}`);
  });
});

describe('what flaps', () => {
  const comesAndGoes = (...triggers: number[]): Happenings =>
    triggers.flatMap(
      (seconds): Happenings => [
        [seconds - 1, ends('a', seconds - 1)],
        [seconds, fires('a', seconds)],
      ],
    );

  it.each([
    ['three times within an hour', [15, 3000, 3614], at(4214)],
    ['three times in an hour to the second', [15, 3000, 3615], undefined],
    ['three times in more than an hour', [15, 3000, 3700], undefined],
  ])('is what triggers again %s', (_, triggers, until) => {
    // It ends right before it fires again, so it is the same incident throughout.
    expect(live([...open, ...comesAndGoes(...triggers)]).quietUntil).toBe(until);
  });

  it('is known by its last three times, however often it came', () => {
    const incident = live([...open, ...comesAndGoes(10, 20, 30, 40, 50)]);
    expect(incident.again).toEqual([at(30), at(40), at(50)]);
  });
});
