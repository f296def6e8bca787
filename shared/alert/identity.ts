/**
 * The identity of a signal whose sender gives none that we know.
 *
 * Promises: two bodies that differ in anything that a person would call another thing (names, ids of things, hosts,
 * messages, error text) have different keys; the same body sent twice, and bodies that differ only in times, lengths of
 * time, ids of the notice, counters, measured values, severity and state, have the same. Three cases, surest first:
 *
 * 1. the body names an incident (problem, case, deduplication key): that is the identity;
 * 2. it names a monitor (check, rule, alert) and says its state: all names of things in it are the identity, what it says
 *    about the state is not, so that an end finds its beginning;
 * 3. else all of it is, its sentences included.
 *
 * Called by `draft.ts` and the readers of notices that no table knows. Pure.
 */
import { digest } from './draft.ts';
import { type Leaf, leavesOf, READ, wordsOf } from './leaves.ts';
import { certainWord, stateless } from './state.ts';

const OCCURRENCE =
  /^(?:(?:incident|problem|issue|case|ticket|outage|episode|violation|correlation|aggregation|aggreg|dedup|dedupe|deduplication|situation|alert cycle|reduction|alert correlation|alarm event|alert instance|occurrence)(?: (?:id|key|number|uid|uuid|ref|reference|identifier|guid))|dedup|fingerprint|entity id|alert fingerprint|event key|incidentid|problemid|incidentkey|dedupkey|pid)$/;
const MONITOR =
  /^(?:monitor|check|rule|alarm|alert|trigger|detector|probe|sensor|heartbeat|canary|policy|condition|slo|test|healthcheck|health check|watcher|query|service desk|search|job|pipeline|workflow|dag|connector|snitch|flow|schedule|backup job|build type)(?: (?:id|name|uid|key|slug|title|uuid|number|friendly name|display name|description|url))?$|^(?:monitorname|checkname|alertname|rulename|alarmname|alertid|monitorid|checkid|ruleid|triggerid|triggername|sensorid|jobname|pipelinename|workflowname)$/;
/** Of one run of a job: the next run, which ends what this one began, has another. */
const RUN =
  /(?:^| )(?:run|session|sync|execution|build|attempt|invocation|transaction|job run|dag run|scan|activity run)(?: (?:id|uid|uuid|number|no|key|guid))$/;
const ID = /^(?:id|key|number|uid|uuid|ref|reference|identifier|guid)$/;
const NAMED = /^(?:name|title|id|uid|uuid|slug|displayname|friendlyname|key)$/;
const SCOPE =
  /(?:^| )(?:account|org|organization|organisation|tenant|workspace|project|site|source|product|region|client|app|application|host|hostname|server|node|instance|service|monitor|subscription|environment|env|company|customer|namespace|cluster|resource|topic|arn)(?: (?:id|name|arn|uid))?$/;

/** `incident.id` and `incidentId` in the same words. */
function fullName({ words, parent, name }: Leaf): string {
  return parent !== '' && (ID.test(name) || NAMED.test(name)) ? `${parent} ${words}` : words;
}

/**
 * @param body what the sender wrote, parsed
 * @param outside what carriers add that tells one sender from another (topic, subject)
 */
export function keyOf(body: unknown, ...outside: (string | undefined)[]): string {
  return keyOfLeaves(leavesOf(body), ...outside);
}

export function keyOfLeaves(leaves: readonly Leaf[], ...outside: (string | undefined)[]): string {
  const scope = outside.map((part) => (part === undefined ? '' : bare(part)));
  const occurrence = leaves.filter(isOccurrence).sort((a, b) => a.depth - b.depth)[0];
  if (occurrence !== undefined) {
    const id = String(occurrence.value);
    // A short id is only the sender's own: two of them may count alike.
    const around =
      id.length >= 16 ? [] : leaves.filter((leaf) => leaf.kind === 'thing' && !leaf.inList && SCOPE.test(leaf.words));
    const whose = digest(fullName(occurrence), ...entries(around, false));
    return id.length > 200 ? digest(whose, id) : `${id}#${whose.slice(0, 12)}`;
  }
  const isStateful = leaves.some(isState) && (leaves.some(isMonitor) || isServiceOfHost(leaves));
  if (isStateful) {
    const things = leaves.filter(
      (leaf) =>
        (leaf.kind === 'thing' || isTyped(leaf) || isTitle(leaf) || isMonitored(leaf)) &&
        !isOfThisTime(leaf) &&
        !RUN.test(fullName(leaf)) &&
        !isOnlyState(leaf),
    );
    return digest('monitor', ...scope, ...entries(withoutNoticeId(things, leaves), true));
  }
  const kept = leaves.filter(
    ({ kind }) => kind === 'thing' || kind === 'prose' || kind === 'link' || kind === 'status',
  );
  const all = entries(withoutNoticeId(kept, leaves), true);
  // A body that says nothing but states and numbers is known by all that it says.
  return digest('content', ...scope, ...(all.length > 0 ? all : entries(leaves, false)));
}

function isOccurrence(leaf: Leaf): boolean {
  if (leaf.kind !== 'thing' || leaf.inList || typeof leaf.value === 'boolean') return false;
  if (!OCCURRENCE.test(fullName(leaf)) && !OCCURRENCE.test(leaf.words)) return false;
  const id = String(leaf.value).trim();
  return id.length > 0 && id.length <= 512 && !/^(?:0|none|null|n\/a|-|undefined|unknown)$|\{\{/i.test(id);
}

function isMonitor(leaf: Leaf): boolean {
  return (leaf.kind === 'thing' || leaf.kind === 'prose') && !leaf.inList && MONITOR.test(fullName(leaf));
}

/** A field that says a state, or one that says what happened and whose word for it is a state. */
function isState({ kind, name, value }: Leaf): boolean {
  return (
    kind === 'status' || (WHAT_HAPPENED.test(name) && typeof value === 'string' && certainWord(value) !== undefined)
  );
}

const WHAT_HAPPENED = /^(?:event|type|action|trigger|kind|eventname|subtype|topic|webhookevent)$/;

/** A kind of event, which one sender names after the state and another after the thing. */
const TYPED = /^(?:(?:event|alert|message|trigger|notification|change)(?:type|action)|eventname)$/;

/** `eventType: payment_failed` says a state and also of what. */
function isTyped({ kind, name }: Leaf): boolean {
  return kind === 'status' && /type$|action$|eventname$/.test(name);
}

/** `actual: failed`: a state by its value, in a field whose name does not say so. */
function isOnlyState({ kind, name, value }: Leaf): boolean {
  return (
    kind === 'thing' &&
    typeof value === 'string' &&
    !NAMED.test(name) &&
    /\p{L}/u.test(value) &&
    stateless(value) === ''
  );
}

/** The address that is watched, and not one that leads to the notice; the name of a monitor, though it be a sentence. */
function isMonitored(leaf: Leaf): boolean {
  if (leaf.kind === 'prose') return isMonitor(leaf) && !/description$/.test(leaf.words);
  return (
    leaf.kind === 'link' &&
    /(?:^|monitor|check|target|site|service|http)(?:url|uri|target|endpoint|website|site|address|domain)$/.test(
      leaf.name,
    ) &&
    !/^(?:incident|alert|event|links?)$/.test(leaf.parent)
  );
}

/** The id at the top is the notice's where something in it has an id of itself. */
function withoutNoticeId(kept: readonly Leaf[], leaves: readonly Leaf[]): Leaf[] {
  const isInner = ({ depth, name, words }: Leaf) => depth > 1 && (name === 'id' || / (?:id|uid)$/.test(words));
  const isOuter = ({ depth, name, path }: Leaf) => depth === 1 && name === 'id' && !path.includes('.');
  // CloudEvents 1.0: `id` is the event's.
  const isCloudEvent = leaves.some(({ name, depth }) => name === 'specversion' && depth === 1);
  return isCloudEvent || leaves.some(isInner) ? kept.filter((leaf) => !isOuter(leaf)) : [...kept];
}

/** Where and how it was seen this time: the probe, the code, the run. */
function isOfThisTime({ words, parent }: Leaf): boolean {
  return (
    /probe$|^locations?$/.test(parent) ||
    (words === 'code' && /^(?:result|response|error|failure|check ?result)$/.test(parent)) ||
    /^(?:failed|failing|failure|error|probe)\b|^locations?$|(?:error|reason|failure|exit|response|run|execution)(?: code| id)$/.test(
      words,
    )
  );
}

/** A host and a service on it, as Nagios and all that came after it name what they check. */
function isServiceOfHost(leaves: readonly Leaf[]): boolean {
  const has = (name: RegExp) => leaves.some((leaf) => leaf.kind === 'thing' && !leaf.inList && name.test(leaf.words));
  return (
    has(/^(?:host|hostname|host name|server|server name)$/) &&
    has(/^(?:service|service name|service desc|service description)$/)
  );
}

function isTitle({ name }: Leaf): boolean {
  return /^(?:title|headline|subject|(?:event|alert|incident)title)$/.test(name);
}

/** A line for each value, in an order that does not depend on the sender's. */
function entries(leaves: readonly Leaf[], isBared: boolean): string[] {
  return leaves
    .map((leaf) => [leaf.path, isBared ? identifying(leaf) : short(String(leaf.value))])
    .filter(([, value]) => value !== '')
    .map(([path, value]) => `${path}=${value?.replaceAll('\n', ' ')}`)
    .sort();
}

/** Replacing in a text of a megabyte would take longer than all else. */
function short(value: string): string {
  return value.length > READ ? digest(value) : value;
}

/** What of a value tells its thing from others. Names stay whole: a queue may well be called `orders-failed`. */
function identifying(leaf: Leaf): string {
  const { value, kind, name } = leaf;
  if (kind === 'status') return typeof value === 'string' && !/description$/.test(name) ? stateless(value) : '';
  if (typeof value !== 'string') return String(value);
  if (value.length > READ && kind !== 'prose') return digest(value);
  if (kind === 'link') return value.replace(MOMENT, '');
  if (kind === 'prose' || isTitle(leaf)) return bare(value);
  return WHAT_HAPPENED.test(name) || TYPED.test(name)
    ? stateless(bare(wordsOf(value)))
    : value.replace(MOMENT, '').trim();
}

const MOMENT =
  /[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T ,]{1,2}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2}))?|\b[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?: ?(?:AM|PM|Z|UTC|GMT))?|\b[0-9]{1,2}:[0-9]{2} ?(?:AM|PM|UTC|GMT|BST)\b|\b1[5-9][0-9]{8}(?:[0-9]{3})?\b/gi;
/** Amounts with their unit, or said to be a value. A number alone may be a name: queue 5, release 1.42. */
const AMOUNT =
  /(?<![\w.-])[0-9]+(?:\.[0-9]+)?(?: ?%| ?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|kb|mb|gb|tb|kib|mib|gib|bytes?)\b)|(?<=[=:<>] ?|\bis |\bvalue )[0-9]+\.[0-9]+(?![\w.])/gi;
const STATES =
  'is are was were has have had been now again back to on up down ok okay alert alerting alarm problem recovery recovered recover resolved resolve triggered trigger firing fired open opened closed close cleared clear normal healthy unhealthy available unavailable reachable unreachable online offline failed failure fail failing succeeded success successful successfully passed completed complete finished restored critical warning info non not compliant degraded operational started auto automatically created raised detected activated updated over under above below greater less than in for';
/** Such a word in a sentence, not as part of a name (`orders-failed`, `"closed"`). */
const SAYS_STATE = new RegExp(`(?<![\\w./"'\`-])(?:${STATES.replaceAll(' ', '|')})(?![\\w/"'\`-]|\\.\\w)`, 'gi');

/** A text without what may differ between two notices of one thing: times, amounts, and words for a state. */
export function bare(said: string): string {
  const head = said.slice(0, READ).replace(MOMENT, ' ').replace(AMOUNT, ' ').replace(SAYS_STATE, ' ').toLowerCase();
  const kept = head
    .replace(/[^\p{L}\p{N}_./@#-]+/gu, ' ')
    .split(' ')
    .map((word) => word.replace(/^[./-]+|[./-]{1,9}$/g, ''))
    .filter((word) => word !== '')
    .join(' ');
  return said.length > READ ? `${kept} ${digest(said.slice(READ))}` : kept;
}
