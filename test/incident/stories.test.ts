/**
 * The state machine told by stories. Each lies in `stories/` as it went: what happened, and what the incident then was and
 * owed. A change of any transition shows there: `npx vitest run test/incident/stories.test.ts -u`, and read what changed.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { decide } from '../../shared/incident/decide.ts';
import { claim } from '../../shared/incident/delivery.ts';
import type { Context } from '../../shared/incident/escalation.ts';
import type { Event } from '../../shared/incident/event.ts';
import type { Incident, Page } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { at, context as contextOf, notice, catalogue as small } from './world.ts';

/** `claim`: a sender takes a page into its hands. `nobody`: from here on nobody is on call. */
/** `first`: from here on this is a standby, and the first region was last heard so many seconds after the start. */
type Happening =
  | Event
  | { type: 'claim'; page: string }
  | { type: 'on call'; who: Record<string, string | undefined> }
  | { type: 'first'; heard: number };
type Story = [seconds: number, happening: Happening][];

const HOURS = { timeZone: 'Europe/London', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:30' };
/** The second page of a cause within a day owes a ticket. */
const PROBLEMS = { tracker: 'gitlab', open: [{ repeats: 2, withinSeconds: 86_400 }] };
const TRACKER = {
  kind: 'gitlab' as const,
  url: 'https://gitlab.example.gov.uk',
  project: 'sre/problems',
  token: 'ssm:/x',
};

const catalogue: Catalogue = {
  ...small,
  defaults: { ...small.defaults, trackers: { gitlab: TRACKER }, problems: PROBLEMS },
  runbooks: { 'payments/5xx': {}, 'payments/slow': {} } as unknown as Catalogue['runbooks'],
  people: {
    ...small.people,
    mute: { ...small.people['ben']!, id: 'mute', contact: {} },
    mail: { ...small.people['ben']!, id: 'mail', contact: { email: 'mail@example.gov.uk', teams: 'ssm:/x' } },
    quiet: {
      ...small.people['amira']!,
      id: 'quiet',
      quietHours: { timeZone: 'Europe/London', from: '02:00', to: '07:00' } as never,
    },
  },
  policies: {
    ...small.policies,
    hours: { ...small.policies['payments']!, name: 'hours', workingHours: HOURS as never },
    chat: {
      name: 'chat',
      repeat: 0,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'slack', name: '#quiet' },
            { kind: 'teams', name: 'team' },
          ],
        },
      ],
    },
    twice: {
      name: 'twice',
      repeat: 2,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'person', name: 'amira' },
            { kind: 'person', name: 'mail' },
          ],
        },
        { afterSeconds: 60, notify: [{ kind: 'person', name: 'amira' }] },
      ],
    },
    deaf: {
      name: 'deaf',
      repeat: 1,
      steps: [
        {
          afterSeconds: 0,
          notify: [
            { kind: 'person', name: 'mute' },
            { kind: 'rota', name: 'gap' },
            { kind: 'person', name: 'who' },
          ],
        },
      ],
    },
    asleep: { name: 'asleep', repeat: 0, steps: [{ afterSeconds: 0, notify: [{ kind: 'person', name: 'quiet' }] }] },
  },
};

const fires = (key: string, seconds: number, more: Partial<Omit<Notice, 'alert'>> = {}): Event => ({
  type: 'notices',
  notices: [notice(key, 'firing', seconds, more)],
});
const ends = (key: string, seconds: number): Event => ({
  type: 'notices',
  notices: [notice(key, 'resolved', seconds)],
});
const together = (...events: Event[]): Event => ({
  type: 'notices',
  notices: events.flatMap((event) => (event.type === 'notices' ? event.notices : [])),
});
const by = (who: string, via = 'link') => ({ by: who, via });
const ack = (who: string): Event => ({ type: 'acknowledge', ...by(who) });
const sent = (page: string, reference?: string, how?: 'digest' | 'shadow'): Event => ({
  type: 'sent',
  page,
  ...(reference ? { reference } : {}),
  ...(how ? { how } : {}),
});
const failed = (page: string, again = false): Event => ({ type: 'failed', page, reason: 'carrier says no', again });
const receipt = (page: string, delivered: boolean): Event => ({
  type: 'receipt',
  page,
  delivered,
  reason: 'text unreachable',
});
/** `due`: the timer that is due next. */
const timer = (id: string): Event => ({ type: 'timer', id });
const suspect = (deployment: string, more: Partial<Suspect> = {}): Suspect => ({
  deployment,
  at: at(-600),
  status: 'succeeded',
  score: 0.9,
  likely: true,
  why: '10m before it began',
  version: `v-${deployment}`,
  service: 'payments-api',
  ...more,
});
const error = { severity: 'error' as const };

const STORIES: Record<string, Story> = {
  'a page, an acknowledgement, an end': [
    [0, fires('a', 0)],
    [1, sent('p0', 'm-1')],
    [2, sent('p3')],
    [60, ack('amira')],
    [61, ack('ben')],
    [600, ends('a', 600)],
    [601, sent('p4')],
  ],
  'nobody answers': [
    [0, fires('a', 0)],
    [300, timer('due')],
    [1200, timer('due')],
    [2100, timer('due')],
    [2400, timer('due')],
    [3300, timer('due')],
    [4200, timer('due')],
    [5100, timer('due')],
  ],
  'a timer that is early, unknown or late': [
    [0, fires('a', 0)],
    [299, timer('t4')],
    [300, timer('t99')],
    [400, ack('amira')],
    [401, timer('t4')],
  ],
  'a message in Slack is kept up to date': [
    [0, fires('a', 0)],
    [1, sent('p3', 'C1/1')],
    [5, ack('amira')],
    [6, sent('p5')],
    [7, { type: 'escalate', ...by('amira') }],
    [8, fires('b', 8, { severity: 'critical' })],
    [9, sent('p9', 'C1/2')],
    [90, { type: 'resolve', ...by('ben') }],
  ],
  'an update that is on its way when more happens': [
    [0, fires('a', 0)],
    [1, sent('p3', 'C1/1')],
    [5, ack('amira')],
    [6, { type: 'claim', page: 'p5' }],
    [7, { type: 'resolve', ...by('amira') }],
    [8, sent('p5')],
  ],
  'what happened while the first message was on its way': [
    [0, fires('a', 0)],
    [1, { type: 'claim', page: 'p3' }],
    [2, ack('amira')],
    [3, sent('p3', 'C1/1')],
  ],
  'chat alone, Slack and Teams': [
    [0, fires('a', 0, { policy: 'chat' })],
    [1, sent('p0', 'C9/1')],
    [2, sent('p1')],
    [60, ends('a', 60)],
  ],
  'a receipt says delivered': [
    [0, fires('a', 0)],
    [1, receipt('p0', true)],
    [2, sent('p0')],
    [3, receipt('p0', true)],
    [4, receipt('p0', false)],
    [5, receipt('p77', true)],
  ],
  'a receipt says not delivered': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [20, receipt('p0', false)],
    [21, sent('p1')],
    [22, receipt('p1', false)],
    [23, sent('p2')],
    [24, receipt('p2', false)],
  ],
  'a receipt says not delivered after the acknowledgement': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [5, ack('amira')],
    [20, receipt('p0', false)],
  ],
  'a carrier that may work in a moment': [
    [0, fires('a', 0)],
    [1, failed('p0', true)],
    [3, failed('p0', true)],
    [8, failed('p0', true)],
    [23, failed('p0', true)],
  ],
  'every way of a person fails': [
    [0, fires('a', 0)],
    [1, failed('p0')],
    [2, failed('p1')],
    [3, failed('p2')],
    [4, failed('p5')],
    [5, failed('p6')],
  ],
  'a chat channel fails': [
    [0, fires('a', 0)],
    [1, failed('p3')],
    [2, failed('p3')],
  ],
  'one of two people cannot be reached': [
    [0, fires('a', 0, { policy: 'twice' })],
    [1, failed('p3')],
    [2, failed('p4')],
    [3, failed('p5')],
    [4, sent('p0')],
  ],
  'a failure after the end': [
    [0, fires('a', 0)],
    [1, { type: 'claim', page: 'p0' }],
    [2, ends('a', 2)],
    [3, failed('p0')],
    [4, sent('p0')],
  ],
  'it waits for a digest, twice, and is told': [
    [0, fires('a', 0)],
    [1, { type: 'claim', page: 'p0' }],
    [1, { type: 'waits', page: 'p0', generation: 3, until: at(60) }],
    [60, { type: 'waits', page: 'p0', generation: 4, until: at(70) }],
    [70, sent('p0', undefined, 'digest')],
    [71, { type: 'waits', page: 'p0', generation: 5, until: at(90) }],
    [72, { type: 'waits', page: 'p99', generation: 5, until: at(90) }],
    [100, ends('a', 100)],
  ],
  'in shadow': [
    [0, fires('a', 0)],
    [1, sent('p0', undefined, 'shadow')],
    [100, ends('a', 100)],
  ],
  'passed on': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [30, { type: 'escalate', ...by('amira', 'reply') }],
    [31, ack('ben')],
    [32, { type: 'escalate', ...by('ben', 'reply') }],
    [60, ends('a', 60)],
    [61, { type: 'escalate', ...by('ben') }],
  ],
  'handed over': [
    [0, fires('a', 0, error)],
    [1, sent('p0')],
    [30, { type: 'hand-over', to: 'ben', ...by('amira') }],
    [31, { type: 'hand-over', to: 'stranger', ...by('amira') }],
    [32, { type: 'hand-over', to: 'mute', ...by('ben') }],
    [60, ends('a', 60)],
    [61, { type: 'hand-over', to: 'ben', ...by('amira') }],
  ],
  snoozed: [
    [0, fires('a', 0)],
    [10, { type: 'snooze', until: at(5), ...by('amira') }],
    [11, { type: 'snooze', until: at(1811), ...by('amira') }],
    [12, { type: 'snooze', until: at(3612), ...by('amira') }],
    [3612, timer('due')],
    [3613, ends('a', 3613)],
    [3614, { type: 'snooze', until: at(9999), ...by('amira') }],
  ],
  'an acknowledgement lapses': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [60, ack('amira')],
    [7260, timer('due')],
    [7261, ack('ben')],
    [7262, { type: 'resolve', ...by('ben') }],
    [7263, { type: 'resolve', ...by('amira') }],
  ],
  'held by its runbook': [
    [5, fires('a', 0, { holdSeconds: 120 })],
    [6, timer('due')],
    [120, timer('due')],
  ],
  'held, and over before the hold is': [
    [0, fires('a', 0, { holdSeconds: 120 })],
    [60, ends('a', 60)],
    [120, timer('due')],
  ],
  'held, and acknowledged from the console': [
    [0, fires('a', 0, { holdSeconds: 120 })],
    [30, ack('amira')],
    [120, timer('due')],
  ],
  'held, joined by what need not wait': [
    [0, fires('a', 0, { holdSeconds: 120 })],
    [5, fires('b', 5)],
  ],
  'held, joined by what waits shorter, and by what waits longer': [
    [0, fires('a', 0, { holdSeconds: 120 })],
    [5, fires('b', 5, { holdSeconds: 60 })],
    [6, fires('c', 6, { holdSeconds: 300 })],
    [65, timer('due')],
  ],
  'silenced for longer than it is held, and the other way round': [
    [0, fires('a', 0, { holdSeconds: 60, silencedUntil: at(600) })],
    [1, ends('a', 1)],
    [1000, fires('b', 1000, { holdSeconds: 900, silencedUntil: at(1100) })],
  ],
  'it becomes worse while somebody is being asked': [
    [0, fires('a', 0, error)],
    [1, sent('p0')],
    [20, fires('b', 20)],
    [21, fires('c', 21, error)],
  ],
  'it becomes worse before the first page went out': [
    [0, fires('a', 0, error)],
    [0, fires('b', 0)],
  ],
  'it becomes worse after somebody had it': [
    [0, fires('a', 0, error)],
    [1, sent('p0')],
    [2, ack('amira')],
    [20, fires('b', 20)],
  ],
  'it becomes worse in a later step': [
    [0, fires('a', 0, error)],
    [300, timer('due')],
    [310, fires('b', 310)],
  ],
  'the worst is over, the rest goes on': [
    [0, together(fires('a', 0), fires('b', 0, error))],
    [10, ends('a', 10)],
    [20, ends('b', 20)],
  ],
  'low urgency at night, where the policy has hours': [
    [0, fires('a', 0, { policy: 'hours', urgency: 'low', severity: 'warning' })],
    [1, sent('p0', 'C1/1')],
    [20876, timer('due')],
    [21176, timer('due')],
  ],
  'low urgency at night that becomes high': [
    [0, fires('a', 0, { policy: 'hours', urgency: 'low', severity: 'warning' })],
    [60, fires('b', 60)],
  ],
  'low urgency without hours': [
    [0, fires('a', 0, { urgency: 'low', severity: 'warning' })],
    [300, timer('due')],
  ],
  'low urgency and quiet hours': [[0, fires('a', 0, { policy: 'asleep', urgency: 'low', severity: 'warning' })]],
  'high urgency knows no quiet hours': [[0, fires('a', 0, { policy: 'asleep' })]],
  'urgency none': [
    [0, fires('a', 0, { urgency: 'none', severity: 'info' })],
    [60, ends('a', 60)],
  ],
  'notices that come late, twice and at one instant': [
    [10, fires('a', 10)],
    [11, ends('a', 5)],
    [12, fires('a', 10)],
    [13, together(ends('a', 20), fires('a', 20))],
    [14, ends('a', 20)],
    [15, ends('a', 30)],
    [16, fires('a', 25)],
    [17, ends('z', 17)],
  ],
  'over before we heard of it': [
    [60, { type: 'notices', notices: [{ ...notice('a', 'firing', 0), overAt: at(30) }] }],
    [70, fires('b', 70)],
  ],
  'an end alone': [[0, ends('a', 0)]],
  'it fires again soon after': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [2, ack('amira')],
    [60, ends('a', 60)],
    [61, { type: 'claim', page: 'p5' }],
    [62, fires('a', 62)],
    [63, sent('p5')],
    [100, ends('a', 100)],
  ],
  'it fires again before its relief was sent': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [60, ends('a', 60)],
    [62, fires('a', 62)],
    [100, ends('a', 100)],
  ],
  'it fires again long after: the next incident': [
    [0, fires('a', 0)],
    [60, ends('a', 60)],
    [660, fires('a', 660)],
    [700, ends('a', 700)],
    [1301, fires('a', 1301)],
  ],
  'it flaps': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [10, ends('a', 10)],
    [20, fires('a', 20)],
    [30, ends('a', 30)],
    [40, fires('a', 40)],
    [50, ends('a', 50)],
    [60, fires('a', 60)],
    [70, fires('b', 70)],
    [660, timer('due')],
  ],
  'it flaps and becomes worse': [
    [0, fires('a', 0, error)],
    [10, ends('a', 10)],
    [20, fires('a', 20, error)],
    [30, ends('a', 30)],
    [40, fires('a', 40, error)],
    [50, ends('a', 50)],
    [60, fires('a', 60, error)],
    [70, fires('b', 70)],
  ],
  'more signals fire beside it': [
    [0, fires('a', 0)],
    [10, { ...ends('a', 10), spilledFiring: 3 } as Event],
    [20, { type: 'notices', notices: [notice('a', 'resolved', 20)], spilledFiring: 0 }],
  ],
  'resolved by a person while it fires': [
    [0, together(fires('a', 0), fires('b', 0))],
    [1, sent('p0')],
    [2, sent('p3', 'C1/1')],
    [60, { type: 'resolve', ...by('amira') }],
    [61, fires('a', 0)],
    [70, fires('a', 70)],
  ],
  'the wrong runbook': [
    [0, fires('a', 0)],
    [1, { type: 'wrong-runbook', ...by('amira') }],
    [2, { type: 'wrong-runbook', right: 'nowhere', ...by('amira') }],
    [3, { type: 'wrong-runbook', right: 'payments/slow', ...by('amira') }],
  ],
  'a runbook where none was found': [
    [0, fires('a', 0, { runbook: { runbook: null, by: 'none', candidates: [] } })],
    [1, { type: 'wrong-runbook', right: 'payments/slow', ...by('amira') }],
  ],
  'what was deployed is known late': [
    [0, fires('a', 0)],
    [1, { type: 'suspects', suspects: [] }],
    [2, { type: 'suspects', suspects: [suspect('d1', { likely: false })] }],
    [3, sent('p3', 'C1/1')],
    [4, { type: 'suspects', suspects: [suspect('d1')] }],
    [5, { type: 'suspects', suspects: [suspect('d2'), suspect('d1')] }],
    [
      6,
      {
        type: 'suspects',
        suspects: [suspect('d3', { title: 'Bump', version: undefined, service: undefined } as never)],
      },
    ],
    [60, ends('a', 60)],
    [61, { type: 'suspects', suspects: [suspect('d4')] }],
  ],
  'a note': [
    [0, fires('a', 0)],
    [1, { type: 'note', text: 'looking', ...by('amira') }],
  ],
  'judged while it is open, again by the same person, and by another after its end': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [60, { type: 'judge', verdict: 'noise', ...by('amira') }],
    [61, { type: 'judge', verdict: 'noise', ...by('amira') }],
    [90, ends('a', 90)],
    [120, { type: 'judge', verdict: 'acted', ...by('ben') }],
  ],
  'a policy that reaches nobody gives way to the default': [[0, fires('a', 0, { policy: 'deaf' })]],
  'nobody at all can be reached': [
    [0, { type: 'on call', who: { primary: undefined, secondary: undefined } }],
    [0, fires('a', 0, { policy: 'gone' })],
    [60, timer('due')],
  ],
  'a gap in the first rota': [
    [0, { type: 'on call', who: { primary: undefined } }],
    [0, fires('a', 0)],
  ],
  'somebody on call who is not in the catalogue': [
    [0, { type: 'on call', who: { primary: 'gone' } }],
    [0, fires('a', 0)],
  ],
  'a handover between two steps': [
    [0, fires('a', 0)],
    [1, { type: 'on call', who: { secondary: 'chidi' } }],
    [300, timer('due')],
  ],
  'the same person in two steps': [
    [0, fires('a', 0, { policy: 'twice' })],
    [1, sent('p0')],
    [60, timer('due')],
    [200, timer('due')],
    [300, sent('p1')],
    [301, sent('p2')],
    [500, timer('due')],
  ],
  'in a standby, while the first region is heard': [
    [0, { type: 'first', heard: 0 }],
    [0, fires('a', 0, error)],
    [30, fires('b', 30)],
    [120, { type: 'first', heard: 120 }],
    [150, timer('due')],
    [240, { type: 'first', heard: 240 }],
    [270, timer('due')],
    [300, ends('a', 300)],
    [301, ends('b', 301)],
  ],
  'in a standby, when the first region is not heard any more': [
    [0, { type: 'first', heard: 0 }],
    [10, fires('a', 10)],
    [150, timer('due')],
    [151, sent('p0')],
    [450, timer('due')],
  ],
  'in a standby, when the first region is heard again': [
    [0, { type: 'first', heard: -200 }],
    [0, fires('a', 0)],
    [1, sent('p0')],
    [20, { type: 'first', heard: 20 }],
    [20, { type: 'claim', page: 'p3' }],
    [20, { type: 'stand-by', until: at(170) }],
    [20, { type: 'stand-by', until: at(170) }],
    [21, sent('p3', 'C1/2')],
    [170, { type: 'first', heard: 140 }],
    [170, timer('due')],
    [200, ends('a', 200)],
  ],
  'in a standby, whatever happens to what it paged before': [
    [0, { type: 'first', heard: -200 }],
    [0, fires('a', 0)],
    [1, { type: 'first', heard: 1 }],
    [2, failed('p0')],
    [3, { type: 'escalate', ...by('ben') }],
    [4, { type: 'hand-over', to: 'ben', ...by('ben') }],
    [5, ack('ben')],
    [6, { type: 'escalate', ...by('ben') }],
  ],
  'in a standby, what only it has': [
    [0, { type: 'first', heard: 0 }],
    [0, fires('a', 0)],
    [160, { type: 'first', heard: 120 }],
    [160, { type: 'stand-in' }],
    [160, { type: 'stand-in' }],
    [161, sent('p0')],
    [460, timer('due')],
    [500, { type: 'stand-by', until: at(650) }],
    [501, ends('a', 501)],
  ],
  'in a standby, what only it has and is held by its runbook': [
    [0, { type: 'first', heard: -200 }],
    [0, fires('a', 0, { holdSeconds: 300 })],
    [160, { type: 'first', heard: 160 }],
    [160, { type: 'stand-in' }],
    [200, { type: 'stand-by', until: at(350) }],
    [201, { type: 'stand-in' }],
    [300, timer('due')],
  ],
  'in a standby, its urgency is none': [
    [0, { type: 'first', heard: 0 }],
    [0, fires('a', 0, { severity: 'info', urgency: 'none' })],
  ],
  'in a standby, a test page': [
    [0, { type: 'first', heard: 0 }],
    [0, { type: 'test-page', person: 'amira', channel: 'sms', ...by('ben') }],
    [1, { type: 'stand-by', until: at(150) }],
  ],
  'answered in the other region': [
    [0, fires('a', 0)],
    [1, sent('p0')],
    [60, { type: 'acknowledge', by: 'ben', via: 'the other region', at: at(20) }],
    [7219, timer('due')],
    [7220, timer('due')],
    [7300, { type: 'resolve', by: 'ben', via: 'the other region', at: at(7280) }],
  ],
  'it repeats: a ticket is owed with its end, waits for its tracker, and is made': [
    [0, fires('a', 0)],
    [1, sent('p0', 'm-1')],
    [60, ends('a', 60)],
    [3600, fires('a', 3600)],
    [3601, sent('p0', 'm-2')],
    [3660, ends('a', 3660)],
    [3661, { type: 'ticket-waits', id: 'k6', until: at(3721), reason: 'the tracker answered 429' }],
    [3662, { type: 'ticket-made', id: 'k0', said: 'another ticket' }],
    [
      3722,
      {
        type: 'ticket-made',
        id: 'k6',
        problem: { name: '#12', url: 'https://g/12' },
        said: 'Problem ticket #12 opened',
      },
    ],
    [3800, fires('a', 3800)],
    [3860, ends('a', 3860)],
    [90_000, fires('a', 90_000)],
  ],
  'it fires again before its ticket was made: the ticket waits for its end': [
    [0, fires('a', 0)],
    [1, sent('p0', 'm-1')],
    [60, ends('a', 60)],
    [3600, fires('a', 3600)],
    [3601, sent('p0', 'm-2')],
    [3660, ends('a', 3660)],
    [3700, fires('a', 3700)],
    [3760, ends('a', 3760)],
  ],
  'a ticket that somebody asks for': [
    [0, fires('a', 0)],
    [10, { type: 'open-problem', ...by('amira') }],
    [11, { type: 'open-problem', ...by('ben') }],
    [60, ends('a', 60)],
    [61, fires('a', 61)],
  ],
};

function tell(story: Story): string {
  let incident: Incident | undefined;
  let onCall: Record<string, string | undefined> = {};
  let heard: number | undefined;
  const standby = (now: string): Pick<Context, 'standby'> =>
    heard === undefined
      ? {}
      : { standby: { heardAt: at(heard), ...(at(heard + 150) > now ? { heldUntil: at(heard + 150) } : {}) } };
  const lines: string[] = [];
  for (const [seconds, happening] of story) {
    const now = at(seconds);
    const before = incident;
    lines.push(`+${seconds}s ${said(happening)}`);
    if (happening.type === 'on call') {
      onCall = happening.who;
      continue;
    }
    if (happening.type === 'first') {
      heard = happening.heard;
      continue;
    }
    if (happening.type === 'claim') {
      const claimed = claim(incident, happening.page, now, 20);
      if ('refused' in claimed) lines.push(`    refused: ${claimed.refused}`);
      else incident = claimed.claimed;
    } else {
      const context = { ...contextOf(now, onCall), ...standby(now), catalogue };
      incident = decide(incident, nextDue(incident, happening), context);
    }
    if (incident === before) lines.push('    nothing changes');
    else if (incident) lines.push(...shown(incident, before));
  }
  return `${lines.join('\n')}\n`;
}

function nextDue(incident: Incident | undefined, event: Event): Event {
  if (event.type !== 'timer' || event.id !== 'due') return event;
  const [first] = [...(incident?.timers ?? [])].sort((a, b) => (a.due < b.due ? -1 : 1));
  return { type: 'timer', id: first?.id ?? 'none' };
}

function said(happening: Happening): string {
  const { type, ...rest } = happening;
  if (happening.type !== 'notices') return `${type} ${JSON.stringify(rest)}`;
  return happening.notices
    .map(
      ({ alert, severity, urgency }) =>
        `${alert.key} ${alert.status}, said at ${since(alert.at)}, ${severity} ${urgency}`,
    )
    .join('; ');
}

const since = (instant: string) => `+${(Date.parse(instant) - Date.parse(at(0))) / 1000}s`;

function shown(incident: Incident, before: Incident | undefined): string[] {
  const {
    state,
    severity,
    urgency,
    policy,
    sequence,
    openedAt,
    firingSince,
    triggeredAt,
    stand,
    quietUntil,
    acknowledgedAt,
    acknowledgedBy,
    resolvedAt,
    resolvedBy,
    pagedSeverity,
    messages,
    shownAs,
    again,
    openings,
    problem,
    ticket,
    suspects,
    title,
    lead,
    runbook,
    verdict,
    wrongRunbook,
  } = incident;
  const times = { openedAt, firingSince, triggeredAt, quietUntil, acknowledgedAt, resolvedAt };
  const values = {
    stand,
    acknowledgedBy,
    resolvedBy,
    pagedSeverity,
    shownAs,
    title,
    lead: lead.key,
    runbook: runbook.runbook,
    why: runbook.candidates[0]?.why,
    score: runbook.candidates[0]?.score,
    by: runbook.by,
    again: again?.map(since).join(' '),
    openings: openings?.map(since).join(' '),
    problem: problem?.name,
    ticket: ticket && `${ticket.id} ${since(ticket.due)}, ${ticket.why}${ticket.by ? `, by ${ticket.by}` : ''}`,
    messages: messages && JSON.stringify(messages),
    suspects: suspects.map(({ deployment }) => deployment).join(' '),
    verdict: verdict && `${verdict.is} by ${verdict.by}`,
    wrongRunbook,
  };
  const facts = [
    ...Object.entries(times).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${since(value)}`])),
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${name} ${value}`],
    ),
  ];
  const isNext = before?.id !== incident.id;
  const all = (one: Incident) => [
    ...signalLines(one),
    ...one.pages.map(pageLine),
    ...one.timers.map(timerLine),
    ...reachedLines(one),
  ];
  const known = new Set(before && !isNext ? all(before) : []);
  return [
    `    ${state} ${severity} ${urgency} by ${policy}${sequence > 1 ? ` (${sequence})` : ''}; ${facts.join(', ')}`,
    ...all(incident)
      .filter((line) => !known.has(line))
      .map((line) => `    ${line}`),
    ...(before && !isNext
      ? before.timers
          .filter(({ id }) => !incident.timers.some((one) => one.id === id))
          .map(({ id }) => `    timer ${id} is gone`)
      : []),
    ...incident.timeline
      .filter(({ n }) => isNext || n >= (before?.nextEntry ?? 0))
      .map(({ at: when, what, by: who }) => `    "${what}"${who ? ` by ${who}` : ''} ${since(when)}`),
  ];
}

const signalLines = ({ alerts }: Incident) =>
  Object.entries(alerts).map(
    ([key, known]) =>
      `signal ${key}: ${known.status}${known.closed ? ' closed' : ''} ${known.severity} ${since(known.at)} ${known.title}`,
  );
const timerLine = (one: Incident['timers'][number]) =>
  `timer ${one.id}: ${one.kind} ${since(one.due)}${one.step === undefined ? '' : ` ${one.round}.${one.step}`}`;
const reachedLines = ({ reached }: Incident) =>
  Object.entries(reached).map(([to, channels]) => `reached ${to}: ${channels.join(' ')}`);

function pageLine({
  id,
  kind,
  channel,
  to,
  person,
  place,
  due,
  state,
  attempts,
  leaseUntil,
  receipt,
  waits,
  at: when,
  reference,
  failure,
  changes,
}: Page): string {
  const step = place === undefined ? kind : `${place.round}.${place.step}`;
  const more = {
    leaseUntil: leaseUntil && since(leaseUntil),
    receipt,
    waits,
    at: when && since(when),
    detail: reference ?? failure ?? changes,
    attempts: attempts || undefined,
  };
  const told = Object.entries(more).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return `page ${id}: ${kind} ${channel} ${person ? '' : 'chat '}${to} ${step} ${since(due)} ${state}${told.length > 0 ? `, ${told.join(', ')}` : ''}`;
}

describe('a story goes as it is written down', () => {
  it.each(Object.keys(STORIES))('%s', async (name) => {
    const file = `${name.replace(/[^a-z0-9]+/gi, '-')}.txt`;
    await expect(tell(STORIES[name]!)).toMatchFileSnapshot(join(import.meta.dirname, 'stories', file));
  });
});

it('an incident forgets pages that are done, oldest first, and never what it owes', () => {
  let incident = decide(undefined, fires('a', 0), { ...contextOf(at(0)), catalogue })!;
  for (let n = 1; n <= 60; n++) {
    incident = decide(incident, { type: 'escalate', ...by('amira') }, { ...contextOf(at(n)), catalogue })!;
    for (const page of incident.pages.filter(({ state }) => state === 'owed'))
      incident = decide(incident, { type: 'sent', page: page.id }, { ...contextOf(at(n)), catalogue })!;
  }
  const done = incident.pages.filter(({ state }) => state !== 'owed').map(({ id }) => Number(id.slice(1)));
  expect(done).toHaveLength(40);
  expect(Math.min(...done)).toBeGreaterThan(100);
  expect(done).toEqual([...done].sort((a, b) => a - b));
});
