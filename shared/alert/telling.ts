/**
 * What a notice that no table knows tells a person: which thing, what is wrong with it, since when, where to look.
 *
 * Promises: the title names the thing where anything in the body does, and is never a list of field names; the description
 * holds the facts that decide (error, cause, reason, message) before the rest, none of them twice; what was not said is
 * left out. Called by the readers of unknown notices and of AWS notices without a table entry. Pure.
 */
import type { Resource, Severity } from './alert.ts';
import { arnOf } from './aws-names.ts';
import type { Draft } from './draft.ts';
import { instant } from './instant.ts';
import { runbookOf } from './labels.ts';
import { isBefore, type Leaf, saidOf } from './leaves.ts';
import { plainProse } from './prose.ts';
import { link } from './read.ts';
import { severityIn, severityWord } from './severity.ts';
import { type Said, stateOf } from './state.ts';

const list = (words: string) => words.split(/\s+/);

/** Most telling first. */
const TITLES = list(
  `title alerttitle incidenttitle eventtitle headline subject alertname alarmname incidentname problemtitle rulename
  monitorname monitorfriendlyname checkname jobname pipelinename workflowname alertrule monitor check alert alarm rule summary
  name displayname friendlyname label problem message msg text shortdescription description errormessage error reason cause event
  eventname body`,
);
/** What decides, before what only describes. */
const FACTS = list(
  `error errormessage errortext errordescription lasterror exception failurereason failurecause failuremessage cause rootcause
  reason incidentreason stoppedreason stopreason statusreason statusmessage statetext diagnosticcode alertdetails problemdetails
  annotation impact message msg alertmessage eventmessage textmessage longdescription description desc summary text body content
  details detail output longoutput info comment comments note notes statechangereason explanation`,
);
/** Most particular first. */
const THINGS = list(
  `certificatename certificate commonname queuename queue topicname pipelinename pipeline workflowname workflow jobname job
  monitorname monitorfriendlyname checkname hostname host servername server nodename node machine devicename device
  instancename instance vmname vm containername container podname pod deploymentname deployment statefulset workload
  functionname function databasename database dbname db tablename table bucketname bucket volumename volume disk filesystem
  mountpoint interface circuit sensorname sensor probe canary clustername cluster
  resourcename resource componentname component entityname entitydisplayname entity applicationname application appname app servicename
  service sitename site domainname domain repositoryname repository repo projectname project monitorurl url target endpoint website uri
  address ipaddress ip monitor check instanceid resourceid hostid namespace product queueid task taskname`,
);
const TITLE_RANK = new Map(TITLES.map((name, rank) => [name, rank]));
const FACT_RANK = new Map(FACTS.map((name, rank) => [name, rank]));
const THING_RANK = new Map(THINGS.map((name, rank) => [name, rank]));

/** Objects whose `name` is not the thing's. */
const ASIDE =
  /^(?:user|users|org|organi[sz]ation|account|owner|owners|assignee|assignees|actor|author|team|teams|customer|sender|recipient|contact|contacts|integration|webhook|client|responder|creator|createdby|tenant|workspace|company|tags|labels|metadata|policy|escalationpolicy|schedule|links?|mail|headers|callback|subscription|status|severity|priority|type|environment|region|useridentity|sessioncontext|sessionissuer)$/;

export type Told = Pick<
  Draft,
  | 'status'
  | 'severity'
  | 'title'
  | 'description'
  | 'service'
  | 'environment'
  | 'resources'
  | 'labels'
  | 'links'
  | 'startsAt'
  | 'endsAt'
  | 'at'
> &
  Required<Pick<Draft, 'status' | 'labels' | 'links'>> & { resources: Resource[]; isTold: boolean };

/** @param subject what the carrier or the mail gave as its subject */
export function told(leaves: readonly Leaf[], subject?: string): Told {
  const facts = factsOf(leaves);
  const titles = titlesOf(leaves, subject);
  const said = stateOf(leaves, [...titles, ...facts.slice(0, 2)]);
  const resources = resourcesOf(leaves);
  const status = said.state === 'over' ? 'resolved' : 'firing';
  const title = titleOf(titles, resources, facts, leaves);
  const description = descriptionOf(title, said, facts, leaves);
  return {
    status,
    severity: severityOf(leaves, said, title),
    title,
    description,
    service: scalar(leaves, /^(?:service|servicename)$/),
    environment: scalar(leaves, /^(?:environment|env|environmentname|stage)$/),
    resources,
    labels: labelsOf(leaves),
    links: linksOf(leaves, description),
    ...timesOf(leaves, status),
    isTold: said.isTold,
  };
}

function titlesOf(leaves: readonly Leaf[], subject: string | undefined): string[] {
  const ranked = leaves
    .filter((leaf) => canName(leaf) && rankOf(leaf) !== undefined)
    .sort((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0))
    .map((leaf) => plainProse(saidOf(leaf, 2048))?.split('\n')[0]?.trim())
    .filter((text) => text !== undefined && text !== '' && !isOpaque(text) && !text.includes('{{'));
  const titles = ranked as string[];
  const bySubject = plainProse(subject);
  return bySubject === undefined ? titles : [bySubject, ...titles];
}

/** `monitor.name` is a monitor's name; a name deep inside is worth less than one outside. */
function rankOf(leaf: Leaf): number | undefined {
  const own = TITLE_RANK.get(leaf.name);
  const composed = /^(?:name|title|displayname|friendlyname|summary)$/.test(leaf.name)
    ? TITLE_RANK.get(`${leaf.parent}${leaf.name}`)
    : undefined;
  const rank = composed ?? own;
  return rank === undefined ? undefined : rank * 10 + leaf.depth;
}

function canName(leaf: Leaf): boolean {
  const isText = leaf.kind === 'thing' || leaf.kind === 'prose';
  return isText && typeof leaf.value === 'string' && !leaf.inList && !ASIDE.test(leaf.parent);
}

/** UUIDs, hashes and numbers: nobody knows a thing by them. */
export function isOpaque(said: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-|^[0-9a-f]{16,}$|^[0-9]+$|^(?:true|false|n\/a|none|null|unknown|-)$/i.test(
    said.trim(),
  );
}

function titleOf(
  titles: string[],
  resources: Resource[],
  facts: string[],
  leaves: readonly Leaf[],
): string | undefined {
  const [best] = titles;
  if (best !== undefined) return best.slice(0, 1024);
  const name = resources[0]?.name;
  const said = facts[0] ?? facetsOf(leaves);
  return [name, said].filter((part) => part !== undefined && part !== '').join(': ') || undefined;
}

/** Of a body without sentences and names its values, with what they are called: `temperature 45, room dc1`. */
function facetsOf(leaves: readonly Leaf[]): string | undefined {
  const shown = leaves.filter(
    ({ kind }) => kind === 'thing' || kind === 'measure' || kind === 'status' || kind === 'counter',
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
    const said = plainProse(saidOf(leaf, READ_FACT));
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
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Words for a state that tell nothing more than that something is wrong. */
const EMPTY_WORD =
  /^(?:open|opened|triggered|trigger|firing|fired|new|active|alert|alerting|alarm|created|started|problem|fail|error|true|in_?alarm|incident.*|event.*)$/i;

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
  const amounts = leaves
    .filter((leaf) => isAmountToTell(leaf) && !isBefore(leaf))
    .slice(0, 3)
    .map((leaf) => `${leaf.words} ${saidOf(leaf, 40)}`)
    .filter((amount) => ![shown, ...parts].some((part) => holds(part, amount.split(' ').at(-1) ?? '')));
  parts.push(...amounts);
  return parts.length === 0 ? undefined : parts.join('. ').replace(/([.!?:])\. /g, '$1 ');
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

function scalar(leaves: readonly Leaf[], name: RegExp): string | undefined {
  const found = leaves.filter((leaf) => leaf.kind === 'thing' && typeof leaf.value === 'string' && !leaf.inList);
  const leaf =
    found.find((one) => name.test(one.name)) ??
    found.find((one) => name.test(one.parent) && /^(?:name|summary|displayname)$/.test(one.name));
  const said = leaf === undefined ? undefined : saidOf(leaf, 256);
  return said === undefined || isOpaque(said) ? undefined : said;
}

function thingRank(leaf: Leaf): number | undefined {
  if (leaf.inList || typeof leaf.value === 'boolean' || ASIDE.test(leaf.parent)) return undefined;
  if (leaf.kind !== 'thing' && leaf.kind !== 'link') return undefined;
  const isName = /^(?:name|hostname|displayname|friendlyname|id|url|title|summary)$/.test(leaf.name);
  const byParent = isName ? (THING_RANK.get(`${leaf.parent}name`) ?? THING_RANK.get(leaf.parent)) : undefined;
  const rank = byParent ?? THING_RANK.get(leaf.name);
  if (rank === undefined) return undefined;
  return rank * 10 + (leaf.name === 'id' || isOpaque(String(leaf.value)) ? 2000 : 0) + leaf.depth / 10;
}

/** The things that the body names, the most particular first, each once. */
export function resourcesOf(leaves: readonly Leaf[]): Resource[] {
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: thingRank(leaf) }))
    .filter((one): one is { leaf: Leaf; rank: number } => one.rank !== undefined)
    .sort((a, b) => a.rank - b.rank);
  const found: Resource[] = [];
  for (const { leaf } of ranked) {
    const id = saidOf(leaf, 1024);
    if (id === undefined || found.length >= 5 || found.some((one) => one.id === id || one.name === id)) continue;
    found.push(resourceOf(id));
  }
  for (const leaf of leaves) {
    const arn =
      typeof leaf.value === 'string' && leaf.value.startsWith('arn:') && leaf.kind !== 'prose'
        ? saidOf(leaf, 1024)
        : undefined;
    if (
      arn !== undefined &&
      found.length < 5 &&
      !found.some((one) => one.id === arn) &&
      !/(?:^|\.)(?:topic|role|user|policy|rule|function)?arn$|useridentity|alarmactions/.test(leaf.path)
    )
      found.push(resourceOf(arn));
  }
  return found;
}

function resourceOf(id: string): Resource {
  const arn = arnOf(id);
  if (arn !== undefined) return { id, type: `AWS/${arn.service}`, ...nameOf(arn.resource.split(/[/:]/).at(-1) ?? '') };
  return { id, ...nameOf(id.replace(/^https?:\/\/(?:www\.)?|\/$/g, '')) };
}

const nameOf = (name: string) => (name === '' || isOpaque(name) ? {} : { name: name.slice(0, 256) });

/** Tags and labels as they are, and beside them the names of things, for patterns to be written against. */
function labelsOf(leaves: readonly Leaf[]): [string, string][] {
  const labels: [string, string][] = [];
  for (const leaf of leaves) {
    const isTag = /^(?:tags|labels|customproperties|commonlabels|dimensions)$/.test(leaf.parent);
    if (!isTag && (leaf.kind !== 'thing' || thingRank(leaf) === undefined)) continue;
    const name = /^(?:name|id)$/.test(leaf.name) ? leaf.parent : leaf.written.slice(0, 256);
    const said = saidOf(leaf, 2048);
    if (said !== undefined && !labels.some(([given]) => given === name)) labels.push([name, said]);
  }
  return labels.slice(0, 60);
}

function linksOf(leaves: readonly Leaf[], description: string | undefined): Draft['links'] & object {
  const links = leaves.filter(({ kind }) => kind === 'link');
  const named = (name: RegExp, not?: RegExp) => {
    const found = links.filter(
      (leaf) => (name.test(leaf.name) || name.test(leaf.parent)) && !(not?.test(leaf.name) ?? false),
    );
    return link(found.sort((a, b) => a.depth - b.depth)[0]?.value);
  };
  const aside =
    /runbook|playbook|graph|dashboard|image|snapshot|avatar|icon|logo|webhook|callback|unsubscribe|cert|silence|ack|schema|api/;
  const runbook = named(/runbook|playbook/);
  return {
    source:
      named(
        /(?:incident|alert|event|problem|issue|alarm|details?|permalink|html|console|report|build|run|log)_?(?:url|link|uri|href)?$|^permalink$/,
        aside,
      ) ??
      named(/^(?:url|link|href|weburl|self|sourceurl|externalurl|source)$/, aside) ??
      named(/url$|link$|href$|uri$/, aside),
    runbook: runbook ?? runbookOf(labelPairs(leaves), description),
    graph: named(/graph|dashboard|image|snapshot/),
  };
}

function labelPairs(leaves: readonly Leaf[]): [string, string][] {
  return leaves.filter(({ name }) => name.startsWith('runbook')).map(({ written, value }) => [written, String(value)]);
}

const BEGAN =
  /^(?:start|started|begin|began|opened|created|triggered|fired|occurred|firstseen|first|since|incidentstart|alertstart|detected|raised)/;
const ENDED = /^(?:end|ended|resolved|recovered|closed|cleared|finish|finished|completed|stopped)/;
const NOTED =
  /^(?:timestamp|time|date|datetime|eventtime|eventtimestamp|eventdate|at|occurredat|sentat|updatedat|lastupdated|lastupdate|updated|statechangetime|statechangedtimestamp|statechangedutctime|changedat|ts|alerttime|alertdatetime|publishtime|notificationtime|datetimeutc|receivedat|reportedat|epoch|lastmodified|modifiedat|created|createdat)$/;

/** `at` is the newest that belongs to the notice itself; a resolve began when its firing did. */
function timesOf(leaves: readonly Leaf[], status: 'firing' | 'resolved'): Pick<Draft, 'at' | 'startsAt' | 'endsAt'> {
  const near = leaves.filter(
    ({ kind, inList, parent }) =>
      kind === 'time' &&
      !inList &&
      !/^(?:user|account|monitor|check|rule|org|organization|project|certificate|cert|policy)$/.test(parent),
  );
  const find = (name: RegExp) =>
    near
      .filter((leaf) => name.test(leaf.name))
      .sort((a, b) => a.depth - b.depth)
      .map((leaf) => instant(leaf.value))
      .find((at) => at !== undefined);
  const began = find(BEGAN);
  const ended = status === 'resolved' ? find(ENDED) : undefined;
  const noted = find(NOTED);
  const at = status === 'resolved' ? (ended ?? (noted === began ? undefined : noted)) : (noted ?? began);
  return {
    at,
    startsAt: began ?? (status === 'firing' ? at : undefined),
    endsAt: ended ?? (status === 'resolved' ? at : undefined),
  };
}
