/**
 * Kinds of pages: one for trouble (a fault, an alert, what to do about it) or one for work that can wait (how to set
 * something up, how something is built, what was decided). An alert wants the first kind.
 *
 * Told by the page's own name, its folders and its headings; a folder is of the kind that most of its pages are. Pure.
 * Called when the index is built.
 */
import { placeOf, sectionsOf, termsOf, type WordSource } from './document.ts';
import { words } from './split.ts';

/** From -1, work that can wait, to 1, trouble; 0 where nothing tells. */
export type Kind = { path: number; headings: number };

export const TROUBLE = wordSet(
  `troubleshooting troubleshoot alert alerts alerting runbook runbooks playbook playbooks incident sop sops oncall
  down failing failed fails failure failures error errors slow full high low lag lagging stuck missing unavailable
  unreachable outage stale backlog exhausted saturation saturated crashloop crashlooping crash degraded unhealthy expiring
  expired expiry pressure absent mismatch stopped stalled delayed spike throttled overloaded exceeded problem problems issues
  latency leak corruption loss lost broken firing emergency recovery recover disaster`,
);
export const WORK = wordSet(
  `howto how guide guides guideline guidelines overview introduction intro architecture design designs adr adrs decision
  decisions tutorial tutorials onboarding offboarding setup install installation installing upgrade upgrades upgrading create
  creating manage managing management working using use request requests process policy policies template templates glossary
  faq meeting roadmap postmortem postmortems training exercise exercises drill drills scenario scenarios definition concept
  concepts reference benchmark benchmarks migrate migration migrating migrations access add adding remove removing delete
  deleting rename renaming update updating rotate rotation rotating register registration configure configuring configuration
  deploy deploying deployment provision provisioning reprovisioning build building test testing enable enabling disable disabling
  resize resizing expand expanding introduction plan planning proposal release releases checklist standards style contributing
  development developer develop spec specification specifications blueprint audit review report reports survey profiling tracing
  snapshot snapshots switchover analysis evaluation documentation docs manual history changelog`,
);
/** Words that say the kind of a page, stemmed: none is the name of a thing. */
export const KIND_WORDS: ReadonlySet<string> = new Set([...TROUBLE, ...WORK].map((word) => termsOf(word)[0] ?? word));
const TROUBLE_HEADINGS =
  /\b(symptoms?|diagnos\w*|mitigat\w*|resolution|resolv\w*|impact|meaning|troubleshoot\w*|(possible|pre-?)\s?checks?|alerts?|what to do|foremost|triage|remediat\w*|root cause|causes?|severity|verif\w*|escalat\w*|first steps?|investigat\w*|recover\w*|when (it|this) fires|false positives?|what (it|this) means|quick fix|immediate)\b/i;
const WORK_HEADINGS =
  /\b(prerequisites?|install\w*|set ?up|background|design|requirements?|decision|alternatives|consequences|context|status|how (to|do|can|we)|creat\w+|adding|goals?|non-goals|motivation|usage|architecture|getting started|introduction|development|references?|example|exercise|tutorial|proposal|configuration|roadmap|purpose)\b/i;

/** How many imagined pages of no kind a folder's own pages are weighed against. */
const FOLDER_DOUBT = 3;

export function kindsOf(sources: WordSource[]): Kind[] {
  const own = sources.map(({ id, title }) => pathKind(id, title));
  const headings = sources.map(({ body }) => headingKind(body));
  const byFolder = Map.groupBy(sources.keys(), (at) => sources[at]!.id.split('/').slice(0, -1).join('/'));
  const folders = new Map<number, number>();
  for (const members of byFolder.values()) {
    const sum = members.reduce((total, at) => total + own[at]! + headings[at]!, 0);
    for (const at of members) folders.set(at, sum / 2 / (members.length + FOLDER_DOUBT));
  }
  return sources.map((_, at) => ({
    path: rounded((own[at]! + folders.get(at)!) / 2),
    headings: rounded(headings[at]!),
  }));
}

function pathKind(id: string, title: string): number {
  const { name, folder } = placeOf(id);
  const said = words(`${name} ${title}`);
  const above = words(folder);
  const count = (list: string[], set: ReadonlySet<string>) => list.filter((word) => set.has(word)).length;
  return clamp(
    count([...new Set(said)], TROUBLE) -
      count([...new Set(said)], WORK) +
      2 * (count(above, TROUBLE) - count(above, WORK)),
    2,
  );
}

function headingKind(body: string): number {
  const all = sectionsOf(body).slice(1);
  const trouble = all.filter(({ heading }) => TROUBLE_HEADINGS.test(heading)).length;
  const work = all.filter(({ heading }) => WORK_HEADINGS.test(heading)).length;
  return (trouble - work) / (trouble + work + 2);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value)) / limit;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
