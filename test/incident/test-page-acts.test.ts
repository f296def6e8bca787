/** A test page to the letter: what it is made of, what ends it, and what does nothing to it. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../shared/incident/event.ts';
import { groupDigest } from '../../shared/incident/incident.ts';
import { testGroup } from '../../shared/incident/test-page.ts';
import { at, type Happenings, live, owedPages, saidOf, timersOf } from './world.ts';

const by = { by: 'amira', via: 'reply' };
const asked: Happenings = [[0, { type: 'test-page', person: 'amira', channel: 'sms', by: 'ben', via: 'api' }]];
const test = live(asked);
const sent = live([...asked, [1, { type: 'sent', page: 'p0' }]]);

describe('a test page', () => {
  it('is a separate incident in which nothing is wrong', () => {
    const group = testGroup('amira', 'sms');
    // Where the next test page of hers by this way looks for the one before.
    const id = `${groupDigest(group)}-1`;
    const title = 'Test page for amira by sms';
    expect(test).toMatchObject({
      id,
      group,
      title,
      version: 0,
      policy: 'everybody',
      runbook: { runbook: null, by: 'none', candidates: [] },
      lead: { key: group, id, title, source: 'pageturner', resources: [], links: {} },
      alerts: {},
      spilledAlerts: false,
      suspects: [],
      reached: {},
      openedAt: at(0),
    });
    expect(test.pages).toMatchObject([{ id: 'p0', to: 'amira', person: true, channel: 'sms', due: at(0) }]);
    expect(timersOf(test)).toEqual(['test-ends 3600']);
    expect(test.timeline).toEqual([{ n: 0, at: at(0), what: 'Test page by sms asked for', by: 'ben (api)' }]);
  });

  it.each(['acknowledge', 'resolve'] as const)('is over by its answer (%s), says so, and is answered once', (type) => {
    const over = live([[60, { type, ...by }]], sent);
    expect(over.timeline.at(-1)).toMatchObject({ what: 'Answered: this way works', by: 'amira (reply)' });
    for (const again of ['acknowledge', 'resolve'] as const)
      expect(live([[61, { type: again, ...by }]], over)).toBe(over);
  });

  it('brings no relief, and lets what is done be as it was', () => {
    const over = live([[60, { type: 'acknowledge', ...by }]], sent);
    expect(over.pages.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['alert sent']);
    const early = live([[60, { type: 'acknowledge', ...by }]], test);
    expect(early.pages.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['alert cancelled']);
  });

  it('that nobody answered says so when it ends, by its own timer alone', () => {
    const over = live([[3600, { type: 'timer', id: sent.timers[0]!.id }]], sent);
    expect(saidOf(over).at(-1)).toBe('Nobody answered: this way is not proved');
    expect(live([[3600, { type: 'timer', id: 't99' }]], sent)).toBe(sent);
  });

  it('that nobody answered, in Slack, takes its relief back and brings its message up to date', () => {
    const slack = live([
      [0, { type: 'test-page', person: 'amira', channel: 'slack', by: 'ben', via: 'api' }],
      [1, { type: 'sent', page: 'p0', reference: 'D1/1' }],
      [60, { type: 'acknowledge', by: 'ben', via: 'link' }],
    ]);
    expect(slack.pages.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'alert sent',
      'relief cancelled',
      'update owed',
    ]);
  });

  it('writes down what its carrier says of it, and notes', () => {
    const delivered = live([[5, { type: 'receipt', page: 'p0', delivered: true, reason: '' }]], sent);
    expect(delivered.pages[0]!.receipt).toBe('delivered');
    const lost = live([[5, { type: 'receipt', page: 'p0', delivered: false, reason: 'unreachable' }]], sent);
    expect(saidOf(lost).at(-1)).toBe('sms to amira: not delivered, unreachable');
    const noted = live([[6, { type: 'note', text: 'got it late', ...by }]], sent);
    expect(noted.timeline.at(-1)).toMatchObject({ what: 'got it late', by: 'amira (reply)' });
  });

  it.each<[string, Event]>([
    ['escalating', { type: 'escalate', ...by }],
    ['handing over', { type: 'hand-over', to: 'ben', ...by }],
    ['snoozing', { type: 'snooze', until: at(900), ...by }],
    ['a wrong runbook', { type: 'wrong-runbook', ...by }],
    ['suspects', { type: 'suspects', suspects: [] }],
    ['waiting for a digest', { type: 'waits', page: 'p0', generation: 1, until: at(60) }],
  ])('is not changed by %s', (_, event) => {
    expect(live([[5, event]], test)).toBe(test);
  });

  it('owes its page until it is sent', () => {
    expect([owedPages(test), owedPages(sent)]).toEqual([['alert sms amira 0'], []]);
  });
});
