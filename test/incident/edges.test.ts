/** What people and timers do to an incident, at the edges: the last step, no hours, nobody left, nothing known. */
import { describe, expect, it } from 'vitest';
import type { Catalogue, Person, Policy } from '../../shared/catalogue/catalogue.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { at, ends, fires, type Happenings, live, owedPages, saidOf, catalogue as small, timersOf } from './world.ts';

const by = { by: 'ben', via: 'link' };
const error = { severity: 'error' } as const;
const low = { urgency: 'low', severity: 'warning' } as const;
const open: Happenings = [[0, fires('a', 0)]];
const held: Happenings = [[0, fires('a', 0, { ...error, holdSeconds: 120 })]];
const person = (name: string) => ({ kind: 'person' as const, name });
const world = (policy: Policy, people: Record<string, Person> = {}, defaults: Partial<Catalogue['defaults']> = {}) => ({
  catalogue: {
    ...small,
    defaults: { ...small.defaults, ...defaults },
    people: { ...small.people, ...people },
    policies: { ...small.policies, [policy.name]: policy },
  },
});

describe('an acknowledgement', () => {
  it('never lapses where the policy does not say when', () => {
    const incident = live([
      [0, fires('a', 0, { policy: 'everybody' })],
      [60, { type: 'acknowledge', ...by }],
    ]);
    expect([incident.state, timersOf(incident)]).toEqual(['acknowledged', []]);
  });
});

describe('escalating', () => {
  it('at the last step begins the next round', () => {
    const first = live(open);
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first);
    const third = live([[1200, { type: 'timer', id: second.timers[0]!.id }]], second);
    const asked = live([[1300, { type: 'escalate', ...by }]], third);
    // Who was called in the round before and has not answered is being called: the round counts all the same.
    expect(asked.timers).toMatchObject([{ due: at(1600), round: 1, step: 1 }]);
  });

  it.each(['escalate', 'hand-over'] as const)(
    'or handing over what is held (%s) is news already: worse news pages at once',
    (type) => {
      const asked = live([...held, [60, type === 'escalate' ? { type, ...by } : { type, to: 'amira', ...by }]]);
      const sent = live([[61, { type: 'sent', page: asked.pages[0]!.id }]], asked);
      expect(sent.pagedSeverity).toBe('error');
      const worse = live([[70, fires('b', 70, { holdSeconds: 120 })]], sent);
      expect(owedPages(worse)).toContain('alert sms amira 70');
    },
  );
});

describe('handing over in a later step', () => {
  const first = live(open);
  const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], first);

  it('goes on with the step after it', () => {
    const handed = live([[310, { type: 'hand-over', to: 'chidi', ...by }]], second);
    expect(handed.timers).toMatchObject([{ due: at(1210), round: 0, step: 2 }]);
    expect(handed.pages.at(-1)).toMatchObject({ to: 'chidi', place: { round: 0, step: 1 } });
  });

  it('goes on with the next round where the policy has become shorter', () => {
    const where = world({ name: 'payments', repeat: 1, steps: [{ afterSeconds: 0, notify: [person('amira')] }] });
    const handed = live([[310, { type: 'hand-over', to: 'chidi', ...by }]], second, where);
    expect(handed.timers).toMatchObject([{ due: at(610), round: 1, step: 0 }]);
  });
});

describe('a policy', () => {
  it('that is the default and reaches nobody tries again each minute, from its first step', () => {
    const where = world(
      { name: 'lonely', repeat: 0, steps: [{ afterSeconds: 0, notify: [person('nobody')] }] },
      {},
      { policy: 'lonely' },
    );
    const incident = live([[0, fires('a', 0, { policy: 'lonely' })]], undefined, where);
    expect(incident.timers).toMatchObject([{ kind: 'step', due: at(60), round: 1, step: 0 }]);
    expect(saidOf(incident).filter((what) => what.includes('instead'))).toEqual([]);
    const again = live([[60, { type: 'timer', id: incident.timers[0]!.id }]], incident, where);
    expect(again.timers).toMatchObject([{ kind: 'step', due: at(120), round: 2, step: 0 }]);
    expect(saidOf(again).filter((what) => what === 'Nobody can be reached: trying again in a minute')).toHaveLength(2);
  });

  it('whose working hours never come asks people at once', () => {
    const workingHours = { timeZone: 'Europe/London', days: ['holiday'], from: '09:00', to: '17:00' };
    const incident = live(
      [[0, fires('a', 0, low)]],
      undefined,
      world({ ...small.policies['payments']!, workingHours }),
    );
    expect(owedPages(incident)).toEqual(['alert slack amira 0', 'alert slack #payments 0']);
  });

  it('tells a channel of its next step though an update for that channel waits', () => {
    const slack = { kind: 'slack' as const, name: '#a' };
    const where = world({
      name: 'payments',
      repeat: 0,
      steps: [
        { afterSeconds: 0, notify: [slack] },
        { afterSeconds: 300, notify: [slack] },
      ],
    });
    const first = live(
      [
        [0, fires('a', 0, error)],
        [1, { type: 'sent', page: 'p0', reference: 'C1/1' }],
      ],
      undefined,
      where,
    );
    const told = live(
      [
        [
          2,
          {
            type: 'suspects',
            suspects: [{ deployment: 'd', at: at(-9), status: 'succeeded', score: 1, likely: true, why: '' }],
          },
        ],
      ],
      first,
      where,
    );
    const second = live([[300, { type: 'timer', id: first.timers[0]!.id }]], told, where);
    expect(owedPages(second)).toEqual(['update slack #a 2', 'alert slack #a 300']);
  });
});

describe('low urgency where the policy has no hours', () => {
  const rules = (low_: Person['rules']['low'], contact: Person['contact']) => ({
    amira: { ...small.people['amira']!, contact, rules: { high: [], low: low_ } },
  });
  const asked = (people: Record<string, Person>) =>
    owedPages(live([[0, fires('a', 0, low)]], undefined, world(small.policies['payments']!, people)));

  it('never rings: who asks for a text is told by a way that wakes nobody', () => {
    const text = [{ channel: 'sms' as const, afterSeconds: 0 }];
    expect(asked(rules(text, { phone: '+447700900001', email: 'a@example.gov.uk', slack: 'U1' }))).toEqual([
      'alert email amira 0',
      'alert slack #payments 0',
    ]);
    // Who has nothing but a telephone is not told, and the next of the policy is.
    expect(asked(rules(text, { phone: '+447700900001' }))).toEqual(['alert slack #payments 0', 'alert slack ben 0']);
  });
});

describe('suspects', () => {
  const suspect = (more: Partial<Suspect> = {}): Suspect => ({
    deployment: 'd1',
    at: at(-600),
    status: 'succeeded',
    score: 1,
    likely: true,
    why: '10m before it began',
    ...more,
  });

  it('that turn out to be none are taken away without a word', () => {
    const none = live([
      ...open,
      [1, { type: 'suspects', suspects: [suspect()] }],
      [2, { type: 'suspects', suspects: [] }],
    ]);
    expect(none.suspects).toEqual([]);
    expect(saidOf(none).filter((what) => what.startsWith('Suspect'))).toHaveLength(1);
  });

  it('are told of in a line', () => {
    const long = live([...open, [1, { type: 'suspects', suspects: [suspect({ title: 'x'.repeat(300) })] }]]);
    expect(saidOf(long).at(-1)).toBe(`Suspect: ${'x'.repeat(120)}, 10m before it began`);
  });
});

it('what is not said is left out: timers without a step, lines without a person', () => {
  const incident = live([...held, [1, ends('z', 1)]]);
  expect(Object.keys(incident.timers[0]!).sort()).toEqual(['due', 'id', 'kind']);
  expect(incident.timeline.some((entry) => 'by' in entry)).toBe(false);
});
