import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import { claim } from '../../shared/incident/delivery.ts';
import type { Event } from '../../shared/incident/event.ts';
import { firingKeys, type Incident, newlyOwed, nextDue, owed } from '../../shared/incident/incident.ts';
import { at, context, notice } from './world.ts';

const firing = (key: string, seconds: number, more = {}): Event => ({
  type: 'notices',
  notices: [notice(key, 'firing', seconds, more)],
});
const over = (key: string, seconds: number): Event => ({
  type: 'notices',
  notices: [notice(key, 'resolved', seconds)],
});

/** Goes through events in turn; each with the seconds at which it happens. */
function story(...events: [number, Event][]): Incident {
  let incident: Incident | undefined;
  for (const [seconds, event] of events) incident = decide(incident, event, context(at(seconds)));
  return incident!;
}

const open = (incident: Incident) => incident.pages.filter((page) => page.state === 'owed');
const brief = (incident: Incident) =>
  open(incident).map((page) => `${page.channel} ${page.to} +${(Date.parse(page.due) - Date.parse(at(0))) / 1000}s`);

describe('a firing alert', () => {
  it('opens an incident that owes the first step: the person by each of their rules, and the chat channel', () => {
    const incident = story([0, firing('a', 0)]);
    expect(incident.state).toBe('triggered');
    expect(brief(incident)).toEqual(['sms amira +0s', 'voice amira +120s', 'voice amira +300s', 'slack #payments +0s']);
    expect(incident.timers).toMatchObject([{ kind: 'step', due: at(300), step: 1 }]);
    expect(nextDue(incident)).toBe(at(0));
  });

  it('that is repeated changes nothing, to the very same value', () => {
    const incident = story([0, firing('a', 0)]);
    expect(decide(incident, firing('a', 0), context(at(9)))).toBe(incident);
  });

  it('that joins an open incident pages nobody again', () => {
    const incident = story([0, firing('a', 0)], [5, firing('b', 5)]);
    expect(incident.pages).toHaveLength(4);
    expect(firingKeys(incident)).toEqual(['a', 'b']);
  });

  it('that is worse pages those of the step at once, and does not set the policy back', () => {
    const warned = story([0, firing('a', 0, { severity: 'error' })], [1, { type: 'sent', page: 'p0' }]);
    const worse = decide(warned, firing('b', 5, { severity: 'critical' }), context(at(5)))!;
    expect(worse.severity).toBe('critical');
    expect(brief(worse)).toContain('sms amira +5s');
    expect(worse.timers).toEqual(warned.timers);
  });

  it('that is worse after an acknowledgement triggers again', () => {
    const incident = story(
      [0, firing('a', 0, { severity: 'error' })],
      [2, { type: 'acknowledge', by: 'amira', via: 'link' }],
      [5, firing('b', 5, { severity: 'critical' })],
    );
    expect(incident.state).toBe('triggered');
    expect(brief(incident)).toContain('sms amira +5s');
  });

  it('held by its runbook pages nobody until the hold is over, counted from when it began to fire', () => {
    const held = story([10, firing('a', 0, { holdSeconds: 120 })]);
    expect(open(held)).toEqual([]);
    expect(held.timers).toMatchObject([{ kind: 'hold', due: at(120) }]);
    const paged = decide(held, { type: 'timer', id: held.timers[0]!.id }, context(at(120)))!;
    expect(brief(paged)[0]).toBe('sms amira +120s');
  });

  it('that needs no hold ends the quiet of an incident that it joins', () => {
    const incident = story([0, firing('a', 0, { holdSeconds: 120 })], [5, firing('b', 5)]);
    expect(brief(incident)[0]).toBe('sms amira +5s');
  });

  it('of urgency none is recorded and pages nobody', () => {
    const incident = story([0, firing('a', 0, { severity: 'info', urgency: 'none' })]);
    expect(incident.state).toBe('triggered');
    expect(owed(incident)).toEqual([]);
  });

  it('of urgency low goes to chat and wakes nobody', () => {
    const incident = story([0, firing('a', 0, { severity: 'warning', urgency: 'low' })]);
    expect(brief(incident)).toEqual(['slack amira +0s', 'slack #payments +0s']);
    expect(incident.timers).toEqual([]);
  });

  it('soon after the end is the same incident, and pages again', () => {
    const incident = story([0, firing('a', 0)], [60, over('a', 60)], [90, firing('a', 90)]);
    expect(incident.sequence).toBe(1);
    expect(incident.state).toBe('triggered');
    expect(brief(incident)).toContain('sms amira +90s');
  });

  it('long after the end is another incident', () => {
    const incident = story([0, firing('a', 0)], [60, over('a', 60)], [4000, firing('a', 4000)]);
    expect(incident.sequence).toBe(2);
    expect(incident.id.endsWith('-2')).toBe(true);
  });

  it('that was over before we heard of it is on record and wakes nobody', () => {
    const incident = story([30, firing('a', 0, { overAt: at(20) })]);
    expect(incident.state).toBe('resolved');
    expect(owed(incident)).toEqual([]);
  });
});

describe('a signal that comes and goes', () => {
  /** Fires for a minute, is over for a minute, so many times. */
  const comesAndGoes = (times: number): [number, Event][] =>
    Array.from({ length: times }, (_, n) => [
      [n * 120, firing('a', n * 120)] as [number, Event],
      [n * 120 + 1, { type: 'sent', page: `p${n}` }] as [number, Event],
      [n * 120 + 60, over('a', n * 120 + 60)] as [number, Event],
    ]).flat();

  it('pages each time at first, then says that it flaps and holds still', () => {
    expect(brief(story(...comesAndGoes(2), [240, firing('a', 240)]))).toContain('sms amira +240s');
    const flapping = story(...comesAndGoes(3), [360, firing('a', 360)]);
    expect(flapping.state).toBe('triggered');
    expect(brief(flapping).filter((one) => !one.startsWith('relief'))).not.toContain('sms amira +360s');
    expect(flapping.timeline.some(({ what }) => what.startsWith('It flaps: 3 times'))).toBe(true);
  });

  it('pages again once it has fired for ten minutes on end', () => {
    const held = story(...comesAndGoes(3), [360, firing('a', 360)]);
    const timer = held.timers.find(({ kind }) => kind === 'hold')!;
    expect(timer.due).toBe(at(960));
    const paged = decide(held, { type: 'timer', id: timer.id }, context(at(960)))!;
    expect(brief(paged)).toContain('sms amira +960s');
  });

  it('is not let go by one more notice of it, but by worse news', () => {
    const held = story(
      [0, firing('a', 0, { severity: 'error' })],
      ...[1, 2, 3].flatMap((n): [number, Event][] => [
        [n * 60, over('a', n * 60)],
        [n * 60 + 1, firing('a', n * 60 + 1, { severity: 'error' })],
      ]),
    );
    expect(held.quietUntil).toBe(at(781));
    expect(decide(held, firing('a', 300, { severity: 'error' }), context(at(300)))!.quietUntil).toBe(at(781));
    expect(decide(held, firing('b', 300, { severity: 'critical' }), context(at(300)))!.quietUntil).toBeUndefined();
  });

  it('brings relief only to those who were paged since they were last told that it is over', () => {
    let incident = story(...comesAndGoes(3));
    for (const page of incident.pages.filter(({ kind, state }) => kind === 'relief' && state === 'owed'))
      incident = decide(incident, { type: 'sent', page: page.id }, context(at(350)))!;
    incident = decide(incident, firing('a', 360), context(at(360)))!;
    const end = decide(incident, over('a', 370), context(at(370)))!;
    expect(end.pages.filter((page) => page.kind === 'relief' && page.due === at(370))).toEqual([]);
  });

  it('takes back relief that was not sent yet when it fires again, and brings it when it is really over', () => {
    let incident = story([0, firing('a', 0)]);
    incident = decide(incident, { type: 'sent', page: 'p0' }, context(at(1)))!;
    incident = decide(incident, over('a', 60), context(at(60)))!;
    incident = decide(incident, firing('a', 61), context(at(61)))!;
    expect(incident.pages.filter(({ kind, state }) => kind === 'relief' && state === 'owed')).toEqual([]);
    const end = decide(incident, over('a', 70), context(at(70)))!;
    expect(open(end).map(({ kind, to }) => [kind, to])).toEqual([['relief', 'amira']]);
  });
});

describe('what a commit has to queue', () => {
  it('is a page that was in our hands and is put back until the very instant of its lease, too', () => {
    const owing = story([0, firing('a', 0)]);
    const taken = claim(owing, 'p0', at(0), 20);
    if (!('claimed' in taken)) throw new Error('not claimed');
    const waits = decide(taken.claimed, { type: 'waits', page: 'p0', generation: 1, until: at(20) }, context(at(1)))!;
    expect(newlyOwed(taken.claimed, waits).map(({ id, due }) => [id, due])).toContainEqual(['p0', at(20)]);
  });

  it('is nothing that was owed then before', () => {
    const owing = story([0, firing('a', 0)]);
    const noted = decide(owing, { type: 'note', by: 'ben', via: 'api', text: 'x' }, context(at(1)))!;
    expect(newlyOwed(owing, noted)).toEqual([]);
  });
});

describe('the end of a signal', () => {
  it('resolves the incident when it was the last, cancels what was owed and brings relief to those who were paged', () => {
    let incident = story([0, firing('a', 0)]);
    incident = decide(incident, { type: 'sent', page: 'p0' }, context(at(1)))!;
    incident = decide(incident, over('a', 60), context(at(61)))!;
    expect(incident.state).toBe('resolved');
    expect(incident.timers).toEqual([]);
    expect(brief(incident)).toEqual(['sms amira +61s']);
    expect(open(incident)[0]!.kind).toBe('relief');
  });

  it('leaves the incident open while another signal fires', () => {
    expect(story([0, firing('a', 0)], [1, firing('b', 1)], [60, over('a', 60)]).state).toBe('triggered');
  });

  it('that is older than what is known of the signal changes nothing', () => {
    const incident = story([0, firing('a', 0)], [60, over('a', 60)], [90, firing('a', 90)]);
    expect(decide(incident, over('a', 70), context(at(95)))).toBe(incident);
  });

  it('does not resolve while signals kept beside the incident fire', () => {
    const incident = story([0, firing('a', 0)]);
    const event: Event = { type: 'notices', notices: [notice('a', 'resolved', 60)], spilledFiring: 1 };
    expect(decide(incident, event, context(at(60)))!.state).toBe('triggered');
  });
});

describe('escalation', () => {
  const fire = (incident: Incident, seconds: number): Incident => {
    const timer = incident.timers.find((item) => item.kind === 'step')!;
    return decide(incident, { type: 'timer', id: timer.id }, context(at(seconds)))!;
  };

  it('goes on to the next step when its timer is due, and not before', () => {
    const incident = story([0, firing('a', 0)]);
    expect(fire(incident, 299)).toBe(incident);
    expect(brief(fire(incident, 300))).toContain('sms ben +300s');
  });

  it('decides whom a step reaches when it fires: a handover in between counts', () => {
    const incident = story([0, firing('a', 0)]);
    const later = decide(
      incident,
      { type: 'timer', id: incident.timers[0]!.id },
      context(at(300), { secondary: 'head' }),
    )!;
    expect(brief(later)).toContain('sms head +300s');
  });

  it('repeats, then stays on its last step for ever', () => {
    let incident = story([0, firing('a', 0)]);
    const fired: string[] = [];
    let seconds = 0;
    for (let i = 0; i < 9; i++) {
      const timer = incident.timers[0]!;
      seconds = (Date.parse(timer.due) - Date.parse(at(0))) / 1000;
      for (const page of open(incident))
        incident = decide(incident, { type: 'sent', page: page.id }, context(timer.due))!;
      fired.push(`${timer.round}.${timer.step}`);
      incident = fire(incident, seconds);
    }
    expect(fired).toEqual(['0.1', '0.2', '1.0', '1.1', '1.2', '2.2', '3.2', '4.2', '5.2']);
  });

  it('goes to the next step at once where a step reaches nobody, and says so', () => {
    const incident = decide(undefined, firing('a', 0), context(at(0), { primary: undefined }))!;
    expect(brief(incident)).toContain('sms ben +0s');
    expect(incident.timeline.map((entry) => entry.what)).toContain('Nobody is on call in primary');
  });

  it('falls back to the default policy where its own reaches nobody at all', () => {
    expect(brief(story([0, firing('a', 0, { policy: 'lonely' })]))).toContain('sms head +0s');
  });

  it('uses any way a person has where none of their rules can be used', () => {
    const incident = decide(undefined, firing('a', 0), context(at(0), { primary: 'chidi' }))!;
    expect(brief(incident)[0]).toBe('email chidi +0s');
  });
});

describe('a page that fails', () => {
  it('brings the next way of the person at once', () => {
    const incident = story(
      [0, firing('a', 0)],
      [1, { type: 'failed', page: 'p0', reason: 'carrier refused', again: false }],
    );
    expect(brief(incident)[0]).toBe('voice amira +1s');
  });

  it('for a passing reason is tried again, and the next way comes at once all the same', () => {
    const incident = story([0, firing('a', 0)], [1, { type: 'failed', page: 'p0', reason: 'throttled', again: true }]);
    expect(brief(incident).slice(0, 2)).toEqual(['sms amira +3s', 'voice amira +1s']);
  });

  it.each([
    ['a pause of ours, where the carrier asks for less', 1, 2],
    ['as long as the carrier asks for', 30, 30],
    ['two minutes at the most, whatever it asks for', 86_400, 120],
  ])('waits %s', (_, afterSeconds, expected) => {
    const failed = { type: 'failed', page: 'p0', reason: 'answered 429', again: true, afterSeconds } as const;
    const incident = story([0, firing('a', 0)], [1, failed]);
    expect(incident.pages[0]!.due).toBe(at(1 + expected));
  });

  it('as the last way of the only person of a step brings the next step at once', () => {
    let incident = story([0, firing('a', 0)]);
    for (let i = 0; i < 9; i++) {
      const page = open(incident).find((item) => item.person);
      if (!page) break;
      incident = decide(incident, { type: 'failed', page: page.id, reason: 'refused', again: false }, context(at(2)))!;
    }
    expect(incident.timers.find((timer) => timer.kind === 'step')!.due).toBe(at(2));
  });
});

describe('an acknowledgement', () => {
  const acknowledged = story([0, firing('a', 0)], [2, { type: 'acknowledge', by: 'ben', via: 'reply' }]);

  it('stops every page and every step', () => {
    expect(open(acknowledged)).toEqual([]);
    expect(acknowledged.timers.map((timer) => timer.kind)).toEqual(['ack-expires']);
    expect(claim(acknowledged, 'p1', at(200), 20)).toEqual({ refused: 'cancelled' });
  });

  it('given twice changes nothing', () => {
    expect(decide(acknowledged, { type: 'acknowledge', by: 'amira', via: 'link' }, context(at(3)))).toBe(acknowledged);
  });

  it('that nobody follows up lapses, and it pages again', () => {
    const timer = acknowledged.timers[0]!;
    const lapsed = decide(acknowledged, { type: 'timer', id: timer.id }, context(timer.due))!;
    expect(lapsed.state).toBe('triggered');
    expect(open(lapsed).length).toBeGreaterThan(0);
  });
});

describe('a claim', () => {
  const incident = story([0, firing('a', 0)]);

  it('puts an owed page into one pair of hands at a time, until the lease runs out', () => {
    const first = claim(incident, 'p0', at(0), 20);
    if (!('claimed' in first)) throw new Error('refused');
    expect(claim(first.claimed, 'p0', at(5), 20)).toEqual({ refused: 'leased' });
    expect(claim(first.claimed, 'p0', at(21), 20)).toHaveProperty('claimed');
  });

  it('is refused before the page is due', () => {
    expect(claim(incident, 'p1', at(5), 20)).toEqual({ refused: 'early' });
  });
});

describe('what a commit has to queue', () => {
  it('is all that was not owed before, or not at that time', () => {
    const incident = story([0, firing('a', 0)]);
    expect(newlyOwed(undefined, incident)).toHaveLength(5);
    const failed = decide(incident, { type: 'failed', page: 'p0', reason: 'x', again: false }, context(at(1)))!;
    expect(newlyOwed(incident, failed)).toEqual([
      { kind: 'page', id: 'p1', due: at(1), for: incident.pages.find(({ id }) => id === 'p1')!.to },
    ]);
  });
});
