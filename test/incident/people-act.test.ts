import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { at, context, notice, catalogue as people } from './world.ts';

const firing = (key: string, seconds: number): Event => ({
  type: 'notices',
  notices: [notice(key, 'firing', seconds)],
});
const asked = { by: 'amira', via: 'link' };

/** An incident that paged amira at once; then what is asked, each with the seconds at which it is. */
function story(...events: [number, Event][]): Incident {
  let incident = decide(undefined, firing('a', 0), context(at(0)))!;
  for (const [seconds, event] of events) incident = decide(incident, event, context(at(seconds)))!;
  return incident;
}
const owedTo = (incident: Incident) => [
  ...new Set(incident.pages.filter(({ state, kind }) => state === 'owed' && kind === 'alert').map(({ to }) => to)),
];
const timersOf = (incident: Incident) => incident.timers.map(({ kind, due }) => `${kind} ${due}`);
const said = (incident: Incident) => incident.timeline.map(({ what }) => what);

describe('handing over', () => {
  const handed = story([60, { type: 'hand-over', to: 'ben', ...asked }]);

  it('pages the other person by their own rules, at once, and stops what was owed to anybody else', () => {
    expect(owedTo(handed)).toEqual(['ben']);
    const due = handed.pages.filter(({ to, state }) => to === 'ben' && state === 'owed').map((page) => page.due);
    expect(due).toEqual([at(60), at(180), at(360)]);
    expect(said(handed)).toContain('Handed over to ben');
  });

  it('takes the incident from who had it', () => {
    const incident = story([10, { type: 'acknowledge', ...asked }], [60, { type: 'hand-over', to: 'ben', ...asked }]);
    expect(incident.state).toBe('triggered');
    expect(incident.acknowledgedBy).toBeUndefined();
    expect(owedTo(incident)).toEqual(['ben']);
  });

  it('keeps the policy going, should the other not answer', () => {
    expect(timersOf(handed)).toEqual([`step ${at(360)}`]);
  });

  it('to a person whom nothing reaches goes to the next step at once', () => {
    const incident = story([60, { type: 'hand-over', to: 'nobody', ...asked }]);
    expect(owedTo(incident)).toEqual(['ben']);
    expect(said(incident).join('\n')).toMatch(/nobody.*(no|nothing)/i);
  });

  it.each([
    ['to somebody who is not in the catalogue', 'zoe', []],
    ['of an incident that is over', 'ben', [[30, { type: 'resolve', ...asked }]]],
  ] as [string, string, [number, Event][]][])('%s changes nothing', (_, to, before) => {
    const incident = story(...before);
    expect(decide(incident, { type: 'hand-over', to, ...asked }, context(at(60)))).toBe(incident);
  });

  it('wakes, even where the incident itself would wait', () => {
    expect(Object.keys(people.people)).toContain('ben');
    const low: Event = {
      type: 'notices',
      notices: [notice('a', 'firing', 0, { severity: 'warning', urgency: 'low' })],
    };
    const waiting = decide(undefined, low, context(at(0)))!;
    const incident = decide(waiting, { type: 'hand-over', to: 'ben', ...asked }, context(at(60)))!;
    expect(incident.pages.some(({ to, channel, state }) => to === 'ben' && channel === 'sms' && state === 'owed')).toBe(
      true,
    );
  });
});

describe('snoozing', () => {
  const snoozed = story([60, { type: 'snooze', until: at(3600), ...asked }]);

  it('is an acknowledgement: nothing more is owed until then', () => {
    expect(snoozed).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'amira' });
    expect(owedTo(snoozed)).toEqual([]);
    expect(timersOf(snoozed)).toEqual([`ack-expires ${at(3600)}`]);
  });

  it('pages again at its end', () => {
    const incident = decide(snoozed, { type: 'timer', id: snoozed.timers[0]!.id }, context(at(3600)))!;
    expect(incident.state).toBe('triggered');
    expect(owedTo(incident)).toContain('amira');
  });

  it('until a time that has passed changes nothing', () => {
    const incident = story();
    expect(decide(incident, { type: 'snooze', until: at(60), ...asked }, context(at(60)))).toBe(incident);
  });
});

describe('a wrong runbook', () => {
  it('is noted with what was shown, so that the match can be fixed', () => {
    const incident = story([60, { type: 'wrong-runbook', ...asked }]);
    expect(said(incident)).toContain('Wrong runbook: payments/5xx');
    expect(incident.runbook.runbook).toBe('payments/5xx');
  });

  it('is noted alone where the right one is not in the catalogue', () => {
    const incident = story([60, { type: 'wrong-runbook', right: 'payments/none', ...asked }]);
    expect(incident.runbook.runbook).toBe('payments/5xx');
  });

  it('gives way to the right one', () => {
    const known = context(at(60));
    known.catalogue = { ...known.catalogue, runbooks: { 'payments/queue': {} as never } };
    const incident = decide(story(), { type: 'wrong-runbook', right: 'payments/queue', ...asked }, known)!;
    expect(incident.runbook.runbook).toBe('payments/queue');
    expect(said(incident)).toContain('Wrong runbook: payments/5xx; right: payments/queue');
  });
});
