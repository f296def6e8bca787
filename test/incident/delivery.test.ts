/** What becomes of a page when it is sent, put back, refused or not delivered: what follows, and what must not. */
import { describe, expect, it } from 'vitest';
import type { Catalogue, Policy } from '../../shared/catalogue/catalogue.ts';
import { claim } from '../../shared/incident/delivery.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { newlyOwed } from '../../shared/incident/incident.ts';
import { at, ends, fires, type Happenings, live, owedPages, saidOf, catalogue as small, timersOf } from './world.ts';

const by = { by: 'ben', via: 'link' };
const low = { urgency: 'low', severity: 'warning' } as const;
const sent = (page: string, reference?: string) =>
  ({ type: 'sent', page, ...(reference === undefined ? {} : { reference }) }) as const;
const failed = (page: string, again = false) => ({ type: 'failed', page, reason: 'refused', again }) as const;
const lost = (page: string) => ({ type: 'receipt', page, delivered: false, reason: 'unreachable' }) as const;
const person = (name: string) => ({ kind: 'person' as const, name });
const slack = (name: string) => ({ kind: 'slack' as const, name });
const policy = (...steps: Policy['steps'][number]['notify'][]): { catalogue: Catalogue } => ({
  catalogue: {
    ...small,
    policies: {
      ...small.policies,
      payments: { name: 'payments', repeat: 1, steps: steps.map((notify, n) => ({ afterSeconds: n * 300, notify })) },
    },
  },
});
const open: Happenings = [[0, fires('a', 0)]];
const nextStep = (incident: Incident, seconds: number): Happenings => [
  [seconds, { type: 'timer', id: incident.timers.find(({ kind }) => kind === 'step')!.id }],
];

describe('a page that was sent', () => {
  it('is sent once, however often that is said', () => {
    const once = live([...open, [1, sent('p0', 'SM1')]]);
    expect(live([[2, sent('p0', 'SM2')]], once)).toBe(once);
  });

  it('of relief is written down as such, and its message is not one to be changed', () => {
    const over = live([...open, [1, sent('p3')], [9, ends('a', 9)], [10, sent('p5', 'C1/9')]]);
    expect(saidOf(over).at(-1)).toBe('Relief by slack to #payments: sent');
    expect(over.messages).toBeUndefined();
  });

  it('of an update is done, and the timeline does not tell of it', () => {
    const changed = live([...open, [1, sent('p3', 'C1/1')], [2, { type: 'acknowledge', ...by }]]);
    const update = changed.pages.find(({ kind }) => kind === 'update')!;
    const done = live([[3, sent(update.id)]], changed);
    expect(owedPages(done)).toEqual([]);
    expect(saidOf(done)).toEqual(saidOf(changed));
  });
});

describe('a page that is put back for a digest', () => {
  it('is that page and no other', () => {
    const incident = live([...open, [1, { type: 'waits', page: 'p3', generation: 2, until: at(60) }]]);
    expect(owedPages(incident)).toEqual([
      'alert sms amira 0',
      'alert voice amira 120',
      'alert voice amira 300',
      'alert slack #payments 60',
    ]);
    expect(saidOf(incident).at(-1)).toBe('slack to #payments: waits for the digest, other incidents came first');
  });

  it('is queued anew with the calls that follow it, and nothing else that is owed', () => {
    const incident = live(open);
    const { claimed } = claim(incident, 'p0', at(0), 20) as { claimed: Incident };
    const back = live([[1, { type: 'waits', page: 'p0', generation: 1, until: at(20) }]], claimed);
    expect(newlyOwed(claimed, back).map(({ id }) => id)).toEqual(['p0', 'p1', 'p2']);
  });
});

describe('a page that failed, or was not delivered', () => {
  it('is followed by no other way once somebody has the incident', () => {
    const answered = live([...open, [1, sent('p0')], [2, { type: 'acknowledge', ...by }], [3, lost('p0')]]);
    expect(owedPages(answered)).toEqual([]);
    expect(answered.pages[0]).toMatchObject({ state: 'failed', receipt: 'undelivered' });
  });

  it('is followed by none then, where the person has another way that was never tried', () => {
    const eve = {
      ...small.people['amira']!,
      id: 'eve',
      rules: { high: [{ channel: 'sms' as const, afterSeconds: 0 }], low: [] },
    };
    const where = { catalogue: { ...policy([person('eve')]).catalogue, people: { ...small.people, eve } } };
    const told: Happenings = [...open, [1, sent('p0')]];
    expect(owedPages(live([...told, [3, lost('p0')]], undefined, where))).toEqual(['alert voice eve 3']);
    const answered: Happenings = [...told, [2, { type: 'acknowledge', ...by }], [3, lost('p0')]];
    expect(owedPages(live(answered, undefined, where))).toEqual([]);
  });

  it('and was relief is followed by none, though it fires again', () => {
    const again = live([...open, [1, sent('p0')], [9, ends('a', 9)], [10, sent('p5')], [20, fires('a', 20)]]);
    expect(owedPages(live([[21, lost('p5')]], again))).toEqual(owedPages(again));
  });

  it('and was an update is followed by none, and not told of', () => {
    const told = live([[0, fires('a', 0, { ...low, policy: 'chat' })]], undefined, {
      catalogue: {
        ...small,
        policies: {
          ...small.policies,
          chat: { name: 'chat', repeat: 0, steps: [{ afterSeconds: 0, notify: [person('amira')] }] },
        },
      },
    });
    const worse = live(
      [
        [1, sent('p0', 'D1/1')],
        [2, fires('b', 2, { ...low, severity: 'error' })],
      ],
      told,
    );
    const update = worse.pages.find(({ kind }) => kind === 'update')!;
    const after = live([[3, failed(update.id)]], worse);
    expect(owedPages(after)).toEqual(owedPages(worse).filter((page) => !page.startsWith('update')));
    expect(saidOf(after)).toEqual(saidOf(worse));
  });

  it('hurries the next way of this time, not one that was taken back before', () => {
    const again = live([...open, [60, ends('a', 60)], [70, fires('a', 70)]]);
    const [first, second] = again.pages.filter(({ state, to }) => state === 'owed' && to === 'amira');
    const after = live([[71, failed(first!.id)]], again);
    expect(after.pages.find(({ id }) => id === second!.id)!.due).toBe(at(71));
  });

  it('in a later step does not count what was sent in an earlier one: any way is tried, and then the next step', () => {
    const where = policy([person('amira')], [person('amira')], [person('head')]);
    const first = live([...open, [1, sent('p0')], [120, sent('p1')], [299, sent('p2')]], undefined, where);
    const second = live(nextStep(first, 300), first, where);
    const ways = second.pages.filter(({ state }) => state === 'owed').map(({ id }) => id);
    const allFail: Happenings = ways.map((id, n) => [301 + n, failed(id)]);
    const mailed = live(allFail, second, where);
    expect(owedPages(mailed)).toEqual(['alert email amira 303']);
    const wayLeft = mailed.pages.at(-1)!.id;
    const slacked = live([[310, failed(wayLeft)]], mailed, where);
    expect(owedPages(slacked)).toEqual(['alert slack amira 310']);
    const none = live([[320, failed(slacked.pages.at(-1)!.id)]], slacked, where);
    expect(timersOf(none)).toEqual(['step 320']);
    expect(saidOf(none).at(-1)).toBe('Nobody of this step could be reached: the next step at once');
  });

  it('has every way tried anew in each step, also those that failed in the one before', () => {
    const where = policy([person('ben')], [person('ben')]);
    const first = live(
      [...open, ...['p0', 'p1', 'p2'].map((id): Happenings[number] => [1, failed(id)])],
      undefined,
      where,
    );
    expect(owedPages(first)).toEqual(['alert slack ben 1']);
    const tried = live([[2, failed(first.pages.at(-1)!.id)]], first, where);
    const second = live(nextStep(tried, 2), tried, where);
    const again = second.pages
      .filter(({ state }) => state === 'owed')
      .map(({ id }): Happenings[number] => [3, failed(id)]);
    expect(owedPages(live(again, second, where))).toEqual(['alert slack ben 3']);
  });

  it('does not hurry the next step where another of its step was reached', () => {
    const where = policy([person('chidi'), person('ben')], [person('head')]);
    const incident = live(open, undefined, where);
    const [mail, ...ofBen] = incident.pages.filter(({ state }) => state === 'owed');
    const reached: Happenings = ofBen.map(({ id }) => [1, sent(id)]);
    expect(timersOf(live([...reached, [2, failed(mail!.id)]], incident, where))).toEqual(['step 300']);
  });

  it('does not hurry the step after the next: one that is due or under way is let be', () => {
    const where = policy([person('chidi')], [person('head')], [person('ben')]);
    const incident = live(open, undefined, where);
    const due = live([[300, failed('p0')]], incident, where);
    expect([timersOf(due), saidOf(due).at(-1)]).toEqual([['step 300'], 'email to chidi: refused']);
    const second = live(nextStep(incident, 300), incident, where);
    const late = live([[301, failed('p0')]], second, where);
    expect([timersOf(late), saidOf(late).at(-1)]).toEqual([['step 900'], 'email to chidi: refused']);
  });

  it('of a chat channel hurries nobody: what it would have told, nobody was to be woken for', () => {
    const where = policy([slack('#a')], [person('head')]);
    expect(timersOf(live([...open, [1, failed('p0')]], undefined, where))).toEqual(['step 300']);
  });

  it('as the last way where there is no next step brings nothing', () => {
    const where = {
      catalogue: { ...small, people: { ...small.people, eve: { ...small.people['chidi']!, id: 'eve' } } },
    };
    const quiet = live([[0, fires('a', 0, { ...low, policy: 'mail' })]], undefined, {
      catalogue: {
        ...where.catalogue,
        policies: {
          ...small.policies,
          mail: { name: 'mail', repeat: 0, steps: [{ afterSeconds: 0, notify: [person('eve')] }] },
        },
      },
    });
    expect(owedPages(quiet)).toEqual(['alert email eve 0']);
    const none = live([[1, failed('p0')]], quiet, where);
    expect([...owedPages(none), ...timersOf(none)]).toEqual([]);
  });
});

it('an update may be claimed in every state of the incident', () => {
  const changed = live([...open, [1, sent('p3', 'C1/1')], [2, { type: 'acknowledge', ...by }]]);
  const update = changed.pages.find(({ kind }) => kind === 'update')!;
  expect(claim(changed, update.id, at(3), 20)).toMatchObject({ page: { kind: 'update', leaseUntil: at(23) } });
});
