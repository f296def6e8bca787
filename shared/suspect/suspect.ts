/**
 * Suspects of an incident: deployments ranked as its likely causes.
 *
 * Promises: the ranking and its threshold are those of `shared/deployment/suspects.ts`; what a deployment replaced, and
 * where to see what changed, are those of `shared/deployment/sequence.ts`. Called by the flow that reads deployments from
 * the table and by `explain`, which reads them from a file. Pure.
 */
import type { Resource } from '../alert/alert.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { authorOf } from '../deployment/author.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Sequenced } from '../deployment/sequence.ts';
import { type Candidate, type Ranked, rankCandidates } from '../deployment/suspects.ts';
import type { Loaded } from '../routing/loaded.ts';
import type { Routed } from '../routing/routing.ts';
import { rollbackHint } from '../runbook/rollback.ts';
import { after, duration } from '../time/time.ts';

/** A deployment ranked as a likely cause, small enough to travel with the incident. */
export type Suspect = {
  deployment: string;
  service?: string;
  version?: string;
  by?: string;
  /** The person of the catalogue who that is, as people are shown them. */
  author?: string;
  /** The catalogue's name for where it went. */
  environment?: string;
  at: string;
  title?: string;
  status: string;
  compare?: string;
  change?: string;
  /** The pipeline or run that deployed it. */
  run?: string;
  /** The version that ran well there before it: where a rollback leads. */
  lastGood?: string;
  /** How to get there, by runbook or catalogue: only of the first suspect. */
  rollback?: string;
  score: number;
  /** True above the threshold: the page says "suspect", else "deployed lately". */
  likely: boolean;
  /** The factors of the score, by name: shared/deployment/suspects.ts says what each is. */
  parts?: Record<string, number>;
  why: string;
};

/** How long before the onset a deployment is still asked about. */
export const WINDOW_SECONDS = 86_400;
const MAX_SUSPECTS = 5;

/** What is asked: which service, since when it is wrong, and what the alert is about. */
export type About = {
  service: string;
  /** The runbook's id, where one was found: it may say how to roll back. */
  runbook?: string | undefined;
  environment?: string | undefined;
  /** When it began to be wrong, UTC ISO. */
  onset: string;
  /** Names and ids of the alert's resources. */
  resources: string[];
};

/** What an incident's suspects are asked about; undefined where it belongs to no service. */
export function aboutIncident(incident: {
  service?: string;
  environment?: string;
  runbook: { runbook: string | null };
  firingSince?: string;
  openedAt?: string;
  updatedAt: string;
  lead: { resources: Resource[] };
}): About | undefined {
  if (incident.service === undefined) return undefined;
  return {
    service: incident.service,
    runbook: incident.runbook.runbook ?? undefined,
    environment: incident.environment,
    onset: incident.firingSince ?? incident.openedAt ?? incident.updatedAt,
    resources: namesOf(incident.lead.resources),
  };
}

/** What a routed alert's suspects are asked about; undefined where it belongs to no service. `now`: UTC ISO. */
export function aboutRouted({ alert, service, environment, choice }: Routed, now: string): About | undefined {
  if (!service) return undefined;
  const began = alert.startsAt ?? alert.at;
  return {
    service: service.name,
    runbook: choice.runbook ?? undefined,
    environment,
    onset: began < now ? began : now,
    resources: namesOf(alert.resources),
  };
}

/** Names and ids of resources: what a deployment may carry in its own name. */
function namesOf(resources: Resource[]): string[] {
  return resources.flatMap(({ id, name }) => [id, name].filter((one) => one !== undefined));
}

/** What of the catalogue in force a ranking needs. */
export type Known = {
  environmentNamed: Loaded['environmentNamed'];
  catalogue: Pick<Catalogue, 'people' | 'services' | 'runbooks'>;
};

/** Records of the last days as suspects of what began at `about.onset`. Pure. */
export function rankSuspects(
  found: { sequenced: Sequenced; distance: number }[],
  about: About,
  known: Known,
): Suspect[] {
  const from = after(about.onset, -WINDOW_SECONDS);
  const bySequence = new Map(found.map(({ sequenced }) => [sequenced.deployment, sequenced]));
  const candidates = found
    .filter(({ sequenced }) => sequenced.deployment.at >= from)
    .map(
      ({ sequenced: { deployment }, distance }): Candidate => ({
        deployment,
        distance,
        environment: known.environmentNamed(deployment.environment),
      }),
    );
  return rankCandidates(candidates, about)
    .slice(0, MAX_SUSPECTS)
    .map((ranked, position) => {
      const suspect = asSuspect(ranked, bySequence.get(ranked.deployment)!, known, about.environment);
      const rollback = position === 0 ? howToGoBack(ranked, suspect, about, known.catalogue) : undefined;
      return rollback === undefined ? suspect : { ...suspect, rollback };
    });
}

/** Nowhere, where it was taken back already or came after the onset; else as its runbook or service says. */
function howToGoBack(
  ranked: Ranked,
  suspect: Suspect,
  about: About,
  catalogue: Known['catalogue'],
): string | undefined {
  if (ranked.isLater || suspect.status === 'rolled-back' || suspect.status === 'cancelled') return undefined;
  const isOwn = ranked.distance === 0;
  return rollbackHint(
    isOwn && about.runbook !== undefined ? catalogue.runbooks[about.runbook] : undefined,
    catalogue.services[suspect.service ?? ''],
    {
      service: suspect.service,
      environment: suspect.environment,
      deployment: { version: suspect.version, lastGood: suspect.lastGood },
    },
  );
}

function asSuspect(
  ranked: Ranked,
  { compare, lastGood, isRetry, isRollback }: Sequenced,
  { environmentNamed, catalogue }: Known,
  here: string | undefined,
): Suspect {
  const { deployment, score, isLikely, parts } = ranked;
  const { id, service, by, at, title, status, links } = deployment;
  const version = versionOf(deployment);
  const good = lastGood && versionOf(lastGood);
  const there = environmentNamed(deployment.environment);
  const author = authorOf(by, catalogue.people);
  return {
    deployment: id,
    ...(service === undefined ? {} : { service }),
    ...(version === undefined ? {} : { version }),
    ...(by === undefined ? {} : { by }),
    ...(author === undefined ? {} : { author }),
    ...(there === undefined ? {} : { environment: there }),
    at,
    ...(title === undefined ? {} : { title: title.slice(0, 120) }),
    status,
    ...(compare === undefined ? {} : { compare }),
    ...(links.change === undefined ? {} : { change: links.change }),
    ...(links.deployment === undefined ? {} : { run: links.deployment }),
    ...(good === undefined || good === version ? {} : { lastGood: good }),
    score: Number(score.toFixed(3)),
    likely: isLikely,
    parts: Object.fromEntries(Object.entries(parts).map(([part, factor]) => [part, Number(factor.toFixed(2))])),
    why: [
      whenItWas(ranked),
      steps(ranked.distance),
      ...(here !== undefined && there !== undefined && there !== here ? [`but in ${there}`] : []),
      ...(isRollback ? ['a rollback'] : isRetry ? ['the same version once more'] : []),
      ...(parts.resource > 1 ? ['the alert names it'] : []),
    ].join(', '),
  };
}

/** A branch keeps its name when its commits change, and a whole commit is too long to read: then the commit, cut short. */
function versionOf({ version, commit }: Deployment): string | undefined {
  const isVersion = version !== undefined && /[0-9]/.test(version) && !version.includes('/') && version !== commit;
  return isVersion || commit === undefined ? version : commit.slice(0, 8);
}

function whenItWas({ isLater, beforeSeconds }: Ranked): string {
  return isLater
    ? `${duration(-beforeSeconds)} after it began`
    : `${duration(Math.max(0, beforeSeconds))} before it began`;
}

function steps(distance: number): string {
  if (distance === 0) return 'to the service itself';
  return distance === 1 ? 'to what it depends on' : `${distance} dependencies away`;
}
