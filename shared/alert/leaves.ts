/**
 * A body that no table knows, taken apart as a person would read it: each value with its name, and what kind of value the
 * name and the value say that it is (a time, a state, an address, the name of a thing…).
 *
 * Promises: names mean the same in any case and spelling (`failureReason`, `failure_reason`, `FAILURE-REASON`); JSON that
 * lies in a string is read too; at most `MOST` values are taken, and what is left over is kept as one. Called by
 * `identity.ts`, `state.ts` and `telling.ts`. Pure.
 */
import { instant } from './instant.ts';
import { type Fields, isFields, json, text } from './read.ts';

export type Kind =
  | 'time'
  | 'duration'
  /** The id of this notice, which says nothing of the thing. */
  | 'notice'
  | 'counter'
  | 'status'
  | 'severity'
  /** A measured value. */
  | 'measure'
  /** Sentences: message, description, reason. */
  | 'prose'
  /** Who did something, or that something was answered: it changes while the thing stays the same. */
  | 'people'
  | 'link'
  /** Everything else: the names and ids of things. */
  | 'thing';

export type Leaf = {
  /** The name as written, the last of its path. */
  written: string;
  /** The name in words, `failure reason`, and in one, `failurereason`. */
  words: string;
  name: string;
  /** The name of the object that holds it, in one word; empty at the top and for `data`, `payload` and their like. */
  parent: string;
  /** All names above it. */
  path: string;
  depth: number;
  inList: boolean;
  value: string | number | boolean;
  kind: Kind;
};

const MOST = 1000;
const DEEPEST = 12;
/** Text that is looked at for its meaning; beyond it only for its identity. */
export const READ = 8192;

/** Objects that only wrap. */
const WRAPPERS = new Set(
  'data payload body detail details event attributes properties object content params fields info notification context essentials'.split(
    ' ',
  ),
);

/** `failureReason`, `failure_reason`, `Failure-Reason`, `FAILUREReason` in words. */
export function wordsOf(name: string): string {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

export function leavesOf(body: unknown): Leaf[] {
  const found: Leaf[] = [];
  walk(body, { written: '', words: '', name: '', parent: '', path: '', depth: 0, inList: false }, found);
  return found;
}

type Place = Omit<Leaf, 'value' | 'kind'>;

function walk(value: unknown, place: Place, found: Leaf[]): void {
  if (value === null || value === undefined || value === '') return;
  if (found.length >= MOST || place.depth > DEEPEST) {
    keepRest(value, place, found);
    return;
  }
  if (typeof value === 'string' && place.depth > 0 && value.length < 100_000) {
    const inside = json(value);
    if (inside !== undefined) {
      walk(inside, place, found);
      return;
    }
  }
  if (Array.isArray(value)) walkList(value, place, found);
  else if (isFields(value)) walkFields(value, place, found);
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    add(value, place, found);
}

function walkList(list: unknown[], place: Place, found: Leaf[]): void {
  if (list.every((item) => typeof item !== 'object' || item === null)) {
    const said = list.filter((item) => item !== null && item !== '').join(', ');
    if (said !== '') add(said, place, found);
    return;
  }
  const isOne = list.length === 1;
  for (const [index, item] of list.entries()) {
    if (found.length >= MOST) {
      keepRest(list, place, found);
      return;
    }
    const path = isOne ? place.path : `${place.path}.${index}`;
    // A list of names with their values is one object, written in another way.
    if (isFields(item) && pairIn(item) !== undefined) walk(item, place, found);
    else walk(item, { ...place, path, depth: place.depth + 1, inList: place.inList || !isOne }, found);
  }
}

function walkFields(fields: Fields, place: Place, found: Leaf[]): void {
  const pair = pairIn(fields);
  if (pair !== undefined) {
    walk(pair.value, below(place, pair.name), found);
    return;
  }
  for (const written of Object.keys(fields)) {
    if (found.length >= MOST) {
      keepRest(fields, place, found);
      return;
    }
    walk(fields[written], below(place, written), found);
  }
}

/** `{name: 'host', value: 'web-1'}` in a list is the field `host`. */
function pairIn(fields: Fields): { name: string; value: unknown } | undefined {
  const name = fields.name ?? fields.Name ?? fields.key ?? fields.Key;
  if (typeof name !== 'string' || Object.keys(fields).length > 3) return undefined;
  if ('value' in fields) return { name, value: fields.value };
  return 'Value' in fields ? { name, value: fields.Value } : undefined;
}

function below(place: Place, written: string): Place {
  const words = wordsOf(written);
  const name = words.replaceAll(' ', '');
  const parent = WRAPPERS.has(place.name) ? place.parent : place.name;
  return {
    written,
    words,
    name: name === '' ? written.slice(0, 200) : name,
    parent,
    path: place.path === '' ? name : `${place.path}.${name}`,
    depth: place.depth + 1,
    inList: place.inList,
  };
}

function add(value: string | number | boolean, place: Place, found: Leaf[]): void {
  found.push({ ...place, value, kind: kindOf(place, value) });
}

/** What is too deep or too much to be read still tells one body from another. */
function keepRest(value: unknown, place: Place, found: Leaf[]): void {
  if (found.length > MOST + DEEPEST) return;
  const said = written(value);
  if (said !== undefined) found.push({ ...place, value: said, kind: 'thing' });
}

/** As JSON, or nothing where it lies so deep that writing it overflows the stack. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

const set = (words: string) => new Set(words.split(/\s+/));

const NOTICE = set(
  `messageid notificationid eventid deliveryid requestid traceid spanid correlationid nonce eventuniqueid eventdataid
  callid webhookeventid activityid idempotencykey signature signatureversion signingcerturl unsubscribeurl token secret
  apikey lasteventid guid communicationid resulttoken invocationid hookid logid transitionid historyid feedbackid odatatype
  odatacontext odataetag sharedsecret schemaversion`,
);
const SEVERITY = set(
  `severity severitylevel severitylabel severityname sev priority prioritylabel level alertlevel loglevel urgency importance importancelevel
  criticality criticity color colour colorcode icon emoji statuscolor`,
);
const STATUS = set(
  `status state transition result outcome conclusion health phase statuscode responsecode httpstatus httpcode
  httpstatuscode statustext statename transitiontype compliancestatus triggerstatus statusid alertstatusid hoststateid servicestateid hardstate
  laststatus laststate`,
);
/** These hold a kind of thing with some senders, and a state with others: the value says which. */
const TYPE = set(
  `alerttype alerttypefriendlyname messagetype eventaction notificationtype eventtype alertaction eventname changetype triggertype alertevent`,
);
const SAYS_STATE =
  /(?:fail|down|\bup\b|resol|recover|trigger|open|clos|clear|alarm|fir(?:e|ing)|problem|\bok\b|success|succeed|complet|degrad|acknowledg|rais|detect|activat|critical|warning|error|_up$|_down$|_ok$|^[0-9]{1,3}$)/i;
const FLAG = set(
  `isresolved resolved recovered isrecovered closed isclosed cleared iscleared isup up isdown down ok isok healthy ishealthy
  firing isfiring alerting isalerting failed isfailed success succeeded passed isopen open isactive active online isonline
  offline isoffline connected isconnected agentconnected reachable available isavailable acknowledged isacknowledged acked ended isended triggered`,
);
const PROSE = set(
  `message msg err errmsg fault description desc longdescription shortdescription text body summary reason cause rootcause error errors errormessage
  errortext errordescription errordetails exception stacktrace stack trace output longoutput comment comments note notes
  failurereason failurecause failuremessage statusmessage statusreason statusreasondescription statetext diagnostic
  diagnosticcode annotation annotations impact log logs details detail info additionalinfo alertdetails eventmessage lasterror
  problemdetails incidentreason stopreason stoppedreason statechangereason remediation recommendation content explanation
  alertmessage textmessage textonly htmlbody html markdown plaintext lastvalue opdata results`,
);
/** `run_message`, `athenaErrorMessage`: sentences, though they be short. */
const PROSE_NAMED = /(?:message|msg|reason|description|explanation|stacktrace)$/;
/** How a text is written, and not what it says. */
const OF_FORM = /^(?:type|format|texttype|language|lang|id|code|level|encoding|mimetype|kind)$/;
const MEASURE = set(
  `value currentvalue metricvalue observed observedvalue actual actualvalue measured reading usage used free utilization
  utilisation percent percentage pct latency responsetime rtt ping load loadtime perfdata packetloss measurement
  totalimpact maximpact daystoexpiry daysleft daysremaining daysuntilexpiry remainingdays expiresindays
  currentscore maxscore score size totaltime`,
);
const TIMED =
  /(?:^| )(?:time|timestamp|date|datetime|at|since|ts|epoch|utc|when|created|updated|modified|started|ended|until|seen|clock|begin|began|start|end|milliseconds|millis|occurred|expires|expiry|expiration|t)$|^(?:time|date|timestamp)(?: |$)|(?:time|date|timestamp)$/;
const LENGTH =
  /(?:^| )(?:duration|elapsed|downtime|uptime|age|lasted|outage length)(?: (?:seconds|ms|s|minutes|text))?$/;
/** `trigger value`, `metric value`. */
const MEASURE_NAMED = /(?:^| )(?:value|percent|percentage|utili[sz]ation)$/;
const COUNTED =
  /(?:^| )(?:count|counter|attempts?|retry|retries|tries|sequence|seq|sequence number|occurrences?|repeats?|iteration|notification number|event count)$/;
const PEOPLE =
  /^(?:resolved|closed|acknowledged|acked|ack|recovered|cleared|ended|resolution|assignee|assigned|responder|subscription|updated|owner|unacked)(?: |$)| by$/;
const BEFORE = /(?:^| )(?:previous|prev|old|prior|from|was|former|before|last)(?: |$)|^(?:previous|prev|old)/;

/** A date and perhaps a time of day, in the ways that `instant` does not read for certain. */
const DATE_LIKE =
  /^(?:[a-z]{3,9},? )?(?:[0-9]{1,4}[/.\- ](?:[0-9]{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})[/.\- ][0-9]{2,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? [0-9]{1,2},? [0-9]{4})(?:[,t ]+(?:at )?[0-9]{1,2}:[0-9]{2}[^\n]{0,24})?$/i;

/** True for `previousState`, `old_status`, `from`: what it says is over already. */
export function isBefore(leaf: Pick<Leaf, 'words' | 'parent'>): boolean {
  return (BEFORE.test(leaf.words) && leaf.words !== 'last status') || /^(?:previous|prev|old|last)/.test(leaf.parent);
}

function kindOf({ words, name, parent }: Place, value: string | number | boolean): Kind {
  if (NOTICE.has(name)) return 'notice';
  if (FLAG.has(name) && (typeof value === 'boolean' || value === 'true' || value === 'false')) return 'status';
  if (SEVERITY.has(name) || SEVERITY.has(parent)) return 'severity';
  if (PEOPLE.test(words)) return isTime(words, value) ? 'time' : 'people';
  if (
    STATUS.has(name) ||
    (STATUS.has(parent) && /^(?:name|label|value)$/.test(name)) ||
    /(?:^| )(?:status|state|transition)(?: (?:name|text|label|description|indicator|code))?$/.test(words) ||
    /^[a-z]{2,12}(?:status|state)$/.test(name)
  )
    return 'status';
  if (TYPE.has(name) && typeof value === 'string' && SAYS_STATE.test(value)) return 'status';
  if (LENGTH.test(words)) return 'duration';
  if (isTime(words, value)) return 'time';
  if (isAmount(value)) {
    if (COUNTED.test(words)) return 'counter';
    if (MEASURE.has(name) || MEASURE.has(parent) || MEASURE_NAMED.test(words)) return 'measure';
    if (typeof value === 'number' && !Number.isInteger(value)) return 'measure';
  }
  if (typeof value !== 'string') return 'thing';
  if (/^https?:\/\//i.test(value)) return 'link';
  if (PROSE.has(name) || PROSE_NAMED.test(name) || (PROSE.has(parent) && !OF_FORM.test(name)) || isSentence(value))
    return 'prose';
  return 'thing';
}

function isTime(words: string, value: string | number | boolean): boolean {
  if (typeof value === 'boolean') return false;
  const isNamed = TIMED.test(words);
  // A time that has not come is written as 0.
  if (typeof value === 'number') return isNamed && (value > 1e6 || value === 0);
  if (value.length > 64) return false;
  if (instant(value) !== undefined) return isNamed || !/^[0-9.]+$/.test(value.trim());
  return DATE_LIKE.test(value) || (isNamed && /^[0-9]{1,2}:[0-9]{2}|^[0-9]{10,16}$/.test(value));
}

function isAmount(value: string | number | boolean): boolean {
  return (
    typeof value === 'number' || (typeof value === 'string' && /^[-+]?[0-9][0-9.,]{0,20} ?[a-z%/]{0,12}$/i.test(value))
  );
}

function isSentence(value: string): boolean {
  return (value.slice(0, 400).match(/\S \S/g)?.length ?? 0) >= 4;
}

/** The value as text, trimmed; never empty, else undefined. */
export function saidOf(leaf: Leaf, limit?: number): string | undefined {
  return typeof leaf.value === 'boolean' ? String(leaf.value) : text(leaf.value, limit);
}
