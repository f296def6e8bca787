/**
 * A case: what one incident cost people, taken from its record. The unit that every figure of toil counts. Pure.
 */
import { FLAPPING, type Incident, isCanary, parseIncidentId } from '../incident/incident.ts';
import { earliest } from '../time/time.ts';
import { type Interruption, toldSomebody } from './interruption.ts';

/**
 * Within how long an answer is in time, by severity: the response times of the incident table of the GDS Way, P1 to P3.
 * [GDS Way, "Manage technical incidents"]
 */
export const TARGET_SECONDS = { critical: 20 * 60, error: 60 * 60, warning: 2 * 3600, info: 2 * 3600 } as const;

export type Case = {
  incident: string;
  /** The digest of its group: what all incidents of one cause share. */
  cause: string;
  /** What its signal is called, by which an alarm is known. */
  alarm: string;
  title: string;
  service?: string;
  runbook?: string;
  openedAt: string;
  /** How many signals it had. */
  signals: number;
  /** Pages to people, by any way. */
  pages: number;
  interruptions: Interruption[];
  /** From the first page that was due until the answer that held. Absent where nobody was asked or nobody answered. */
  answeredAfter?: number;
  /** Somebody was paged, nobody answered, and it went on for longer than the target. */
  unanswered: boolean;
  target: number;
  /** Seconds from the answer that held until the end. */
  effort?: number;
  /** Seconds from its opening to its end; absent while it is open. */
  lasted?: number;
  /** It ended before anybody had done anything to it. */
  endedByItself: boolean;
  /** Whether somebody had to act: what a person said, else what the record shows; absent where neither tells. */
  acted?: boolean;
  verdict?: NonNullable<Incident['verdict']>['is'];
  wrongRunbook: boolean;
  flapped: boolean;
};

/** Whether an incident counts: a test page, a canary and what never opened wake nobody for a cause. */
export function counts(incident: Incident): boolean {
  return incident.test === undefined && !isCanary(incident) && incident.openedAt !== undefined;
}

/** @param interruptions of this incident. @param now for how long an open one has gone on */
export function caseOf(incident: Incident, interruptions: Interruption[], now: string): Case {
  const { id, lead, service, runbook, alerts, verdict, openedAt, resolvedAt, acknowledgedAt } = incident;
  const end = incident.state === 'resolved' ? resolvedAt : undefined;
  const askedAt = firstAsked(incident);
  const target = TARGET_SECONDS[incident.severity];
  const ended = endedByItself(incident);
  const acted = didAct(incident, ended);
  const secondsBetween = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? undefined : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  const answeredAfter = secondsBetween(askedAt, acknowledgedAt ?? byHand(incident));
  const effort = secondsBetween(acknowledgedAt, end);
  const lasted = secondsBetween(openedAt, end);
  return {
    incident: id,
    cause: parseIncidentId(id)!.group,
    alarm: lead.signal?.name ?? lead.title,
    title: lead.title,
    openedAt: openedAt!,
    signals: Object.keys(alerts).length,
    pages: incident.pages.filter(toldSomebody).length,
    interruptions,
    unanswered: answeredAfter === undefined && (secondsBetween(askedAt, end ?? now) ?? 0) > target,
    target,
    endedByItself: ended,
    wrongRunbook: incident.wrongRunbook !== undefined,
    flapped: (incident.again?.length ?? 0) >= FLAPPING.times,
    ...(service === undefined ? {} : { service }),
    ...(runbook.runbook === null ? {} : { runbook: runbook.runbook }),
    ...(answeredAfter === undefined ? {} : { answeredAfter }),
    ...(effort === undefined ? {} : { effort }),
    ...(lasted === undefined ? {} : { lasted }),
    ...(acted === undefined ? {} : { acted }),
    ...(verdict === undefined ? {} : { verdict: verdict.is }),
  };
}

/** Since when people had been asked when the answer came: a hold before the first page is nobody's delay. */
function firstAsked({ pages, triggeredAt, acknowledgedAt, resolvedAt }: Incident): string | undefined {
  const until = acknowledgedAt ?? resolvedAt;
  const asked = pages.filter(({ kind, person }) => kind === 'alert' && person).map(({ due }) => due);
  return earliest(
    asked.filter((due) => (triggeredAt === undefined || due >= triggeredAt) && (until === undefined || due <= until)),
  );
}

/** Somebody who closes an incident without acknowledging it has answered by that. */
function byHand({ resolvedBy, resolvedAt }: Incident): string | undefined {
  return resolvedBy === undefined ? undefined : resolvedAt;
}

function endedByItself({ state, acknowledgedAt, resolvedBy, timeline, timelineFrom, resolvedAt }: Incident): boolean {
  if (state !== 'resolved' || acknowledgedAt !== undefined || resolvedBy !== undefined) return false;
  // Twenty entries stay at least; of an incident whose older ones have moved away it is not known who acted in them.
  return timelineFrom === 0 && !timeline.some(({ by, at }) => by !== undefined && at <= resolvedAt!);
}

/** A poor text says nothing on whether somebody had to act. Acknowledged and then over by itself says nothing either. */
function didAct({ verdict, resolvedBy }: Incident, ended: boolean): boolean | undefined {
  if (verdict !== undefined && verdict.is !== 'poor-details') return verdict.is === 'acted';
  if (ended) return false;
  return resolvedBy === undefined ? undefined : true;
}
