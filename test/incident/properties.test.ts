import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../shared/incident/decide.ts';
import { claim } from '../../shared/incident/delivery.ts';
import type { Event } from '../../shared/incident/event.ts';
import { firingKeys, type Incident, nextDue, owed } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { VerdictName } from '../../shared/incident/verdict.ts';
import { at, context, notice } from './world.ts';

const severities = ['critical', 'error', 'warning'] as const;
const notices = fc
  .array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom('firing' as const, 'resolved' as const),
      seconds: fc.nat(300),
      severity: fc.constantFrom(...severities),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map((item) => notice(item.key, item.status, item.seconds, { severity: item.severity })));

/** What triage keeps of each signal: the newest resolve heard so far, told to a firing that comes after it. */
function deliver(batches: Notice[][]): Incident | undefined {
  let incident: Incident | undefined;
  const resolvedAt = new Map<string, string>();
  batches.forEach((batch, turn) => {
    for (const { alert } of batch)
      if (alert.status === 'resolved' && alert.at > (resolvedAt.get(alert.key) ?? ''))
        resolvedAt.set(alert.key, alert.at);
    const told = batch.map((item) => {
      const overAt = resolvedAt.get(item.alert.key);
      return item.alert.status === 'firing' && overAt ? { ...item, overAt } : item;
    });
    incident = decide(incident, { type: 'notices', notices: told }, context(at(301 + turn)));
  });
  return incident;
}

/** What must not depend on the order of arrival: is it open, what fires, how bad. */
function outcome(incident: Incident | undefined) {
  if (!incident) return undefined;
  const firing = firingKeys(incident).sort();
  const worst = firing.map((key) => severities.indexOf(incident.alerts[key]!.severity as 'error')).sort()[0];
  return { open: incident.state !== 'resolved', firing, worst };
}

/** One severity for one notice: two bodies with one id do not happen. */
const distinct = (list: Notice[]) => [...new Map(list.map((item) => [item.alert.id, item])).values()];

describe('the same notices in any order and any repetition', () => {
  it('end in the same state', () => {
    fc.assert(
      fc.property(notices, fc.infiniteStream(fc.nat()), fc.nat(4), (list, random, cuts) => {
        const once = distinct(list);
        const rank = new Map(once.map((item) => [item.alert.id, random.next().value as number]));
        const shuffled = [...once, ...once.slice(0, cuts)].sort(
          (a, b) => rank.get(a.alert.id)! - rank.get(b.alert.id)!,
        );
        const inOrder = [...once].sort((a, b) => (a.alert.at < b.alert.at ? -1 : 1));
        const expected = outcome(deliver(inOrder.map((item) => [item])));
        expect(outcome(deliver(shuffled.map((item) => [item])))).toEqual(expected);
        expect(outcome(deliver([shuffled]))).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

type Act =
  | { act: 'notice'; notice: Notice }
  | { act: 'due' }
  | { act: 'sent' | 'failed' | 'again' | 'crash'; which: number }
  | { act: 'acknowledge' | 'resolve' | 'escalate' | 'wrong-runbook' }
  | { act: 'judge'; verdict: VerdictName }
  | { act: 'hand-over'; to: string }
  | { act: 'snooze'; seconds: number };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    notices.map((list) => ({ act: 'notice' as const, notice: list[0]! })),
    fc.constant({ act: 'due' as const }),
    fc.record({
      act: fc.constantFrom('sent' as const, 'failed' as const, 'again' as const, 'crash' as const),
      which: fc.nat(9),
    }),
    fc.constantFrom<Act>({ act: 'acknowledge' }, { act: 'resolve' }, { act: 'escalate' }, { act: 'wrong-runbook' }),
    fc.record({ act: fc.constant('judge' as const), verdict: fc.constantFrom<VerdictName>('acted', 'noise') }),
    fc.record({ act: fc.constant('hand-over' as const), to: fc.constantFrom('ben', 'chidi', 'nobody', 'zoe') }),
    fc.record({ act: fc.constant('snooze' as const), seconds: fc.nat(7200) }),
  ),
  { maxLength: 40 },
);

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

/** Lets time pass from one thing to the next, and checks each state on the way. */
function run(list: Act[], check: (before: Incident | undefined, after: Incident | undefined, event: string) => void) {
  let incident: Incident | undefined;
  let now = 400;
  const step = (event: Event) => {
    const before = incident;
    // A frozen value throws when a decision tries to change it.
    incident = decide(freeze(before), event, context(at(now)));
    check(before, incident, event.type);
  };
  for (const item of list) {
    now += 1;
    if (item.act === 'notice') step({ type: 'notices', notices: [item.notice] });
    else if (item.act === 'hand-over') step({ type: 'hand-over', to: item.to, by: 'amira', via: 'test' });
    else if (item.act === 'snooze') step({ type: 'snooze', until: at(now + item.seconds), by: 'ben', via: 'test' });
    else if (item.act === 'judge') step({ type: 'judge', verdict: item.verdict, by: 'ben', via: 'test' });
    else if (!('which' in item) && item.act !== 'due') step({ type: item.act, by: 'ben', via: 'test' });
    else if (!('which' in item)) {
      const due = incident && nextDue(incident);
      if (!due) continue;
      now = Math.max(now, (Date.parse(due) - Date.parse(at(0))) / 1000);
      for (const timer of incident!.timers) step({ type: 'timer', id: timer.id });
    } else {
      const pages = incident?.pages.filter((page) => page.state === 'owed' && page.due <= at(now)) ?? [];
      const page = pages[item.which % Math.max(pages.length, 1)];
      if (!page) continue;
      const taken = claim(incident, page.id, at(now), 20);
      if (!('claimed' in taken)) continue;
      incident = taken.claimed;
      if (item.act === 'crash') continue;
      if (item.act === 'sent') step({ type: 'sent', page: page.id });
      else step({ type: 'failed', page: page.id, reason: 'refused', again: item.act === 'again' });
    }
  }
  return incident;
}

describe('for any events in any order', () => {
  it('no page goes out after an acknowledgement, until it triggers again', () => {
    fc.assert(
      fc.property(acts, (list) => {
        run(list, (_, incident) => {
          if (incident?.state !== 'acknowledged') return;
          for (const page of incident.pages) {
            expect(claim(incident, page.id, '2027-01-01T00:00:00.000Z', 20)).toHaveProperty('refused');
          }
          expect(incident.timers.filter((timer) => timer.kind === 'step')).toEqual([]);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('an open incident that nobody has answered always owes something more: a policy never goes silent', () => {
    fc.assert(
      fc.property(acts, (list) => {
        run(list, (_, incident) => {
          if (incident?.state === 'triggered' && incident.urgency === 'high')
            expect(owed(incident).length).toBeGreaterThan(0);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('an owed page leaves only as sent, failed or cancelled for a reason; a crash leaves it owed', () => {
    fc.assert(
      fc.property(acts, (list) => {
        run(list, (before, incident, event) => {
          if (!before || before.id !== incident?.id) return;
          for (const page of before.pages.filter((item) => item.state === 'owed')) {
            const now = incident.pages.find((item) => item.id === page.id)!;
            if (now.state === 'cancelled')
              expect(['notices', 'acknowledge', 'resolve', 'timer', 'escalate', 'hand-over', 'snooze']).toContain(
                event,
              );
            else if (now.state !== 'owed') expect(['sent', 'failed']).toContain(event);
          }
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('a thousand pages and a hundred rounds leave the incident small', () => {
    let incident = decide(undefined, { type: 'notices', notices: [notice('a', 'firing', 0)] }, context(at(0)))!;
    for (let i = 0; i < 300; i++) {
      const due = nextDue(incident)!;
      for (const page of incident.pages.filter((item) => item.state === 'owed' && item.due <= due))
        incident = decide(incident, { type: 'sent', page: page.id }, context(due))!;
      for (const timer of incident.timers) incident = decide(incident, { type: 'timer', id: timer.id }, context(due))!;
    }
    expect(JSON.stringify(incident.pages).length).toBeLessThan(20_000);
  });
});
