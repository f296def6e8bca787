/**
 * Reminders told by stories: days pass hour by hour; who is told of what, and when, is the story's end. Amira leads the team
 * payments and is told at last; the team's channel is #payments, the platform's #platform.
 */
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Override } from '../../shared/exception/exception.ts';
import { withFollowUp } from '../../shared/problem/changes.ts';
import type { FollowUp, Problem } from '../../shared/problem/problem.ts';
import { nameOf, remindersDue, withTold } from '../../shared/problem/reminders.ts';
import { after } from '../../shared/time/time.ts';
import { catalogue as small } from '../incident/world.ts';

const layer = (people: string[]) => ({ people, starts: '2026-01-05T09:00', every: '1w' });
const service = (name: string, owner: string, policy: string) =>
  [name, { name, owner, policy, aliases: [], dependsOn: [] } as unknown as Catalogue['services'][string]] as const;
const policy = (name: string, rota: string, chat: string): Catalogue['policies'][string] => ({
  name,
  repeat: 0,
  steps: [
    {
      afterSeconds: 0,
      notify: [
        { kind: 'rota', name: rota },
        { kind: 'slack', name: chat },
      ],
    },
  ],
});
const catalogue: Catalogue = {
  ...small,
  defaults: {
    ...small.defaults,
    problems: { tracker: 'gitlab', open: [], remind: { everyDays: 5, to: 'owner', last: 'amira' } },
  },
  services: Object.fromEntries([
    service('payments-api', 'payments', 'payments'),
    service('ledger', 'platform', 'platform'),
    { ...service('quiet', 'payments', 'payments') },
  ]),
  policies: {
    ...small.policies,
    payments: policy('payments', 'primary', '#payments'),
    platform: policy('platform', 'secondary', '#platform'),
  },
  rotas: {
    primary: {
      name: 'primary',
      time_zone: 'Europe/London',
      holidays: 'england-and-wales',
      layers: [layer(['amira', 'ben'])],
    },
    secondary: { name: 'secondary', time_zone: 'Europe/London', layers: [layer(['ben'])] },
  },
};

const FRIDAY = '2026-11-20T16:00:00.000Z';
const followUp = (more: Partial<FollowUp> = {}): FollowUp => ({
  id: 'f1',
  text: 'Raise the limit',
  state: 'proposed',
  owner: 'payments',
  proposedAt: FRIDAY,
  ...more,
});
const problem = (followUps: FollowUp[], more: Partial<Problem> = {}): Problem => ({
  cause: 'k3v9qd7m2xab' as Problem['cause'],
  version: 1,
  title: 'payments-api: slow',
  service: 'payments-api',
  owner: 'payments',
  tracker: 'gitlab',
  project: 'sre/problems',
  round: 1,
  ticket: { key: '1', name: '#1', url: 'https://gitlab.example.gov.uk/1' },
  state: 'open',
  openedAt: FRIDAY,
  incidents: [],
  whys: [],
  followUps,
  updatedAt: FRIDAY,
  ...more,
});

type Story = {
  problems: Problem[];
  days: number;
  from?: string;
  /** On which day (from 0) what happens to the problems. */
  changes?: Record<number, (problems: Problem[]) => Problem[]>;
  overrides?: Override[];
  catalogue?: Catalogue;
};

/** `Mon 30 Nov 09:00 slack:#payments f1`. */
function tell({ problems: begun, days, from = FRIDAY, changes = {}, overrides = [], catalogue: own }: Story): string[] {
  let problems = begun;
  const lines: string[] = [];
  for (let hour = 0; hour < days * 24; hour++) {
    const now = after(from, hour * 3600);
    if (hour % 24 === 0) problems = changes[hour / 24]?.(problems) ?? problems;
    for (const { to, items } of remindersDue(problems, { catalogue: own ?? catalogue, overrides, now })) {
      const said = items.map((item) => item.followUp.id).join(' ');
      lines.push(`${day(now)} ${nameOf(to)} ${said}`);
      problems = problems.map((one) => {
        const ids = items.filter((item) => item.problem.cause === one.cause).map((item) => item.followUp.id);
        return withTold(one, new Set(ids), to, now);
      });
    }
  }
  return lines;
}

const day = (at: string) =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Europe/London',
  })
    .format(new Date(at))
    .replaceAll(',', '');
const decide = (said: Parameters<typeof withFollowUp>[2], at: string) => (problems: Problem[]) =>
  problems.map((one) => {
    const changed = withFollowUp(one, 'f1', said, at);
    if ('why' in changed) throw new Error(changed.why);
    return changed.problem;
  });

describe('a follow-up that nobody decides on', () => {
  it('is told to its owner each week, then to the service’s owner too, then to the person whom the catalogue names', () => {
    const shared = problem([followUp({ owner: 'platform' })]);
    expect(tell({ problems: [shared], days: 40 })).toEqual([
      'Fri 27 Nov 09:00 slack:#platform f1',
      'Fri 4 Dec 09:00 slack:#platform f1',
      'Fri 11 Dec 09:00 slack:#platform f1',
      'Fri 11 Dec 09:00 slack:#payments f1',
      'Fri 18 Dec 09:00 slack:#platform f1',
      'Fri 18 Dec 09:00 slack:#payments f1',
      'Tue 29 Dec 09:00 slack:#platform f1',
      'Tue 29 Dec 09:00 slack:#payments f1',
      'Tue 29 Dec 09:00 person:amira f1',
    ]);
  });

  it('is told once to a channel that is both', () => {
    expect(tell({ problems: [problem([followUp()])], days: 22 })).toEqual([
      'Fri 27 Nov 09:00 slack:#payments f1',
      'Fri 4 Dec 09:00 slack:#payments f1',
      'Fri 11 Dec 09:00 slack:#payments f1',
    ]);
  });

  it('is told of no more once it is done, or decided against', () => {
    for (const said of [{ state: 'done' as const }, { state: 'not doing' as const, because: 'too dear' }])
      expect(tell({ problems: [problem([followUp()])], days: 40, changes: { 8: decide(said, FRIDAY) } })).toHaveLength(
        1,
      );
  });

  it('is told of also after its ticket was closed', () => {
    const closed = problem([followUp()], { state: 'closed', closedAt: FRIDAY });
    expect(tell({ problems: [closed], days: 8 })).toEqual(['Fri 27 Nov 09:00 slack:#payments f1']);
  });
});

describe('a follow-up that was agreed on', () => {
  it('is told of from a week before it is due until it is done', () => {
    const agreed = followUp({ state: 'agreed', due: '2026-12-14' });
    expect(tell({ problems: [problem([agreed])], days: 33 })).toEqual([
      'Mon 7 Dec 09:00 slack:#payments f1',
      'Mon 14 Dec 09:00 slack:#payments f1',
      'Mon 21 Dec 09:00 slack:#payments f1',
    ]);
  });

  it('begins anew with another date', () => {
    const agreed = followUp({
      state: 'agreed',
      due: '2026-11-24',
      told: { times: 4, to: { 'slack:#payments': FRIDAY } },
    });
    const later = decide({ due: '2027-01-29' }, FRIDAY);
    expect(tell({ problems: [problem([agreed])], days: 60, changes: { 1: later } })).toEqual([]);
  });

  it('without a date is told of each week', () => {
    expect(tell({ problems: [problem([followUp({ state: 'agreed' })])], days: 15 })).toHaveLength(2);
  });
});

describe('working days', () => {
  it('leave out weekends and bank holidays: nobody is told over Christmas', () => {
    const lines = tell({ problems: [problem([followUp()])], days: 60 });
    expect(lines.filter((line) => /^(Sat|Sun)|25 Dec|28 Dec|1 Jan/.test(line))).toEqual([]);
    expect(lines).toContain('Tue 29 Dec 09:00 slack:#payments f1');
  });

  it('are those of the rota that looks after the service', () => {
    const theirs = problem([followUp({ owner: 'platform' })], { service: 'ledger', owner: 'platform' });
    // The platform's rota names no holidays: it is told on a bank holiday too.
    const lines = tell({ problems: [theirs], from: '2026-12-18T16:00:00.000Z', days: 8 });
    expect(lines).toEqual(['Fri 18 Dec 16:00 slack:#platform f1', 'Fri 25 Dec 09:00 slack:#platform f1']);
  });

  it('end at 17:00 on the rota’s clock, in summer too', () => {
    const summer = problem([followUp({ proposedAt: '2026-06-01T00:00:00.000Z' })]);
    expect(tell({ problems: [summer], from: '2026-07-03T16:00:00.000Z', days: 4 })).toEqual([
      'Mon 6 Jul 09:00 slack:#payments f1',
    ]);
  });
});

describe('one digest a week', () => {
  it('holds everything of a channel, the most overdue first, and what is new waits for it', () => {
    const one = problem([
      followUp(),
      followUp({ id: 'f2', state: 'agreed', due: '2026-11-23' }),
      followUp({ id: 'f3', state: 'agreed', due: '2026-11-20' }),
    ]);
    const other = problem([followUp({ id: 'f9', proposedAt: '2026-11-24T12:00:00.000Z' })], {
      cause: 'aaaaaaaaaaaa' as Problem['cause'],
    });
    expect(tell({ problems: [one, other], days: 15 })).toEqual([
      'Fri 20 Nov 16:00 slack:#payments f3 f2',
      'Fri 27 Nov 09:00 slack:#payments f3 f2 f1',
      'Fri 4 Dec 09:00 slack:#payments f3 f2 f1 f9',
    ]);
  });
});

describe('a person', () => {
  const owned = [problem([followUp({ owner: 'ben' })])];

  it('who owns a follow-up is told themselves', () => {
    expect(tell({ problems: owned, days: 8 })).toEqual(['Fri 27 Nov 09:00 person:ben f1']);
  });

  it('who is off is told when they are back', () => {
    const off: Override = {
      id: 'o1',
      rota: 'primary',
      person: 'amira',
      insteadOf: 'ben',
      from: '2026-11-26T00:00:00.000Z',
      until: '2026-12-02T00:00:00.000Z',
      by: 'ben',
    };
    expect(tell({ problems: owned, days: 14, overrides: [off] })).toEqual(['Wed 2 Dec 09:00 person:ben f1']);
  });

  it('who is off by the rota is told when they are back', () => {
    const leave = { person: 'amira', from: '2026-11-26T09:00', to: '2026-11-30T12:00', instead_of: 'ben' };
    const away = {
      ...catalogue,
      rotas: { ...catalogue.rotas, primary: { ...catalogue.rotas['primary']!, overrides: [leave] } },
    };
    expect(tell({ problems: owned, days: 14, catalogue: away })).toEqual(['Mon 30 Nov 12:00 person:ben f1']);
  });
});

describe('nobody is told', () => {
  it('where the service says problems: none', () => {
    const none = { ...catalogue.services['payments-api']!, problems: 'none' as const };
    const without = { ...catalogue, services: { ...catalogue.services, 'payments-api': none } };
    expect(tell({ problems: [problem([followUp()])], days: 15, catalogue: without })).toEqual([]);
  });

  it('where the catalogue says nothing of problems', () => {
    const { problems: _, ...defaults } = catalogue.defaults;
    expect(tell({ problems: [problem([followUp()])], days: 15, catalogue: { ...catalogue, defaults } })).toEqual([]);
  });
});
