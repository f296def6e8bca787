/**
 * Deployments in their sequence: what each replaced. From the records of one service, in order of time: which was a retry,
 * which a rollback, what the last good version before it was, and where to see what changed since.
 *
 * Promises: environments are kept apart; what is cancelled or still running replaces nothing; a compare link is made only
 * from an address that the sender gave, for GitLab and GitHub, whose compare pages are known.
 * Pure. Called by the page, `explain`, `pageturner deployments` and the console.
 *
 * Sources: GitLab "Compare revisions" and GitHub "Comparing commits" for the addresses.
 */
import type { Deployment } from './deployment.ts';

export type Sequenced = {
  deployment: Deployment;
  /** The same version as the one before it, again. */
  isRetry: boolean;
  /** Back to a version that had been deployed before the one it replaced, or said so by its sender. */
  isRollback: boolean;
  /** What ran well in this environment before it. */
  lastGood?: Deployment;
  /** What changed between the last good one and this. */
  compare?: string;
};

/** One for each deployment, in order of time. */
export function inSequence(deployments: readonly Deployment[]): Sequenced[] {
  const sorted = [...deployments].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const before = new Map<string, Deployment[]>();
  return sorted.map((deployment) => {
    const place = `${deployment.ref}\n${deployment.environment ?? ''}`;
    const earlier = before.get(place) ?? [];
    if (deployment.status !== 'cancelled' && deployment.status !== 'started')
      before.set(place, [...earlier, deployment]);
    return sequenced(deployment, earlier);
  });
}

function sequenced(deployment: Deployment, earlier: readonly Deployment[]): Sequenced {
  const previous = earlier.at(-1);
  const lastGood = earlier.findLast(({ status }) => status === 'succeeded');
  const isRetry = previous !== undefined && isSame(previous, deployment);
  const isEarlierVersion = !isRetry && earlier.slice(0, -1).some((one) => isSame(one, deployment));
  const compare = lastGood === undefined ? deployment.links.compare : compareLink(lastGood, deployment);
  return {
    deployment,
    isRetry,
    isRollback: isEarlierVersion || deployment.status === 'rolled-back',
    ...(lastGood === undefined ? {} : { lastGood }),
    ...(compare === undefined ? {} : { compare }),
  };
}

/** By commit where both have one: a branch keeps its name when its commits change. A commit may be cut short. */
function isSame(a: Deployment, b: Deployment): boolean {
  if (a.commit !== undefined && b.commit !== undefined)
    return isPrefix(a.commit, b.commit) || isPrefix(b.commit, a.commit);
  return a.version !== undefined && a.version === b.version;
}

const SHORTEST_COMMIT = 7;

function isPrefix(short: string, long: string): boolean {
  return short.length >= SHORTEST_COMMIT && long.startsWith(short);
}

/** The sender's own link if it gave one; else made from the address of the commit. */
function compareLink(from: Deployment, to: Deployment): string | undefined {
  if (to.links.compare !== undefined) return to.links.compare;
  const [a, b] = [from.commit ?? from.version, to.commit ?? to.version];
  const change = to.links.change ?? from.links.change;
  if (a === undefined || b === undefined || change === undefined || isSame(from, to)) return undefined;
  const range = `${encodeURIComponent(a)}...${encodeURIComponent(b)}`;
  const [gitlab, ofGitlab] = change.split(/\/-\/(?:commit|merge_requests)\//);
  if (to.sender === 'gitlab' && ofGitlab !== undefined) return `${gitlab}/-/compare/${range}`;
  const [github, ofGithub] = change.split(/\/(?:commit|pull)\//);
  return to.sender === 'github' && ofGithub !== undefined ? `${github}/compare/${range}` : undefined;
}
