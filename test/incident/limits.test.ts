/** What the stories do not dwell on: how much of a notice an incident keeps, and the edges of holds, claims and falls. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import { claim } from '../../shared/incident/delivery.ts';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { at, catalogue, context, notice } from './world.ts';

const fires = (key: string, seconds: number, more: Partial<Omit<Notice, 'alert'>> = {}): Event => ({
  type: 'notices',
  notices: [notice(key, 'firing', seconds, more)],
});
const ends = (key: string, seconds: number): Event => ({
  type: 'notices',
  notices: [notice(key, 'resolved', seconds)],
});
const together = (...notices: Notice[]): Event => ({ type: 'notices', notices });
function story(...events: [number, Event][]): Incident {
  let incident: Incident | undefined;
  for (const [seconds, event] of events) incident = decide(incident, event, context(at(seconds)));
  return incident!;
}
const said = (incident: Incident) => incident.timeline.map(({ what }) => what);
const owed = ({ pages }: Incident) =>
  pages
    .filter(({ state }) => state === 'owed')
    .map(({ kind, channel, to, due }) => `${kind} ${channel} ${to} ${(Date.parse(due) - Date.parse(at(0))) / 1000}`);

describe('of a notice an incident keeps', () => {
  const long = (letter: string, length: number) => letter.repeat(length);
  const one = notice('a', 'firing', 0);
  const full: Notice = {
    ...one,
    alert: {
      ...one.alert,
      title: long('t', 400),
      description: long('d', 2000),
      signal: { name: 'cpu', value: 1 },
      resources: Array.from({ length: 5 }, (_, n) => ({ id: `r${n}` })),
      labels: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${long('n', 120)}${n}`, long('v', 400)])),
      links: { source: 'https://example.gov.uk/' },
    },
  };
  const kept = story([0, together(full)]);

  it('so much and no more', () => {
    const { labels, ...lead } = kept.lead;
    expect(lead).toEqual({
      key: 'a',
      id: one.alert.id,
      title: long('t', 256),
      source: 'cloudwatch',
      description: long('d', 1000),
      signal: { name: 'cpu', value: 1 },
      resources: [{ id: 'r0' }, { id: 'r1' }, { id: 'r2' }],
      links: { source: 'https://example.gov.uk/' },
    });
    // Thirty labels whose first hundred letters are alike are one.
    expect(labels).toEqual({ [long('n', 100)]: long('v', 300) });
    expect(kept.alerts['a']!.title).toBe(long('t', 256));
    expect(said(kept)[0]).toBe(`Firing: ${long('t', 120)}`);
    expect(kept).toMatchObject({ service: 'payments-api', environment: 'production', spilledAlerts: false });
  });

  it('thirty labels of many', () => {
    const many = {
      ...full,
      alert: { ...full.alert, labels: Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`n${n}`, 'v'])) },
    };
    expect(Object.keys(story([0, together(many)]).lead.labels!)).toHaveLength(30);
  });

  it('nothing that was not said', () => {
    const bare = { ...one, service: undefined, environment: undefined } as unknown as Notice;
    const incident = story([0, together(bare)]);
    for (const field of ['service', 'environment']) expect(Object.keys(incident)).not.toContain(field);
    for (const field of ['description', 'signal']) expect(Object.keys(incident.lead)).not.toContain(field);
  });

  it('of its end and of what was over as much', () => {
    const over = story(
      [0, together(full)],
      [9, together({ ...full, alert: { ...full.alert, status: 'resolved', id: 'z', at: at(9) } })],
    );
    expect(said(over)).toContain(`Over: ${long('t', 120)}`);
    expect(said(story([60, together({ ...full, overAt: at(30) })]))).toContain(
      `Fired and was over before we heard: ${long('t', 120)}`,
    );
  });
});

describe('what may have caused it', () => {
  const suspect = (deployment: string): Suspect => ({
    deployment,
    at: at(-600),
    status: 'succeeded',
    score: 1,
    likely: true,
    why: '',
  });
  const error = { severity: 'error' as const };
  it.each<[string, Partial<Notice>, string[]]>([
    ['is that of what is worse', { suspects: [suspect('new')] }, ['new']],
    ['stays where what is worse knows of none', {}, ['old']],
    ['stays where what joins is no worse', { ...error, suspects: [suspect('new')] }, ['old']],
  ])('%s', (_, more, expected) => {
    const incident = story([0, fires('a', 0, { ...error, suspects: [suspect('old')] })], [5, fires('b', 5, more)]);
    expect(incident.suspects.map(({ deployment }) => deployment)).toEqual(expected);
  });
});

describe('quiet', () => {
  const held = (key: string, holdSeconds: number, more: Partial<Omit<Notice, 'alert'>> = {}) =>
    notice(key, 'firing', 0, { holdSeconds, ...more });
  it.each<[string, Notice[], number | undefined]>([
    ['of several is the shortest', [held('a', 300), held('b', 60), held('c', 120)], 60],
    ['ends where one of them need not wait', [held('a', 300), held('b', 0)], undefined],
    ['is a silence that outlasts a hold', [held('a', 60, { silencedUntil: at(600) })], 600],
    ['is a hold that outlasts a silence', [held('a', 600, { silencedUntil: at(60) })], 600],
    ['is over where both are', [held('a', 0, { silencedUntil: at(0) })], undefined],
  ])('%s', (_, notices, until) => {
    const incident = story([0, together(...notices)]);
    expect(incident.quietUntil).toBe(until === undefined ? undefined : at(until));
    expect(incident.timers.map(({ kind }) => kind)).toEqual([until === undefined ? 'step' : 'hold']);
  });

  it('counts a hold from when it began, not from when we heard; never from a clock ahead of ours', () => {
    expect(story([100, fires('a', 0, { holdSeconds: 120 })]).quietUntil).toBe(at(120));
    expect(story([100, fires('a', 900, { holdSeconds: 120 })]).quietUntil).toBe(at(220));
    expect(story([100, fires('a', 0, { holdSeconds: 100 })]).quietUntil).toBeUndefined();
  });

  it('of what flaps and is silenced is the longer', () => {
    const flaps = (silencedUntil?: string): [number, Event][] => [
      [0, fires('a', 0)],
      ...[10, 20, 30].flatMap((n): [number, Event][] => [
        [n, ends('a', n)],
        [n + 5, fires('a', n + 5, silencedUntil && n === 30 ? { silencedUntil } : {})],
      ]),
    ];
    expect(story(...flaps()).quietUntil).toBe(at(635));
    expect(story(...flaps(at(2000))).quietUntil).toBe(at(2000));
    expect(story(...flaps(at(100))).quietUntil).toBe(at(635));
  });

  it('is not for what triggers thrice in more than an hour', () => {
    const slow = [0, 500, 1000, 4700].flatMap((n): [number, Event][] => [
      [n, fires('a', n)],
      [n + 4, ends('a', n + 4)],
    ]);
    const incident = story(...slow.slice(0, 4), [4200, fires('a', 4200)]);
    expect(incident.quietUntil).toBeUndefined();
  });
});

describe('taking a page into the hands', () => {
  const open = story([0, fires('a', 0)]);
  const taken = claim(open, 'p0', at(1), 20) as { claimed: Incident };
  it.each<[string, Incident | undefined, string, number, object]>([
    ['that is due', open, 'p0', 0, { page: { id: 'p0' } }],
    ['of nothing', undefined, 'p0', 0, { refused: 'done' }],
    ['that is not there', open, 'p99', 0, { refused: 'done' }],
    ['that is early', open, 'p1', 119, { refused: 'early' }],
    ['that has become due', open, 'p1', 120, { page: { id: 'p1' } }],
    ['that somebody holds', taken.claimed, 'p0', 20, { refused: 'leased' }],
    ['that somebody held', taken.claimed, 'p0', 21, { page: { id: 'p0' } }],
    ['that was sent', story([0, fires('a', 0)], [1, { type: 'sent', page: 'p0' }]), 'p0', 2, { refused: 'done' }],
    [
      'that is not wanted',
      story([0, fires('a', 0)], [1, { type: 'acknowledge', by: 'amira', via: 'link' }]),
      'p0',
      2,
      { refused: 'cancelled' },
    ],
    [
      'of relief, when it is over',
      story([0, fires('a', 0)], [1, { type: 'sent', page: 'p0' }], [9, ends('a', 9)]),
      'p5',
      9,
      { page: { kind: 'relief' } },
    ],
  ])('%s', (_, incident, page, seconds, expected) => {
    expect(claim(incident, page, at(seconds), 20)).toMatchObject(expected);
  });

  it('of relief is refused once it fires again, and of an alert once it is over', () => {
    const over = story([0, fires('a', 0)], [1, { type: 'sent', page: 'p0' }], [9, ends('a', 9)]);
    const again = { ...over, state: 'triggered' as const };
    expect(claim(again, 'p5', at(10), 20)).toEqual({ refused: 'cancelled' });
    const stillOwed = { ...open, state: 'resolved' as const };
    expect(claim(stillOwed, 'p0', at(10), 20)).toEqual({ refused: 'cancelled' });
  });
});

describe('falling over', () => {
  const failed = (page: string, again = false): Event => ({ type: 'failed', page, reason: 'no', again });
  it('hurries the next step only while its own step is the last that paged', () => {
    const later = story(
      [0, fires('a', 0)],
      [1, { type: 'sent', page: 'p3' }],
      [300, { type: 'timer', id: 't4' }],
      [301, failed('p0')],
      [302, failed('p1')],
      [303, failed('p2')],
    );
    expect(later.timers.map(({ due }) => due)).toEqual([at(1200)]);
  });

  it('of relief or after an answer asks nobody else', () => {
    const relief = story([0, fires('a', 0)], [1, { type: 'sent', page: 'p0' }], [9, ends('a', 9)], [10, failed('p5')]);
    expect(owed(relief)).toEqual([]);
    expect(said(relief)).toContain('sms to amira: no');
  });

  it('of a receipt for relief asks nobody else', () => {
    const relief = story(
      [0, fires('a', 0)],
      [1, { type: 'sent', page: 'p0' }],
      [9, ends('a', 9)],
      [10, { type: 'sent', page: 'p5' }],
      [11, { type: 'receipt', page: 'p5', delivered: false, reason: 'x' }],
    );
    expect(owed(relief)).toEqual([]);
  });
});

describe('what is over', () => {
  it('tells people who were only called by text, and everybody who was reached but the person who resolved it', () => {
    const called = story([0, fires('a', 0)], [120, { type: 'sent', page: 'p1' }], [130, ends('a', 130)]);
    expect(owed(called)).toEqual(['relief sms amira 130']);
    const byAmira = story(
      [0, fires('a', 0)],
      [1, { type: 'sent', page: 'p0' }],
      [2, { type: 'sent', page: 'p3' }],
      [9, { type: 'resolve', by: 'amira', via: 'link' }],
    );
    expect(owed(byAmira)).toEqual(['relief slack #payments 9']);
    expect(byAmira.pages.at(-1)!.person).toBe(false);
    expect(byAmira.resolvedBy).toBe('amira');
    expect(Object.keys(called)).not.toContain('resolvedBy');
  });

  it('tells a person whose page is going out at that moment', () => {
    const open = story([0, fires('a', 0)]);
    const { claimed } = claim(open, 'p0', at(1), 20) as { claimed: Incident };
    const over = decide(claimed, ends('a', 2), context(at(2)))!;
    expect(owed(over)).toEqual(['relief sms amira 2']);
  });
});

it('a catalogue without its default policy says what to publish', () => {
  const broken = { ...context(at(0)), catalogue: { ...catalogue, policies: {} } };
  expect(() => decide(undefined, fires('a', 0), broken)).toThrow(
    "The catalogue has no policy 'everybody'; publish one that has.",
  );
});
