/** Messages that can change: one for each chat target, brought up to date whenever it stands differently. */
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { at, ends, fires, type Happenings, live, owedPages, catalogue as small } from './world.ts';

const catalogue: Catalogue = {
  ...small,
  policies: {
    ...small.policies,
    payments: {
      name: 'payments',
      repeat: 0,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'person', name: 'amira' },
            { kind: 'slack', name: '#payments' },
            { kind: 'slack', name: '#on call' },
          ],
        },
      ],
    },
  },
};
const low = { urgency: 'low', severity: 'warning' } as const;
const sent = (page: string, reference?: string) =>
  ({ type: 'sent', page, ...(reference === undefined ? {} : { reference }) }) as const;
const told = (happenings: Happenings) => live(happenings, undefined, { catalogue });
/** Amira by her own Slack, and two channels, all told. */
const opened: Happenings = [
  [0, fires('a', 0, low)],
  [1, sent('p0', 'D1/1')],
  [1, sent('p1', 'C1/1')],
  [1, sent('p2', 'C2/1')],
];
const acknowledged: Happenings = [...opened, [60, { type: 'acknowledge', by: 'ben', via: 'link' }]];
const updates = ['update slack #on call 60', 'update slack #payments 60', 'update slack amira 60'];

describe('messages that can change', () => {
  it('are all brought up to date, a person’s own and those of channels, each by its reference', () => {
    const { pages } = told(acknowledged);
    expect(owedPages(told(acknowledged)).sort()).toEqual(updates);
    const due = pages
      .filter(({ kind }) => kind === 'update')
      .map(({ to, person, changes }) => ({ to, person, changes }));
    expect(due).toContainEqual({ to: 'amira', person: true, changes: 'D1/1' });
    expect(due).toContainEqual({ to: '#on call', person: false, changes: 'C2/1' });
  });

  it('wait once, however often it stands differently before they are changed', () => {
    const twice = told([...acknowledged, [61, { type: 'resolve', by: 'ben', via: 'link' }]]);
    const waiting = twice.pages.filter(({ kind, state }) => kind === 'update' && state === 'owed');
    expect(waiting.map(({ to }) => to).sort()).toEqual(['#on call', '#payments', 'amira']);
  });

  it('wait anew where one is being changed at that moment, for it may say what no longer is', () => {
    const first = told(acknowledged).pages.find(({ kind, to }) => kind === 'update' && to === '#payments')!;
    const incident = told([
      ...acknowledged,
      [61, { type: 'claim', page: first.id }],
      [62, { type: 'note', by: 'ben', via: 'link', text: 'looking' }],
      [63, { type: 'escalate', by: 'ben', via: 'link' }],
    ]);
    const waiting = incident.pages.filter(
      ({ kind, state, to }) => kind === 'update' && state === 'owed' && to === '#payments',
    );
    expect(waiting.map(({ leaseUntil }) => leaseUntil)).toEqual([at(81), undefined]);
  });

  it('that wait go on waiting where it fires again: nothing of them is taken back', () => {
    const over = told([...opened, [60, ends('a', 60)]]);
    const waiting = over.pages.filter(({ kind, state }) => kind === 'update' && state === 'owed').map(({ id }) => id);
    const again = live([[70, fires('a', 70, low)]], over, { catalogue });
    const after = again.pages.filter(({ kind, state }) => kind === 'update' && state === 'owed').map(({ id }) => id);
    expect(after).toEqual(waiting);
  });

  it('that wait for a suspect go on waiting where it is handed over: only people are taken back', () => {
    const suspect = { deployment: 'd1', at: at(-600), status: 'succeeded', score: 1, likely: true, why: 'lately' };
    const incident = told([
      ...opened,
      [60, { type: 'suspects', suspects: [suspect] }],
      [61, { type: 'hand-over', to: 'ben', by: 'amira', via: 'link' }],
    ]);
    expect(
      owedPages(incident)
        .filter((page) => page.startsWith('update'))
        .sort(),
    ).toEqual(updates);
  });

  it('being changed when it ends are no reason for relief: nobody was paged since they last heard', () => {
    const over = told([...opened, [60, { type: 'resolve', by: 'ben', via: 'link' }]]);
    const relief = over.pages
      .filter(({ kind }) => kind === 'relief')
      .map(({ id }): Happenings[number] => [61, sent(id)]);
    const silenced: Happenings = [...relief, [70, fires('b', 70, { ...low, silencedUntil: at(900) })]];
    const again = live(silenced, over, { catalogue });
    const update = again.pages.find(({ kind, state }) => kind === 'update' && state === 'owed')!;
    const end: Happenings = [
      [71, { type: 'claim', page: update.id }],
      [80, ends('b', 80)],
    ];
    expect(live(end, again, { catalogue }).pages.filter(({ due }) => due === at(80))).toMatchObject([
      { kind: 'update', to: update.to },
    ]);
  });

  it('in a thread of a hundred answers are still one each', () => {
    const many = Array.from({ length: 100 }, (_, n): Happenings[number] => [
      60 + n,
      { type: n % 2 === 0 ? 'acknowledge' : 'escalate', by: 'ben', via: 'link' },
    ]);
    const waiting = told([...opened, ...many]).pages.filter(({ kind, state }) => kind === 'update' && state === 'owed');
    expect(waiting).toHaveLength(3);
  });
});
