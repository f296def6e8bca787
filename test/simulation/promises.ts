/**
 * The promises of the design, each checked on what a night showed. Where a promise gives an instant, the end of a fault
 * counts as the beginning: within a minute and a little after it (a sweep, a message's visibility), all must be well.
 */

import { readTemplate } from '../../infra/local/template.ts';
import { owed } from '../../shared/incident/incident.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { partitionOf } from './catalogue.ts';
import { ALL_OVER, END, FAULTS_END, type FaultKind, MINUTE, SECOND, START } from './plan.ts';
import { bodyOf } from './senders.ts';
import type { Night, Written } from './simulation.ts';

export type Broken = { promise: number; at: string; why: string };

/** The promise's own five seconds, and what an unlucky order of latencies adds in a night without faults. */
const AT_ONCE = 5 * SECOND;
/** After a fault: a minute for the sweep or a message's visibility, and those five seconds. */
const AFTER_FAULT = 65 * SECOND + AT_ONCE;
/** A lease of twenty seconds may have been taken at a fault's last moment, a page function ends after fifteen. */
const IN_FLIGHT = 20 * SECOND;
/** These delay nothing: they double, reorder, or lie about what has been sent. */
const HARMLESS: readonly FaultKind[] = [
  'messages come twice',
  'carrier sends twice',
  'receipts lie',
  'carrier loses',
  // What is beside the pager must not delay a page, and is given no grace.
  'tracker is busy',
  'tracker hangs',
  'tracker answer lost',
  'tracker token expired',
];

/** In: what a night showed, and the alarms that go past Pageturner. Out: each promise that it broke, with when and why. */
export function checkPromises(night: Night, alarms: Alarm[] = ownAlarms): Broken[] {
  return [
    ...kept(night),
    ...paged(night),
    ...quietAfterAnswer(night),
    ...neverZeroTimes(night),
    ...sameState(night),
    ...onTime(night),
    ...oneWaking(night),
    ...bystanders(night),
    ...known(night),
    ...saysSo(night, alarms),
    ...silentInTheEnd(night),
    ...tickets(night),
  ];
}

const clockTime = (at: number) => new Date(at).toISOString().slice(11, 19);
const broken = (promise: number, at: number, why: string): Broken => ({ promise, at: clockTime(at), why });

/** When something that is due at `from` must be done: later where a fault was about. `partition`: of which incident. */
function latest(night: Night, from: number, partition: string): number {
  let by = from + AT_ONCE;
  // What became a dead letter waits for a hand.
  if (night.mostDead > 0 && from < START + FAULTS_END) by = START + FAULTS_END + 2 * MINUTE + AFTER_FAULT;
  const faults = night.plan.planned.filter((item) => item.what === 'fault');
  for (const fault of [...faults].sort((a, b) => a.at - b.at)) {
    if (HARMLESS.includes(fault.fault)) continue;
    // A hot partition is its own incident's trouble and nobody else's.
    if (fault.fault === 'partition is hot' && partition !== partitionOf(fault.on!)) continue;
    if (START + fault.at < by && START + fault.until > from - AFTER_FAULT)
      by = Math.max(by, START + fault.until + AFTER_FAULT);
  }
  return by;
}

// ---- 1 ------------------------------------------------------------------------------------------------------------------

function kept(night: Night): Broken[] {
  const list: Broken[] = [];
  for (const { notice, takenAt, postedAt } of night.notices) {
    if (takenAt === undefined) list.push(broken(1, postedAt, `${notice.signal}: its sender never had its 2xx`));
    else if (!night.kept.has(alertOf(notice).id))
      list.push(broken(1, takenAt, `${notice.signal} ${notice.status}: had its 2xx and is nowhere`));
  }
  if (night.dead > 0)
    list.push(broken(1, START + END, `${night.dead} messages are dead letters though nothing fails any more`));
  return list;
}

function alertOf(notice: Night['notices'][number]['notice']) {
  return normaliseBody(Buffer.from(bodyOf(notice)), undefined, { receivedAt: new Date(notice.said).toISOString() })
    .alerts[0]!;
}

// ---- 11: beside the pager, and exactly one ticket for a cause -----------------------------------------------------------

function tickets(night: Night): Broken[] {
  const list: Broken[] = [];
  const marks = new Map<string, number>();
  for (const { mark, madeAt } of night.tickets) {
    if (marks.has(mark))
      list.push(broken(11, madeAt, `${mark} has a second ticket; the first is of ${clockTime(marks.get(mark)!)}`));
    else marks.set(mark, madeAt);
  }
  for (const [id, states] of night.incidents) {
    const { ticket, problem } = states.at(-1)!.incident;
    if (problem !== undefined && !marks.has(`pageturner-${id.split('-')[0]}`))
      list.push(broken(11, START + END, `${id} names ${problem.name}, and there is no such ticket`));
    // A lease, a sweep and a message's way end before all is over; what waits for its tracker's pause is due later.
    if (ticket !== undefined && Date.parse(ticket.due) < START + ALL_OVER)
      list.push(broken(11, START + END, `${id} owes a ticket since ${ticket.due} and nobody makes it`));
  }
  return list;
}

// ---- 2, 8: somebody is told, in time ------------------------------------------------------------------------------------

/** Each time an incident triggers and may page: a person is tried before it is late. */
function paged(night: Night): Broken[] {
  const list: Broken[] = [];
  const hot = night.plan.planned.some((item) => item.what === 'fault' && item.fault === 'partition is hot');
  for (const { since, until, title, partition, id } of [...notOpened(night), ...triggered(night)]) {
    const by = latest(night, since, partition);
    const first = firstTry(night, id, since);
    if (until > by && (first === undefined || first > by))
      list.push(
        broken(
          hot ? 8 : 2,
          by,
          `${title} (${id ?? 'no incident'}) wants a page since ${clockTime(since)} and nobody was tried`,
        ),
      );
  }
  return list;
}

/** When somebody was first tried for an incident, or was put to wait for a digest. */
function firstTry(night: Night, id: string | undefined, since: number): number | undefined {
  if (id === undefined) return undefined;
  const tried = night.attempts.find(
    (one) => one.incident === id && one.kind === 'alert' && one.to in PEOPLE && one.at >= since - 1,
  );
  const waited = night.incidents
    .get(id)!
    .find(({ at, incident }) => at >= since && incident.pages.some(({ waits }) => waits !== undefined));
  return Math.min(tried?.at ?? Number.POSITIVE_INFINITY, waited?.at ?? Number.POSITIVE_INFINITY);
}

const PEOPLE: Record<string, true> = { amira: true, ben: true, chidi: true, head: true };

type Wanting = { since: number; until: number; title: string; partition: string; id?: string };
const partitionOfId = (id: string) => `G#${id.split('-')[0]}`;

/** Periods in which an incident is triggered, not quiet, and of high urgency. */
function triggered(night: Night): Wanting[] {
  const list: Wanting[] = [];
  for (const [id, states] of night.incidents) {
    let since: number | undefined;
    for (const [n, { at, incident }] of states.entries()) {
      const wants = incident.state === 'triggered' && incident.urgency === 'high' && incident.quietUntil === undefined;
      const ends = states[n + 1]?.at ?? START + END;
      if (wants) since ??= at;
      else since = undefined;
      const next = states[n + 1]?.incident;
      const goesOn = next?.state === 'triggered' && next.urgency === 'high' && next.quietUntil === undefined;
      if (since !== undefined && !goesOn)
        list.push({ since, until: ends, title: incident.title, partition: partitionOfId(id), id });
    }
  }
  return list;
}

/** Firings that had their 2xx, are still the last word of their sender, and stand in no open incident. */
function notOpened(night: Night): Wanting[] {
  const list: Wanting[] = [];
  for (const { notice, takenAt, postedAt } of night.notices) {
    if (notice.status !== 'firing' || takenAt === undefined) continue;
    const newer = night.notices.filter(
      (other) => other.notice.signal === notice.signal && other.notice.said >= notice.said && other.notice !== notice,
    );
    const until = Math.min(START + ALL_OVER, ...newer.map(({ postedAt }) => postedAt));
    const { key } = alertOf(notice);
    let heard: number | undefined;
    for (const states of night.incidents.values())
      for (const { at, incident } of states)
        if (incident.alerts[key] && Date.parse(incident.alerts[key].at) >= Math.min(notice.said, postedAt))
          heard = Math.min(heard ?? at, at);
    if (heard === undefined || heard > latest(night, takenAt, partitionOf(notice.signal))) {
      if (until > latest(night, takenAt, partitionOf(notice.signal)))
        list.push({ since: takenAt, until, title: notice.signal, partition: partitionOf(notice.signal) });
    }
  }
  return list;
}

// ---- 3 ------------------------------------------------------------------------------------------------------------------

/** No page is begun after an answer was written; one that was on its way then may still arrive. */
function quietAfterAnswer(night: Night): Broken[] {
  const list: Broken[] = [];
  for (const attempt of night.attempts) {
    if (attempt.kind !== 'alert') continue;
    const states = night.incidents.get(attempt.incident) ?? [];
    const at = (instant: number) => stateAt(states, instant);
    const began = at(attempt.startedAt);
    if (
      began &&
      began.incident.state !== 'triggered' &&
      began.at < attempt.startedAt &&
      at(attempt.at)?.incident.state !== 'triggered'
    )
      list.push(
        broken(
          3,
          attempt.at,
          `${attempt.incident}: ${attempt.channel} to ${attempt.to} though it was ${began.incident.state}`,
        ),
      );
    const earlier = at(attempt.at - IN_FLIGHT);
    const now = at(attempt.at);
    if (
      earlier &&
      now &&
      earlier.incident.state !== 'triggered' &&
      earlier.incident.version === now.incident.version &&
      !list.length
    )
      list.push(
        broken(
          3,
          attempt.at,
          `${attempt.incident}: ${attempt.channel} to ${attempt.to} long after it was ${now.incident.state}`,
        ),
      );
  }
  return list;
}

function stateAt(states: Written[], instant: number): Written | undefined {
  let found: Written | undefined;
  for (const state of states) {
    if (state.at > instant) break;
    found = state;
  }
  return found;
}

// ---- 4 ------------------------------------------------------------------------------------------------------------------

/** What is on record as sent was handed over before, or a digest was. */
function neverZeroTimes(night: Night): Broken[] {
  const list: Broken[] = [];
  for (const [id, states] of night.incidents) {
    const seen = new Set<string>();
    for (const { at, incident } of states) {
      for (const page of incident.pages) {
        if (page.state !== 'sent' || page.kind !== 'alert' || seen.has(page.id)) continue;
        seen.add(page.id);
        const own = night.attempts.some((one) => one.ok && one.incident === id && one.page === page.id && one.at <= at);
        const byDigest =
          page.waits !== undefined &&
          night.attempts.some(
            (one) =>
              one.ok &&
              one.to === page.to &&
              (one.kind === 'alert' || one.kind === 'digest') &&
              one.at <= at &&
              one.at >= since(states, page.id),
          );
        if (!own && !byDigest)
          list.push(
            broken(4, at, `${id}: page ${page.id} by ${page.channel} to ${page.to} is on record as sent and was not`),
          );
      }
    }
  }
  return list;
}

function since(states: Written[], page: string): number {
  return (
    states.find(({ incident }) => incident.pages.some(({ id, waits }) => id === page && waits !== undefined))?.at ?? 0
  );
}

// ---- 5 ------------------------------------------------------------------------------------------------------------------

/** When all has been delivered, what fires is what the senders said last, by their clocks. */
function sameState(night: Night): Broken[] {
  const list: Broken[] = [];
  const last = new Map<string, Night['notices'][number]['notice']>();
  for (const { notice } of night.notices) {
    if (notice.at >= ALL_OVER) continue;
    const before = last.get(notice.signal);
    if (!before || notice.said > before.said || (notice.said === before.said && notice.status === 'firing'))
      last.set(notice.signal, notice);
  }
  const settled = START + FAULTS_END + 3 * MINUTE + AFTER_FAULT;
  for (const [signal, notice] of last) {
    const { key } = alertOf(notice);
    let open = false;
    let closedByHand = false;
    for (const states of night.incidents.values()) {
      closedByHand ||= states.some(({ incident }) => incident.alerts[key]?.closed);
      const found = stateAt(states, settled)?.incident;
      if (found?.alerts[key]?.status === 'firing' && found.state !== 'resolved') open = true;
    }
    if (!closedByHand && open !== (notice.status === 'firing'))
      list.push(
        broken(5, settled, `${signal} was last said to be ${notice.status}, and is ${open ? 'open' : 'not open'}`),
      );
  }
  return list;
}

// ---- 6 ------------------------------------------------------------------------------------------------------------------

/** Whatever is owed is done when it is due; a policy is never left without its next step. */
function onTime(night: Night): Broken[] {
  const list: Broken[] = [];
  for (const [id, states] of night.incidents) {
    for (const [n, { at, incident }] of states.entries()) {
      const until = states[n + 1]?.at ?? START + END;
      const next = states[n + 1]?.incident;
      for (const item of owed(incident)) {
        const due = Math.max(at, Date.parse(item.due));
        if (until <= latest(night, due, partitionOfId(id)) + (item.kind === 'page' ? IN_FLIGHT : 0)) continue;
        const still = next === undefined || owed(next).some((one) => one.id === item.id && one.due === item.due);
        if (still || until > due)
          list.push(
            broken(
              6,
              due,
              `${id}: ${item.kind} ${item.id} was due and is looked at ${Math.round((until - due) / 1000)} s later`,
            ),
          );
      }
      const waitsForNobody =
        incident.state === 'triggered' && incident.urgency === 'high' && incident.timers.length === 0;
      if (waitsForNobody) list.push(broken(6, at, `${id}: triggered, and no step is ever due again`));
    }
  }
  return list.slice(0, 3);
}

// ---- 7 ------------------------------------------------------------------------------------------------------------------

/** In any minute a person's phone buzzes for few incidents, however many there are: one, and what is worse than it. */
function oneWaking(night: Night): Broken[] {
  const limit = 4;
  for (const person of Object.keys(PEOPLE)) {
    const texts = night.attempts.filter(
      ({ to, kind, channel }) => to === person && kind === 'alert' && channel === 'sms',
    );
    for (const [n, first] of texts.entries()) {
      const within = texts.slice(n).filter(({ at }) => at < first.at + 50 * SECOND);
      const incidents = new Set(within.map(({ incident }) => incident));
      if (incidents.size > limit)
        return [broken(7, first.at, `${person} is texted about ${incidents.size} incidents within a minute`)];
    }
  }
  return crowdedChat(night);
}

/** A chat channel takes a few incidents one by one, and the worse ones, in any minute; the others stand in its digest. */
function crowdedChat(night: Night): Broken[] {
  // Ten, their digest, and the three that may each be worse than all before.
  const limit = 14;
  for (const channel of ['#payments', '#everybody']) {
    const posts = night.attempts.filter(({ to, kind }) => to === channel && (kind === 'alert' || kind === 'digest'));
    for (const [n, first] of posts.entries()) {
      const within = posts.slice(n).filter(({ at }) => at < first.at + 50 * SECOND);
      const incidents = new Set(within.map(({ incident }) => incident));
      if (incidents.size > limit)
        return [broken(7, first.at, `${channel} is told of ${incidents.size} incidents within a minute`)];
    }
  }
  return [];
}

/** For so long after a message a person counts as being in a storm; and while what they were told of is open. */
const IN_A_STORM = 10 * MINUTE;

/**
 * A person who was told of nothing lately and waits for nothing is paged as if there were no storm: the first incident that
 * pages them is tried in time, and is not put to wait for a digest.
 */
function bystanders(night: Night): Broken[] {
  const list: Broken[] = [];
  const asked = firstPages(night);
  for (const { id, to, since, until } of asked) {
    const by = latest(night, since, partitionOfId(id));
    const isBusy =
      night.attempts.some(
        (one) =>
          one.to === to && one.at < since && (one.at >= since - IN_A_STORM || isOpenAt(night, one.incident, since)),
      ) || asked.some((one) => one.to === to && one.id !== id && one.since >= since - IN_A_STORM && one.since <= by);
    const tried = night.attempts.some((one) => one.to === to && one.at >= since - 1 && one.at <= by);
    if (!isBusy && !tried && until > by)
      list.push(broken(7, by, `${to} is in no storm, is paged for ${id} since ${clockTime(since)}, and was not tried`));
  }
  return list;
}

function isOpenAt(night: Night, id: string, instant: number): boolean {
  const found = stateAt(night.incidents.get(id) ?? [], instant);
  return found !== undefined && found.incident.state !== 'resolved';
}

/** When each page of a first way to a person was owed, and until when it was wanted. */
function firstPages(night: Night): { id: string; to: string; since: number; until: number }[] {
  const list: { id: string; to: string; since: number; until: number }[] = [];
  for (const [id, states] of night.incidents) {
    const seen = new Set<string>();
    for (const [n, { at, incident }] of states.entries()) {
      for (const page of incident.pages) {
        if (page.kind !== 'alert' || !page.person || page.followsSeconds !== undefined || seen.has(page.id)) continue;
        seen.add(page.id);
        const ends = states.slice(n).find(({ incident: later }) => later.state !== 'triggered');
        list.push({ id, to: page.to, since: at, until: ends?.at ?? START + END });
      }
    }
  }
  return list;
}

// ---- 9 ------------------------------------------------------------------------------------------------------------------

function known(night: Night): Broken[] {
  const list = night.intrusions.map((what) => broken(9, START, `somebody who is nobody wrote ${what}`));
  for (const { at, pressedAt, person, asked, status } of night.answered) {
    if (status !== 303 || !asked.endsWith('action=acknowledge')) continue;
    const recorded = [...night.incidents.values()].some((states) =>
      states.some(({ incident }) =>
        incident.timeline.some((entry) => entry.what === 'Acknowledged' && entry.by === `${person} (link)`),
      ),
    );
    const needless = [...night.incidents.values()].some((states) =>
      states.some(
        ({ at: written, incident }, n) =>
          incident.state !== 'triggered' && written <= at && (states[n + 1]?.at ?? at) >= pressedAt,
      ),
    );
    if (!recorded && !needless)
      list.push(broken(9, at, `${person} acknowledged by link, had their answer, and nothing says so`));
  }
  return list;
}

// ---- 10 -----------------------------------------------------------------------------------------------------------------

export type Alarm = { MetricName?: string; AlarmActions?: unknown[]; Dimensions?: { Value: unknown }[] };
export const ownAlarms: Alarm[] = Object.values(readTemplate().resources)
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => Properties as Alarm)
  .filter(({ AlarmActions }) => JSON.stringify(AlarmActions ?? []).includes('OwnAlarmsTopic'));

/** What went wrong tonight has an alarm that goes past Pageturner. */
function saysSo(night: Night, alarms: Alarm[]): Broken[] {
  const list: Broken[] = [];
  const has = (metric: string, of: string) =>
    alarms.some(({ MetricName, Dimensions }) => MetricName === metric && JSON.stringify(Dimensions ?? []).includes(of));
  if (
    night.mostDead > 0 &&
    !['AlertsDeadLetters', 'PagesDeadLetters', 'RepliesDeadLetters'].every((queue) =>
      has('ApproximateNumberOfMessagesVisible', queue),
    )
  )
    list.push(broken(10, START + FAULTS_END, 'messages were dead letters and no alarm is there to say so'));
  if (night.sweepStopped && !has('Invocations', 'sweep'))
    list.push(broken(10, START + FAULTS_END, 'the sweep stopped and no alarm is there to say so'));
  return list;
}

// ---- and then it is quiet -----------------------------------------------------------------------------------------------

/** When everything is over nothing is owed, and nobody is woken any more. */
function silentInTheEnd(night: Night): Broken[] {
  const list: Broken[] = [];
  for (const [id, states] of night.incidents) {
    const { incident } = states.at(-1)!;
    if (owed(incident).length > 0)
      list.push(broken(6, START + END, `${id} still owes ${owed(incident).length} things after everything is over`));
    if (incident.state !== 'resolved')
      list.push(broken(5, START + END, `${id} is still ${incident.state} after everything is over`));
  }
  const late = night.attempts.filter(({ at, kind }) => kind === 'alert' && at > START + ALL_OVER + MINUTE);
  if (late.length > 0) list.push(broken(3, late[0]!.at, `${late[0]!.to} is paged after everything is over`));
  if (night.stillQueued > 0)
    list.push(broken(1, START + END, `${night.stillQueued} messages are still on their queues`));
  return list;
}
