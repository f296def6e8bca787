/** Low urgency: chat at once, people in working hours where the policy has them, quiet hours, and what high knows of none. */
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { at, notice, catalogue as small, context as usual } from './world.ts';

const workingHours = {
  timeZone: 'Europe/London',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:30',
};
const catalogue: Catalogue = {
  ...small,
  policies: { ...small.policies, payments: { ...small.policies['payments']!, workingHours } },
  people: {
    ...small.people,
    amira: {
      ...small.people['amira']!,
      rules: { ...small.people['amira']!.rules, low: [{ channel: 'sms', afterSeconds: 0 }] },
      quietHours: { timeZone: 'Europe/London', from: '12:00', to: '13:00' },
    },
  },
};
/** 03:12 on Monday 23 November. */
const NINE = '2026-11-23T09:00:00.000Z';
const context = (now: string) => ({ ...usual(now), catalogue });
const fires = (now: string, urgency: 'high' | 'low'): Incident => {
  const event: Event = { type: 'notices', notices: [notice('a', 'firing', 0, { urgency, severity: 'warning' })] };
  return decide(undefined, event, context(now))!;
};
const owed = (incident: Incident) =>
  incident.pages.filter(({ state }) => state === 'owed').map(({ channel, to, due }) => `${channel} ${to} ${due}`);

describe('low urgency where the policy has working hours', () => {
  it('at night: the chat at once, nobody is woken, and people are asked from nine on', () => {
    const incident = fires(at(0), 'low');
    expect(owed(incident)).toEqual([`slack #payments ${at(0)}`]);
    expect(incident.timers).toMatchObject([{ kind: 'step', due: NINE, round: 0, step: 0 }]);
    expect(incident.timeline.some(({ what }) => what.includes('people are asked from'))).toBe(true);
  });

  it('at nine: whoever is on call then, by any of their ways, and the chat is not told twice', () => {
    let incident = fires(at(0), 'low');
    incident = decide(incident, { type: 'sent', page: incident.pages[0]!.id }, context(at(1)))!;
    incident = decide(incident, { type: 'timer', id: incident.timers[0]!.id }, context(NINE))!;
    expect(owed(incident)).toEqual([`sms amira ${NINE}`]);
  });

  it('goes on to the next step in working hours, and waits with it where they are over', () => {
    const afternoon = '2026-11-23T17:28:00.000Z';
    let incident = fires(afternoon, 'low');
    expect(owed(incident)).toContain(`sms amira ${afternoon}`);
    const next = incident.timers.find(({ kind }) => kind === 'step')!;
    expect(next.due).toBe('2026-11-23T17:33:00.000Z');
    incident = decide(incident, { type: 'timer', id: next.id }, context(next.due))!;
    expect(incident.timers).toMatchObject([{ kind: 'step', due: '2026-11-24T09:00:00.000Z', step: 1 }]);
  });

  it('an acknowledgement ends the waiting', () => {
    const incident = decide(fires(at(0), 'low'), { type: 'acknowledge', by: 'ben', via: 'link' }, context(at(60)))!;
    expect(incident.timers.filter(({ kind }) => kind === 'step')).toEqual([]);
  });

  it('high urgency does not wait', () => {
    expect(owed(fires(at(0), 'high'))).toContain(`sms amira ${at(0)}`);
  });

  it('worse news of high urgency ends the waiting', () => {
    const worse: Event = { type: 'notices', notices: [notice('b', 'firing', 60, { severity: 'critical' })] };
    const incident = decide(fires(at(0), 'low'), worse, context(at(60)))!;
    expect(owed(incident)).toContain(`sms amira ${at(60)}`);
  });
});

describe('quiet hours', () => {
  it('low urgency waits until they are over', () => {
    expect(owed(fires('2026-11-23T12:30:00.000Z', 'low'))).toContain('sms amira 2026-11-23T13:00:00.000Z');
  });

  it('high urgency knows none', () => {
    expect(owed(fires('2026-11-23T12:30:00.000Z', 'high'))).toContain('sms amira 2026-11-23T12:30:00.000Z');
  });
});
