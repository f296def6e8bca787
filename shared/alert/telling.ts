/**
 * What a notice that no table knows tells a person: which thing, what is wrong with it, since when, where to look.
 *
 * Promises: the title names the thing where anything in the body does, and is never a list of field names; the description
 * holds the facts that decide (error, cause, reason, message) before the rest, none of them twice; what was not said is
 * left out. Called by the readers of unknown notices and of AWS notices without a table entry. Pure.
 */
import type { Resource, Severity } from './alert.ts';
import type { Draft } from './draft.ts';
import { isBefore, type Leaf, saidOf } from './leaves.ts';
import { plainProse } from './prose.ts';
import { severityIn, severityWord } from './severity.ts';
import { type Said, stateOf, stateWord } from './state.ts';
import { ASIDE, isOpaque, labelsOf, linksOf, resourcesOf, scalar, timesOf } from './things.ts';

const list = (words: string) => words.split(/\s+/);

/** Most telling first. */
const TITLES = list(
  `title alerttitle incidenttitle eventtitle activitytitle headline subject alertname alarmname incidentname problemtitle rulename
  monitorname monitorfriendlyname checkname jobname pipelinename workflowname alertrule monitor check alert alarm rule summary
  name displayname friendlyname label problem message msg text shortdescription description errormessage error reason cause body`,
);
/** What decides, before what only describes. */
const FACTS = list(
  `error err errmsg fault errormessage errortext errordescription lasterror exception failurereason failurecause failuremessage cause rootcause
  reason incidentreason stoppedreason stopreason statusreason statusmessage statetext diagnosticcode alertdetails problemdetails
  annotation impact message msg alertmessage eventmessage textmessage longdescription description desc summary text body content
  details detail output longoutput info comment comments note notes statechangereason explanation`,
);
const TITLE_RANK = new Map(TITLES.map((name, rank) => [name, rank]));
const FACT_RANK = new Map(FACTS.map((name, rank) => [name, rank]));

export type Told = Pick<
  Draft,
  | 'status'
  | 'severity'
  | 'title'
  | 'description'
  | 'service'
  | 'environment'
  | 'resources'
  | 'test'
  | 'labels'
  | 'links'
  | 'startsAt'
  | 'endsAt'
  | 'at'
> &
  Required<Pick<Draft, 'status' | 'labels' | 'links'>> & { resources: Resource[]; isTold: boolean; isTitled: boolean };

/** @param subject what the carrier or the mail gave as its subject; `shown` is a title that the caller has already */
export function told(
  leaves: readonly Leaf[],
  { subject, shown }: { subject?: string | undefined; shown?: string } = {},
): Told {
  const facts = factsOf(leaves);
  const titles = titlesOf(leaves, subject);
  const said = stateOf(leaves, [...titles, ...facts.slice(0, 2)]);
  const resources = resourcesOf(leaves);
  const status = said.state === 'over' ? 'resolved' : 'firing';
  const title =
    shown ?? titleOf(titles, resources, [...facts, ...failingOf(leaves)][0] ?? eventOf(leaves) ?? said.word, leaves);
  const description = descriptionOf(title, said, [...facts, ...failingOf(leaves)], leaves);
  return {
    status,
    severity: severityOf(leaves, said, title),
    title,
    description,
    service: scalar(leaves, /^(?:service|servicename)$/),
    environment: scalar(leaves, /^(?:environment|env|environmentname)$/),
    resources,
    test: leaves.some(
      ({ name, value, depth }) =>
        depth < 3 && /^(?:is)?test(?:mode|notification)?$/.test(name) && (value === true || value === 'true'),
    ),
    labels: labelsOf(leaves),
    links: linksOf(leaves, description),
    ...timesOf(leaves, status),
    isTold: said.isTold,
    isTitled: titles.length > 0,
  };
}

function titlesOf(leaves: readonly Leaf[], subject: string | undefined): string[] {
  const ranked = leaves
    .filter((leaf) => canName(leaf) && rankOf(leaf) !== undefined)
    .sort((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0))
    .map((leaf) =>
      plainProse(saidOf(leaf, 2048))
        ?.split('\n')[0]
        ?.replace(/^[* ]+|[* ]{1,20}$/g, ''),
    )
    .filter((text) => text !== undefined && text !== '' && !isOpaque(text) && !text.includes('{{'));
  const titles = ranked as string[];
  const bySubject = plainProse(subject);
  return bySubject === undefined ? titles : [bySubject, ...titles];
}

const SIGNAL_RANK = 6;

/** `monitor.name` is a monitor's name; a name deep inside is worth less than one outside. */
function rankOf(leaf: Leaf): number | undefined {
  const own = TITLE_RANK.get(leaf.name);
  const composed = /^(?:name|title|displayname|friendlyname|summary)$/.test(leaf.name)
    ? TITLE_RANK.get(`${leaf.parent}${leaf.name}`)
    : undefined;
  const isSignals =
    composed === undefined &&
    own !== undefined &&
    /^(?:incident|alert|alarm|problem|issue|monitor|check|rule)$/.test(leaf.parent);
  const rank = composed ?? (isSignals ? Math.min(own, SIGNAL_RANK) : own);
  return rank === undefined ? undefined : rank * 10 + leaf.depth;
}

function canName(leaf: Leaf): boolean {
  const isText = leaf.kind === 'thing' || leaf.kind === 'prose';
  return isText && typeof leaf.value === 'string' && !leaf.inList && !ASIDE.test(leaf.parent);
}

function titleOf(
  titles: string[],
  resources: Resource[],
  deciding: string | undefined,
  leaves: readonly Leaf[],
): string | undefined {
  const [best] = titles;
  if (best !== undefined) return best.slice(0, 1024);
  const name = resources[0]?.name;
  const said = deciding ?? facetsOf(leaves, name);
  const service = scalar(leaves, /^(?:service|servicename)$/);
  const thing = name === undefined || service === undefined || holds(name, service) ? name : `${name} ${service}`;
  return [thing, said].filter((part) => part !== undefined && part !== '').join(': ') || undefined;
}

/** The name of what happened, where the sender says it in a word: `certificate.expiring`. */
function eventOf(leaves: readonly Leaf[]): string | undefined {
  const leaf = leaves.find(
    ({ name, kind, value }) =>
      kind !== 'link' &&
      typeof value === 'string' &&
      (/^(?:event|type|alerttype|action|category)$/.test(name) || /event(?:type|name)$/.test(name)) &&
      !/^(?:event|alert|alarm|notification|log|message|incident|traffic|network|system|webhook|monitor)s?$/i.test(
        value,
      ),
  );
  const said = leaf === undefined ? undefined : saidOf(leaf, 80);
  return said === undefined || isOpaque(said) ? undefined : said.replace(/[._]/g, ' ');
}

/** Of a list of checks those that fail, by name. */
function failingOf(leaves: readonly Leaf[]): string[] {
  const failing = leaves.filter(
    (leaf) => leaf.kind === 'status' && leaf.inList && stateWord(String(leaf.value)) === 'wrong',
  );
  return failing.slice(0, 4).flatMap((leaf) => {
    const around = leaf.path.slice(0, leaf.path.lastIndexOf('.'));
    const name = leaves.find(
      ({ path, kind }) =>
        kind === 'thing' && path.startsWith(`${around}.`) && /\.(?:name|id|check|title|component)$/.test(path),
    );
    return name === undefined ? [] : [`${saidOf(name, 80)} ${saidOf(leaf, 40)}`];
  });
}

/** Of a body without sentences and names its values, with what they are called: `temperature 45, room dc1`. */
function facetsOf(leaves: readonly Leaf[], besides?: string): string | undefined {
  const shown = leaves.filter(
    ({ kind, value }) =>
      value !== besides && (kind === 'thing' || kind === 'measure' || kind === 'status' || kind === 'counter'),
  );
  const said = shown.slice(0, 6).map((leaf) => `${leaf.words} ${saidOf(leaf, 60) ?? ''}`.trim());
  return said.length === 0 ? undefined : said.join(', ');
}

/** The sentences of a body, those that decide first. */
export function factsOf(leaves: readonly Leaf[]): string[] {
  const prose = leaves
    .filter(
      (leaf) =>
        leaf.kind === 'prose' &&
        typeof leaf.value === 'string' &&
        !isBefore(leaf) &&
        !/^(?:user|mail|headers|remediation|requestparameters)$/.test(leaf.parent),
    )
    .sort((a, b) => factRank(a) - factRank(b));
  const facts: string[] = [];
  for (const leaf of prose.slice(0, 12)) {
    const said = plainProse(saidOf(leaf, READ_FACT))?.replace(/^[* ]+|[* ]{1,20}$/g, '');
    if (said !== undefined && !isOpaque(said) && !facts.some((other) => holds(other, said))) facts.push(said);
  }
  return facts;
}

const READ_FACT = 4096;

function factRank(leaf: Leaf): number {
  const rank = FACT_RANK.get(leaf.name) ?? FACT_RANK.get(leaf.parent) ?? FACTS.length;
  return rank * 10 + leaf.depth + (leaf.inList ? 5 : 0);
}

function holds(text: string, part: string): boolean {
  const plain = (said: string) => said.toLowerCase().replaceAll('_', ' ');
  return plain(text).includes(plain(part));
}

/** Words for a state that tell nothing more than that something is wrong. */
const EMPTY_WORD =
  /^(?:open|opened|triggered|trigger|firing|fired|set|failed|failure|new|active|alert|alerting|alarm|created|started|problem|fail|error|true|in_?alarm|incident.*|event.*)$/i;

const FAILED = /^(?:fail|error|timed|timeout|down|degraded|unhealthy|unreachable|broken|crash)/i;
/** Words of something wrong, or a value. */
const TELLS =
  /fail|error|time|down|degrad|un[a-z]{3}|not |no |lost|exce|crash|kill|denied|refused|broken|full|expir|over|above|below|[0-9]|stop|miss|abort/i;

function descriptionOf(
  title: string | undefined,
  said: Said,
  facts: string[],
  leaves: readonly Leaf[],
): string | undefined {
  const shown = title ?? '';
  const word = said.word;
  const parts: string[] = [];
  const telling = facts.filter((fact) => !holds(shown, fact) && fact !== shown);
  if (word !== undefined && !EMPTY_WORD.test(word) && !holds(shown, word) && !telling.some((fact) => holds(fact, word)))
    parts.push(word);
  parts.push(...telling.slice(0, 4));
  // No sentence says it, so the word for its state must.
  if (parts.length === 0 && word !== undefined && !holds(shown, word)) parts.push(word);
  const amounts = leaves
    .filter((leaf) => isAmountToTell(leaf) && !isBefore(leaf))
    .slice(0, 3)
    .map((leaf) => `${leaf.words} ${saidOf(leaf, 40)}`)
    .filter((amount) => ![shown, ...parts].some((part) => holds(part, amount.split(' ').at(-1) ?? '')));
  parts.push(...amounts);
  if (said.state === 'wrong') parts.push(...flagsOf(leaves));
  // A name and a remark do not say that it failed.
  if (
    word !== undefined &&
    said.state === 'wrong' &&
    FAILED.test(word) &&
    ![shown, ...parts].some((part) => TELLS.test(part))
  )
    parts.unshift(word);
  // A thing alone says nothing: then what happened to it, in the sender's own word.
  const event = eventOf(leaves);
  if (
    parts.every((part) => EMPTY_WORD.test(part)) &&
    event !== undefined &&
    said.state !== 'over' &&
    !holds(shown, event)
  )
    parts.unshift(event);
  return parts.length === 0 ? undefined : parts.join('. ').replace(/([.!?:])\. /g, '$1 ');
}

/** `agent connected: false` decides where no sentence does. */
function flagsOf(leaves: readonly Leaf[]): string[] {
  return leaves
    .filter(
      ({ kind, value, name }) =>
        kind === 'status' &&
        typeof value === 'boolean' &&
        /^(?:is)?(?:agent)?(?:connected|healthy|up|available|online|ok|reachable|success)$/.test(name),
    )
    .slice(0, 2)
    .map(({ words, value }) => `${words}: ${value}`);
}

function isAmountToTell({ kind, words, name }: Leaf): boolean {
  if (/\b(?:expir\w*|days left|days remaining|threshold|exit code|errorcode|error code)\b/.test(words))
    return kind !== 'time';
  return kind === 'measure' && !/^(?:statuscode|score|currentscore|maxscore|size)$/.test(name);
}

function severityOf(leaves: readonly Leaf[], said: Said, title: string | undefined): Severity | undefined {
  const fields = leaves.filter(({ kind, inList }) => kind === 'severity' && !inList).sort((a, b) => a.depth - b.depth);
  for (const leaf of fields) {
    // A number is a severity only where the scale of its sender is known.
    if (typeof leaf.value === 'boolean' || (!/priority/.test(leaf.name) && /^\s*[0-9.]+\s*$/.test(String(leaf.value))))
      continue;
    if (/^(?:colou?r|icon|emoji)/.test(leaf.name)) continue;
    const word = severityWord(leaf.value);
    if (word !== undefined && !/^(?:ok|none)$/i.test(String(leaf.value))) return word;
  }
  const byWord = said.state === 'over' || said.word === undefined ? undefined : severityOfState(said.word);
  return byWord ?? severityIn(title);
}

/** Nagios and its like have the severity for a state. */
function severityOfState(word: string): Severity | undefined {
  return /^(?:critical|crit|warning|warn)$/i.test(word) ? severityWord(word) : undefined;
}
