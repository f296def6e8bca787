/** Whom a step reaches and by which ways: where a policy was published anew, where people share names or ways with others. */
import { describe, expect, it } from 'vitest';
import type { Catalogue, Person, Policy } from '../../shared/catalogue/catalogue.ts';
import type { Event } from '../../shared/incident/event.ts';
import { at, ends, fires, type Happenings, live, owedPages, saidOf, catalogue as small, timersOf } from './world.ts';

const low = { urgency: 'low', severity: 'warning' } as const;
const sent = (page: string, reference?: string): Event => ({
  type: 'sent',
  page,
  ...(reference === undefined ? {} : { reference }),
});
const failed = (page: string): Event => ({ type: 'failed', page, reason: 'no', again: false });
const by = { by: 'ben', via: 'link' };
const person = (name: string) => ({ kind: 'person' as const, name });
const slack = (name: string) => ({ kind: 'slack' as const, name });
const step = (afterSeconds: number, ...notify: Policy['steps'][number]['notify']) => ({ afterSeconds, notify });

/** The small world with another policy `payments`, and other people. */
function world(steps: Policy['steps'], more: Partial<Policy> = {}, people: Record<string, Person> = {}) {
  const policy: Policy = { name: 'payments', repeat: 1, steps, ...more };
  const catalogue: Catalogue = {
    ...small,
    people: { ...small.people, ...people },
    policies: { ...small.policies, payments: policy },
  };
  return { catalogue };
}
const lived = (happenings: Happenings, where: { catalogue: Catalogue }) => live(happenings, undefined, where);
const open: Happenings = [[0, fires('a', 0)]];

describe('a policy that was published anew', () => {
  const long = world([step(0, person('amira')), step(300, person('ben')), step(600, person('head'))]);
  const short = world([step(0, person('amira')), step(300, person('ben'))]);

  it('and is shorter now goes on with its last step', () => {
    const second = lived([...open, [300, { type: 'timer', id: 't3' }]], long);
    expect(timersOf(second)).toEqual(['step 900']);
    const third = live([[900, { type: 'timer', id: second.timers[0]!.id }]], second, short);
    expect(saidOf(third).filter((what) => what.includes('reaches nobody'))).toEqual([]);
    expect(third.timers[0]).toMatchObject({ round: 1, step: 0 });
  });

  it('and is shorter now pages its last step again where it becomes worse', () => {
    const error = { severity: 'error' } as const;
    const third = lived(
      [
        [0, fires('a', 0, error)],
        [300, { type: 'timer', id: 't3' }],
        [301, sent('p4')],
        [301, sent('p5')],
        [301, sent('p6')],
      ],
      long,
    );
    const last = live([[900, { type: 'timer', id: third.timers[0]!.id }]], third, long);
    const worse = live([[910, fires('b', 910)]], last, short);
    expect(owedPages(worse)).toContain('alert sms ben 910');
  });

  it('and waits for working hours now, waits with its last step where it was at one that is no more', () => {
    const workingHours = { timeZone: 'Europe/London', days: ['mon'], from: '09:00', to: '17:00' };
    const second = lived(
      [[0, fires('a', 0, low)]],
      world([step(0, slack('#a')), step(300, person('ben')), step(600, person('head'))], {
        workingHours: { ...workingHours, from: '03:00', to: '03:15' },
      }),
    );
    const third = live([[300, { type: 'timer', id: second.timers[0]!.id }]], second, {
      catalogue: world([step(0, slack('#a'))], { workingHours }).catalogue,
    });
    expect(third.timers).toMatchObject([{ kind: 'step', due: '2026-11-23T09:00:00.000Z', step: 0 }]);
  });

  it('without the default it had reaches nobody else, and says so each minute', () => {
    const { catalogue } = world([step(0, person('nobody'))]);
    const { everybody: _, ...others } = catalogue.policies;
    const incident = lived(open, { catalogue: { ...catalogue, policies: others } });
    expect(saidOf(incident)).toContain('Nobody can be reached: trying again in a minute');
    expect(timersOf(incident)).toEqual(['step 60']);
    expect(incident.policy).toBe('payments');
  });
});

describe('a chat channel', () => {
  it('is told by each step that names it, of low urgency too', () => {
    const hours = { timeZone: 'Europe/London', from: '00:00', to: '23:59' };
    const twice = world([step(0, slack('#a')), step(300, slack('#a'))], { workingHours: hours });
    const first = lived(
      [
        [0, fires('a', 0, low)],
        [1, sent('p0', 'C1/1')],
      ],
      twice,
    );
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first, twice);
    expect(owedPages(second)).toEqual(['alert slack #a 300']);
  });

  it('that was not told when the step began to wait is told when people are asked', () => {
    const workingHours = { timeZone: 'Europe/London', days: ['mon'], from: '09:00', to: '17:00' };
    const where = world([step(0, slack('#a'), { kind: 'teams', name: '#a' }, slack('#b'))], { workingHours });
    const waiting = lived(
      [
        [0, fires('a', 0, low)],
        [1, sent('p0', 'C1/1')],
        [1, failed('p1')],
        [1, failed('p2')],
      ],
      where,
    );
    const nine = (Date.parse('2026-11-23T09:00:00.000Z') - Date.parse(at(0))) / 1000;
    const asked = live([[nine, { type: 'timer', id: waiting.timers[0]!.id }]], waiting, where);
    expect(owedPages(asked)).toEqual([`alert teams #a ${nine}`, `alert slack #b ${nine}`]);
  });

  it('of high urgency is told by every firing of the step', () => {
    const where = world([step(0, slack('#a'))]);
    const first = lived([...open, [1, sent('p0', 'C1/1')]], where);
    const again = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first, where);
    expect(owedPages(again)).toEqual(['alert slack #a 300']);
  });

  it('that has the name of another system’s, or of a person, is told all the same', () => {
    const where = world([step(0, slack('amira'), { kind: 'teams', name: 'amira' }, person('amira'))]);
    const pages = lived(open, where).pages.filter(({ state }) => state === 'owed');
    expect(pages.map(({ channel, person: isPerson }) => `${channel} ${isPerson}`)).toEqual([
      'sms true',
      'voice true',
      'voice true',
      'slack false',
      'teams false',
    ]);
  });

  it('that is being told is not told a second time beside it', () => {
    const where = world([step(0, slack('#a')), step(60, slack('#a'))]);
    const first = lived(open, where);
    const second = live([[60, { type: 'timer', id: first.timers[0]!.id }]], first, where);
    expect(owedPages(second)).toEqual(['alert slack #a 0']);
  });
});

describe('a person', () => {
  const rules = (...high: Person['rules']['high']): Person => ({
    ...small.people['amira']!,
    id: 'dee',
    rules: { high, low: [] },
    contact: { email: 'dee@example.gov.uk', slack: 'U4' },
  });
  const asked = (dee: Person) => owedPages(lived(open, world([step(0, person('dee'))], {}, { dee })));

  it('whose first ways cannot be used is asked at once by the earliest that can', () => {
    const late = rules(
      { channel: 'sms', afterSeconds: 0 },
      { channel: 'email', afterSeconds: 300 },
      { channel: 'slack', afterSeconds: 120 },
    );
    expect(asked(late)).toEqual(['alert email dee 300', 'alert slack dee 0']);
    expect(asked(rules({ channel: 'email', afterSeconds: 60 }, { channel: 'slack', afterSeconds: 60 }))).toEqual([
      'alert email dee 0',
      'alert slack dee 60',
    ]);
  });

  it('whose way is missing is said to have none; whose ways are all there is not', () => {
    const said = (dee: Person) => saidOf(lived(open, world([step(0, person('dee'))], {}, { dee })));
    expect(said(rules({ channel: 'sms', afterSeconds: 0 }, { channel: 'email', afterSeconds: 0 }))).toContain(
      'dee has no contact for sms: skipped',
    );
    expect(said(rules({ channel: 'email', afterSeconds: 0 })).filter((what) => what.includes('skipped'))).toEqual([]);
  });

  it('is paged by the next step though a message of theirs waits to be brought up to date', () => {
    const where = world([step(0, person('amira')), step(300, person('amira'))], {
      workingHours: { timeZone: 'Europe/London', from: '00:00', to: '23:59' },
    });
    const first = lived(
      [
        [0, fires('a', 0, low)],
        [1, sent('p0', 'D1/1')],
        [2, fires('b', 2, { severity: 'error', urgency: 'low' })],
      ],
      where,
    );
    expect(owedPages(first)).toEqual(['alert slack amira 2', 'update slack amira 2']);
    const told = live([[3, sent('p2', 'D1/2')]], first, where);
    const next = live([[300, { type: 'timer', id: told.timers[0]!.id }]], told, where);
    expect(owedPages(next)).toContain('alert slack amira 300');
  });

  it('who is being asked is not asked again beside it; worse news comes at once where their next way is later', () => {
    const error = { severity: 'error' } as const;
    const where = world([step(0, person('amira')), step(60, person('amira'))]);
    const first = lived(
      [
        [0, fires('a', 0, error)],
        [1, sent('p0')],
      ],
      where,
    );
    const second = live([[60, { type: 'timer', id: first.timers[0]!.id }]], first, where);
    expect(owedPages(second)).toEqual(['alert voice amira 120', 'alert voice amira 300']);
    const worse = live([[61, fires('b', 61)]], second, where);
    expect(owedPages(worse)).toEqual(['alert voice amira 120', 'alert voice amira 300', 'alert sms amira 61']);
    // At the instant at which the call is due anyway, it is the news.
    expect(owedPages(live([[120, fires('b', 120)]], second, where))).toEqual([
      'alert voice amira 120',
      'alert voice amira 300',
    ]);
  });
});

describe('a way that fails', () => {
  const where = world([step(0, person('amira'), person('ben')), step(300, person('head'))]);
  it('gives way to none of another person, nor to one that was tried in this step', () => {
    // Amira by text and twice by voice, Ben the same; then Amira's ways fail one by one.
    const all: Happenings = [...open, [1, failed('p0')], [2, failed('p1')], [3, failed('p2')]];
    const incident = lived(all, where);
    expect(owedPages(incident).filter((page) => page.includes('amira'))).toEqual(['alert email amira 3']);
    expect(owedPages(incident).filter((page) => page.includes('ben'))).toEqual([
      'alert sms ben 0',
      'alert voice ben 120',
      'alert voice ben 300',
    ]);
    expect(timersOf(incident)).toEqual(['step 300']);
  });

  it('in a later step is tried again there, though it failed in an earlier one', () => {
    const again = world([step(0, person('chidi')), step(300, person('chidi'))]);
    const first = lived([...open, [1, failed('p0')]], again);
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first, again);
    expect(owedPages(second).some((page) => page.startsWith('alert email chidi'))).toBe(true);
  });

  it('is not hurried past another of the same person that has been sent', () => {
    const incident = lived(
      [...open, [1, sent('p0')], [120, sent('p1')], [300, failed('p2')]],
      world([step(0, person('amira')), step(900, person('head'))]),
    );
    expect(owedPages(incident)).toEqual([]);
    expect(timersOf(incident)).toEqual(['step 900']);
  });
});

it('of an incident that was resolved nothing is asked any more', () => {
  const over = live([...open, [1, sent('p0')], [60, ends('a', 60)]]);
  for (const type of ['escalate', 'acknowledge', 'resolve'] as const)
    expect(live([[70, { type, ...by }]], over)).toBe(over);
});
