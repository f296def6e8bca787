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
import { alertQuery } from '../search/query.ts';
import { probabilities, reasonsFor } from '../search/ranking.ts';
import {
  buildWordIndex,
  gatherEvidence,
  loudestWords,
  openWordIndex,
  queryTerms,
  WORD_INDEX_FORMAT,
  type WordIndex,
  type WordIndexData,
} from '../search/search.ts';
import { buildLinkTable, type LinkTable, resolveLink, runbookLinks } from './links.ts';
import { buildNames, type Named, type Names, namedIn } from './names.ts';
import type { Candidate, Choice, Runbook } from './runbook.ts';

/** Below this no runbook is called a match by words. How it was found: docs/decisions/0013. */
export const FLOOR = 0.7;
/** How likely a page is right that alone has the alert's own name, has a section of that name, or holds it. */
const NAMED = { page: 0.99, section: 0.95, held: 0.9 } as const;
const NAMED_WHY = {
  page: 'is called',
  section: 'is the only one with a section called',
  held: 'is the only one that names',
} as const;
/** Candidates by words that are kept, floor or not: what came second and by how much. */
const KEPT_BY_WORDS = 10;

/** As published with the catalogue: JSON. */
export type PreparedRunbooks = {
  runbooks: { id: string; match?: unknown; aliases: string[]; service?: string }[];
  hosts: string[];
  words: WordIndexData;
  names: Names;
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

/** Whether it was published by a version whose index has another form: it is prepared anew from the catalogue then. */
export function isOfOtherForm({ words }: PreparedRunbooks): boolean {
  return words.format !== WORD_INDEX_FORMAT;
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
    names: prepared.names,
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
  const named = byName(runbooks, alert);
  const sounding = byWords(runbooks, alert, context);
  // Lists of alerts and of metrics hold every name: a page that sounds like the alert goes before one that only has it inside.
  const isDecisive = named?.by === 'page' || (sounding[0]?.score ?? 0) < FLOOR;
  if (named !== undefined && isDecisive) add([named.candidate]);
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

/** The page that alone has the alert's own name, as its own or inside. */
function byName({ names, ids }: Runbooks, alert: Alert): { by: Named['by']; candidate: Candidate } | undefined {
  const found = namedIn(names, alert);
  if (found === undefined) return undefined;
  const { at, by, name } = found;
  return { by, candidate: { runbook: ids[at]!, score: NAMED[by], by: 'words', why: `${NAMED_WHY[by]} ${name}` } };
}

function byWords(runbooks: Runbooks, alert: Alert, context: ChoiceContext): Candidate[] {
  const query = alertQuery(alert);
  const names = new Set(
    [context.service?.name ?? alert.service, ...(context.service?.aliases ?? [])].filter((name) => name !== undefined),
  );
  const isForeign = foreignTo(alert, names, context.services ?? []);
  const isOwned = (runbook: number) => {
    const service = runbooks.services[runbook];
    return service !== undefined && names.has(service);
  };
  const terms = queryTerms(runbooks.words, query.parts);
  return probabilities(gatherEvidence(runbooks.words, query, terms), isOwned)
    .slice(0, KEPT_BY_WORDS)
    .map(({ evidence, probability, owned: own }) => {
      const { runbook } = evidence;
      const service = runbooks.services[runbook];
      const isOthers = service !== undefined && isForeign(service);
      const reasons = [
        `shares the words ${loudestWords(runbooks.words, terms, runbook).join(', ')}`,
        ...reasonsFor(evidence),
        ...(own ? ['belongs to the alert’s service'] : isOthers ? [`belongs to ${service}, not named here`] : []),
      ];
      return {
        runbook: runbooks.ids[runbook]!,
        score: Math.round((isOthers ? Math.min(probability, FLOOR - 0.001) : probability) * 1000) / 1000,
        by: 'words',
        why: reasons.join('; '),
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
