/**
 * Which runbook, and why: the first that answers of a link, a pattern, words, none. The order and the rules are the
 * design's; every candidate carries its sentence for people.
 *
 * `prepareRunbooks` runs when a catalogue is published; its value is JSON. `openRunbooks` runs in a cold start.
 * Pure. Called by triage, the console and the command line.
 */
import type { Alert } from '../alert/alert.ts';
import type { CompiledPattern } from '../pattern/compiled.ts';
import { compareSpecificity, compile, type Specificity, specificity } from '../pattern/pattern.ts';
import { buildIndex, findMatches, type PatternIndex } from '../pattern/pattern-index.ts';
import { probabilities } from '../search/probability.ts';
import { alertWords } from '../search/query.ts';
import { buildWordIndex, openWordIndex, searchWords, type WordIndex, type WordIndexData } from '../search/search.ts';
import { buildLinkTable, type LinkTable, resolveLink, runbookLinks } from './links.ts';
import { buildNames, type Names, namedIn } from './names.ts';
import type { Candidate, Choice, Runbook } from './runbook.ts';

/** Below this no runbook is called a match by words. How it was found: docs/write-a-runbook.md. */
export const FLOOR = 0.5;
/** The probability that a page is right which alone holds the name of an alert that no page sounds like. */
const NAMED = 0.7;
/** Candidates by words that are kept, floor or not: what came second and by how much. */
const KEPT_BY_WORDS = 10;

/** As published with the catalogue: JSON. */
export type PreparedRunbooks = {
  runbooks: { id: string; match?: unknown; aliases: string[]; service?: string }[];
  hosts: string[];
  words: WordIndexData;
  /** Absent in what an older version published. */
  names?: Names;
};

export type Runbooks = {
  ids: string[];
  services: (string | undefined)[];
  links: LinkTable;
  patterns: PatternIndex;
  /** The runbook of each pattern in the index. */
  patternOf: number[];
  words: WordIndex;
  names: Names;
};

/** What the catalogue knows of the alert. */
export type ChoiceContext = {
  /** The service the alert belongs to, with its other names. */
  service?: { name: string; aliases?: string[] };
  /** All services of the catalogue: a page of one that the alert does not name is no match by words. */
  services?: { name: string; aliases?: string[] }[];
};

/** @param hosts whose `https:` runbook links may be shown to people, from the catalogue's `runbookHosts` */
export function prepareRunbooks(runbooks: Runbook[], hosts: string[]): PreparedRunbooks {
  const inOrder = [...runbooks].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    runbooks: inOrder.map(({ id, match, aliases, service }) => ({
      id,
      aliases,
      ...(match === undefined ? {} : { match }),
      ...(service === undefined ? {} : { service }),
    })),
    hosts,
    words: buildWordIndex(inOrder),
    names: buildNames(inOrder),
  };
}

export function openRunbooks(prepared: PreparedRunbooks): Runbooks {
  const patterns: CompiledPattern[] = [];
  const patternOf: number[] = [];
  for (const [at, { match }] of prepared.runbooks.entries()) {
    const compiled = match === undefined ? undefined : compile(match);
    // One that is refused was reported when the catalogue was checked; here it must not stop the others.
    if (compiled?.ok !== true) continue;
    patterns.push(compiled.pattern);
    patternOf.push(at);
  }
  return {
    ids: prepared.runbooks.map(({ id }) => id),
    services: prepared.runbooks.map(({ id, service, match }) => service ?? serviceOfMatch(match) ?? folderOf(id)),
    links: buildLinkTable(prepared.runbooks, prepared.hosts),
    patterns: buildIndex(patterns),
    patternOf,
    words: openWordIndex(prepared.words),
    names: prepared.names ?? {},
  };
}

/** @returns the choice: `runbook` is null where nothing answers, or where the link leads to an allowed host (`url`) */
export function choose(runbooks: Runbooks, alert: Alert, context: ChoiceContext = {}): Choice {
  const linked = byLink(runbooks, alert);
  const candidates: Candidate[] = [];
  const add = (more: Candidate[]) => {
    for (const candidate of more)
      if (!candidates.some(({ runbook }) => runbook === candidate.runbook)) candidates.push(candidate);
  };
  if (linked?.candidate !== undefined) add([linked.candidate]);
  const matching = byPattern(runbooks, alert);
  add(matching);
  const sounding = byWords(runbooks, alert, context);
  // A list of all alerts holds every name too: a page that sounds like the alert goes before one that only names it.
  if ((sounding[0]?.score ?? 0) < FLOOR) add(byName(runbooks, alert));
  add(sounding);
  if (linked?.url !== undefined) return { runbook: null, by: 'link', url: linked.url, candidates };
  const first = candidates[0];
  if (first === undefined || (first.by === 'words' && first.score < FLOOR))
    return { runbook: null, by: 'none', candidates };
  return { runbook: first.runbook, by: first.by, candidates };
}

function byLink(runbooks: Runbooks, alert: Alert): { candidate?: Candidate; url?: string } | undefined {
  for (const { target, where } of runbookLinks(alert)) {
    const resolved = resolveLink(runbooks.links, target);
    if (resolved === undefined) continue;
    if ('url' in resolved) return { url: resolved.url };
    const runbook = runbooks.ids[resolved.runbook]!;
    return { candidate: { runbook, score: 1, by: 'link', why: `linked from ${where}: ${target}` } };
  }
  return undefined;
}

/** Most specific first; of two alike the first by path. */
function byPattern(runbooks: Runbooks, alert: Alert): Candidate[] {
  const hits = findMatches(runbooks.patterns, alert).map(({ pattern, branch }) => ({
    at: runbooks.patternOf[pattern]!,
    fields: branch.fields.map(({ path }) => path),
    rank: specificity(branch),
  }));
  hits.sort((a, b) => compareSpecificity(b.rank, a.rank) || a.at - b.at);
  return hits.map(({ at, fields, rank }, place) => {
    const tied = hits.some((other, index) => index !== place && compareSpecificity(other.rank, rank) === 0);
    const why = `its pattern matches on ${fields.join(', ')} (${describe(rank)})${tied ? '; tied, the first by path goes first' : ''}`;
    return { runbook: runbooks.ids[at]!, score: 1, by: 'pattern', why };
  });
}

function describe([fields, exact, partial, wildcard]: Specificity): string {
  const kinds = [
    [exact, 'exact'],
    [partial, 'by part'],
    [wildcard, 'by wildcard'],
    [fields - exact - partial - wildcard, 'by presence'],
  ] as const;
  return kinds.flatMap(([count, kind]) => (count > 0 ? [`${count} ${kind}`] : [])).join(', ');
}

/** The page that alone holds the alert's own name, for an alert that no page sounds like. */
function byName({ names, ids }: Runbooks, alert: Alert): Candidate[] {
  const found = namedIn(names, alert);
  if (!found) return [];
  return [{ runbook: ids[found.at]!, score: NAMED, by: 'words', why: `is the only one that names ${found.name}` }];
}

function byWords(runbooks: Runbooks, alert: Alert, context: ChoiceContext): Candidate[] {
  const hits = searchWords(runbooks.words, alertWords(alert)).slice(0, 4 * KEPT_BY_WORDS);
  const names = new Set(
    [context.service?.name ?? alert.service, ...(context.service?.aliases ?? [])].filter((name) => name !== undefined),
  );
  const isForeign = foreignTo(alert, names, context.services ?? []);
  const owned = hits.map(({ runbook }) => {
    const service = runbooks.services[runbook];
    return service !== undefined && names.has(service);
  });
  return probabilities(hits, owned)
    .slice(0, KEPT_BY_WORDS)
    .map(({ hit, probability, owned: own }) => {
      const service = runbooks.services[hit.runbook];
      const isOthers = service !== undefined && isForeign(service);
      const whose = own
        ? '; belongs to the alert’s service'
        : isOthers
          ? `; belongs to ${service}, not named here`
          : '';
      return {
        runbook: runbooks.ids[hit.runbook]!,
        score: Math.round((isOthers ? Math.min(probability, FLOOR - 0.001) : probability) * 1000) / 1000,
        by: 'words',
        why: `shares the words ${hit.words.join(', ')}${whose}`,
      };
    });
}

/** Whether a page of that name belongs to a service of the catalogue that is not the alert's and that it does not name. */
function foreignTo(
  alert: Alert,
  own: ReadonlySet<string>,
  services: NonNullable<ChoiceContext['services']>,
): (service: string) => boolean {
  if (services.length === 0) return () => false;
  const said = [
    alert.title,
    alert.description,
    alert.service,
    ...(alert.resources ?? []).flatMap(({ id, name }) => [id, name]),
    ...Object.values(alert.labels ?? {}),
  ]
    .join(' ')
    .slice(0, 20_000)
    .toLowerCase();
  // `payments` is named by `payment-queue`, too.
  const isNamed = (name: string) => said.includes(name.toLowerCase().replace(/s$/, ''));
  return (service) => {
    if (own.has(service)) return false;
    const owner = services.find(({ name, aliases = [] }) => name === service || aliases.includes(service));
    return owner !== undefined && ![service, owner.name, ...(owner.aliases ?? [])].some(isNamed);
  };
}

/** A pattern that asks for one service says whose runbook it is. */
function serviceOfMatch(match: unknown): string | undefined {
  const asked = typeof match === 'object' && match !== null ? (match as { service?: unknown }).service : undefined;
  return Array.isArray(asked) && asked.length === 1 && typeof asked[0] === 'string' ? asked[0] : undefined;
}

/** `payments/5xx` belongs to payments, where a service is called so. */
function folderOf(id: string): string | undefined {
  const slash = id.indexOf('/');
  return slash < 0 ? undefined : id.slice(0, slash);
}
