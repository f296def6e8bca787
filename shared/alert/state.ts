/**
 * Whether a notice says that a thing is wrong or well again, in the words that senders and people use for it.
 *
 * Promises: what is not understood says nothing (the caller then takes it to be wrong: an end that is missed only pages
 * longer, a beginning that is missed pages nobody). Numbers say nothing: each sender counts in its own way. Pure.
 */
import { isBefore, type Leaf, READ, saidOf, wordsOf } from './leaves.ts';

export type State = 'over' | 'wrong';

const set = (words: string) => new Set(words.split(/\s+/));

const OVER = set(
  `resolved resolve ok okay recovered recovery recover closed close cleared clear up normal healthy completed complete
  succeeded success successful passed pass passing fixed solved done finished restored available online operational
  reachable green good stable deactivated compliant applicable autoresolved healed mitigated
  remediated successfully responding`,
);
const WRONG = set(
  `not no failed fail failing failure failures error errors errored down critical alarm alarming open opened triggered
  trigger fired firing alerting unhealthy unavailable partial partially rollback timeout timedout unresolved unreachable
  offline degraded degradation problem bad red breached noncompliant incomplete unknown aborted terminated stopped
  raised detected activated outage impaired insufficient warning warn crashed killed disconnected cannot unable unsuccessful exceeded lost`,
);
const ENDING = set('resolved resolve recovered recovery closed close cleared clear');
const NEGATED = set('not no never un non cannot unable failed without');
/** Only these are believed where the name of the field does not say that it holds a state. */
const CERTAIN = set(
  'succeeded success passed completed finished resolved resolve recovered recovery closed close cleared clear up ok healed fixed restored',
);

/** A field that holds a state: `RESOLVED`, `ALERT_RECOVERY`, `ALARM -> OK`, `not responding`. */
export function stateWord(value: string): State | undefined {
  const now =
    value
      .slice(0, 120)
      .split(/\s*(?:->|→|=>|\bto\b(?=\s+\S+$))\s*/)
      .at(-1) ?? '';
  const words = wordsOf(now.split(/\bfrom\b/)[0] ?? '').split(' ');
  if (words.length > 8) return undefined;
  const last = words.at(-1) ?? '';
  if (words.slice(0, -1).some((word) => NEGATED.has(word))) return words.includes('applicable') ? 'over' : 'wrong';
  if (words.includes('rollback')) return 'wrong';
  if (OVER.has(last)) return 'over';
  // `ResolvedCritical`, `POLICY_CLOSE_WARNING`: what ends, and how bad it was.
  if (
    words.some((word) => ENDING.has(word)) &&
    /^(?:critical|warning|warn|error|major|minor|missing ?data)$/.test(last)
  )
    return 'over';
  if (words.some((word) => WRONG.has(word))) return 'wrong';
  return OVER.has(words[0] ?? '') || words.includes('normal') ? 'over' : undefined;
}

/** A field that may hold a state among other things: `incident.resolved`, `monitor.up`. */
export function certainWord(value: string): State | undefined {
  const words = wordsOf(value.slice(0, 80)).split(' ');
  if (words.length > 4 || words.some((word) => NEGATED.has(word) && word !== 'failed')) return undefined;
  if (CERTAIN.has(words.at(-1) ?? '')) return 'over';
  return words.some((word) => WRONG.has(word)) ? 'wrong' : undefined;
}

const MARK =
  '(?:auto[- ]?)?(?:resolved|recovered|recovery|cleared|closed|ok|okay|up|fixed|solved|restored|back to normal|completed|succeeded|success|ended|normal)';
const BEGINS = new RegExp(
  `^[^\\p{L}\\p{N}]*(?:(?:re|fw|fwd): *)?[^\\p{L}\\p{N}]*${MARK}(?: ?[:\\])|!–—]| [-–—] | in [0-9]|$)`,
  'iu',
);
const BRACKETED = new RegExp(
  `[\\[(*][^\\p{L}\\p{N}\\])]{0,6}(?:status|state)?:? ?${MARK}(?: on | for |[\\]):* ])`,
  'iu',
);
const SAID =
  /\b(?:(?:has|have|is|are|was|were|been|now|auto-?|automatically|event|alert|alarm|incident|problem|issue|monitor)\s+(?:now\s+|been\s+|automatically\s+)?(?:recovered|resolved|cleared)|back (?:up|online|to normal|in service|to green)|returned to (?:normal|ok|green)|(?:is|are) (?:now )?(?:up|ok|okay|healthy|operational|online|available|reachable|resolved|normal)(?: again| now)?\s*(?:$|[.!,;:)\]*(\n-])|(?:is|are) (?:up|ok|healthy|online|available|reachable|responding) again|recovery (?:service|host) alert|\bstatus up\b|completed successfully|finished successfully|no longer (?:in alarm|firing|failing|down|breached|breaching))/i;
/** At the end of a title: `Device recovered`, `AP-Lobby came online`. */
const ENDS =
  /(?<=\S )(?:recovered|resolved|cleared|restored|reconnected|online|came (?:back )?(?:up|online)|back on line power|on line power)[.! ]{0,3}$/i;
const UNSAID =
  /\b(?:not|cannot|could not|couldn't|can't|unable to|failed to|isn't|hasn't|until|when|if|once|never|unless)\b[^.\n]{0,40}$/i;
const PROBLEM =
  /^[^\p{L}\p{N}]*(?:down|problem|alert|alarm|triggered|firing|critical|warning|failed|failure|open(?:ed)?)(?: ?[:\])|!–—]| [-–—] |$)|\b(?:is|are) (?:now )?(?:down|unreachable|unhealthy|unavailable|offline|failing|critical)\b|[[(*](?:triggered|firing|alert|alarm|down|problem|critical|warn|warning|failed|fail)(?: on | for |[\]):* ])/iu;

/** Words whose opposite the same sender surely writes, too. */
const PAIRED = /\b(?:triggered|firing|problem|down)\b/i;

/** What a title or a first line says: `[RESOLVED] …`, `RECOVERED: …`, `… is UP again`. */
export function stateIn(title: string): State | undefined {
  const said = title.slice(0, 600);
  if (BEGINS.test(said) || BRACKETED.test(said)) return 'over';
  const found = SAID.exec(said) ?? ENDS.exec(said);
  if (found !== null && !UNSAID.test(said.slice(0, found.index))) return 'over';
  return PROBLEM.test(said) ? 'wrong' : undefined;
}

const OF_A_SIGNAL =
  /^(?:incident|alert|alarm|problem|issue|monitor|check|heartbeat|trigger|outage|violation|case|episode|finding|qualitygate)/;
const LATEST = /transition|^new|^current|^to(?:state|status)$|^alertstat/;
const FLAG_OVER =
  /^(?:is)?(?:resolved|recovered|closed|cleared|up|ok|healthy|success|succeeded|passed|online|available|ended|connected|agentconnected|reachable)$/;
const FLAG_WRONG = /^(?:is)?(?:down|firing|alerting|failed|open|active|offline|triggered)$/;

/** Which of two fields is read first: the newest state, then a state of an incident or a monitor, then the outermost. */
function rank(leaf: Leaf): number {
  if (LATEST.test(leaf.name)) return leaf.depth;
  return (OF_A_SIGNAL.test(leaf.parent) || OF_A_SIGNAL.test(leaf.name) ? 20 : 40) + leaf.depth;
}

export type Said = {
  state: State | undefined;
  /** The sender's own word for it. */
  word: string | undefined;
  /** True where the body has a state that this sender would change when it is over. */
  isTold: boolean;
};

const isWeak = ({ name, kind }: Leaf) =>
  kind !== 'status' &&
  /^(?:event|type|action|trigger|kind|eventname|subtype|reason|category|topic|webhookevent|alert)$/.test(name);

/** `title` is what is shown of it, which may say its state in words. */
export function stateOf(leaves: readonly Leaf[], titles: readonly string[]): Said {
  const states = leaves
    .filter((leaf) => leaf.kind === 'status' && !isBefore(leaf) && !leaf.inList)
    .sort((a, b) => rank(a) - rank(b));
  // An answer's `success` around a list of checks says nothing of the checks.
  const hasWrongOne = leaves.some(
    (leaf) => leaf.inList && leaf.kind === 'status' && !isBefore(leaf) && stateWord(String(leaf.value)) === 'wrong',
  );
  for (const leaf of states) {
    const state = typeof leaf.value === 'string' ? (stateWord(leaf.value) ?? endOfAlert(leaf, leaves)) : undefined;
    if (state === 'over' && hasWrongOne && rank(leaf) >= 40) continue;
    if (state !== undefined && !/^(?:true|false)$/i.test(String(leaf.value)))
      return { state, word: saidOf(leaf, 60), isTold: true };
  }
  if (leaves.some(({ kind, value }) => kind === 'severity' && /^(?:clear|cleared)$/i.test(String(value)))) {
    return { state: 'over', word: 'cleared', isTold: true };
  }
  for (const leaf of states) {
    const state = flag(leaf);
    if (state !== undefined) return { state, word: undefined, isTold: true };
  }
  if (
    leaves.some(
      (leaf) =>
        /^(?:resolved|recovered|cleared|closed)(?:at|on|time|date|timestamp)?$/.test(leaf.name) && leaf.kind === 'time',
    )
  ) {
    return { state: 'over', word: 'resolved', isTold: true };
  }
  for (const title of titles) {
    const state = stateIn(title.slice(0, READ));
    if (state !== undefined) return { state, word: undefined, isTold: state === 'over' || PAIRED.test(title) };
  }
  for (const leaf of leaves) {
    if (!isWeak(leaf) || typeof leaf.value !== 'string' || leaf.inList) continue;
    const state = certainWord(leaf.value);
    if (state !== undefined) return { state, word: undefined, isTold: true };
  }
  return { ...listed(leaves), isTold: states.length > 0 };
}

/** An alert that is cancelled or inactive is over; a job or a unit that is, is not well. */
function endOfAlert({ value, parent, name }: Leaf, leaves: readonly Leaf[]): State | undefined {
  if (!/^(?:cancell?ed|inactive|expired|dismissed|terminated|off)$/i.test(String(value))) return undefined;
  const isOfAlert = (said: string) => /^(?:alert|finding|alarm|incident|problem|event)/.test(said);
  const isAlert =
    isOfAlert(parent) ||
    isOfAlert(name) ||
    leaves.some((leaf) => /^(?:alert|finding|alarm)(?:id|name)$/.test(leaf.name));
  return isAlert ? 'over' : undefined;
}

function flag({ name, parent, value }: Leaf): State | undefined {
  const isTrue = value === true || value === 'true' || value === 'True';
  if (!isTrue && value !== false && value !== 'false' && value !== 'False') return undefined;
  // A monitor that is active is one that is not paused.
  if (/active|^open$/.test(name) && !/^(?:incident|alert|problem|issue|alarm)?$/.test(parent)) return undefined;
  if (FLAG_OVER.test(name)) return isTrue ? 'over' : 'wrong';
  return FLAG_WRONG.test(name) ? (isTrue ? 'wrong' : 'over') : undefined;
}

/** Of a list of states one that is wrong makes the whole wrong. */
function listed(leaves: readonly Leaf[]): Pick<Said, 'state' | 'word'> {
  const states = leaves
    .filter((leaf) => leaf.kind === 'status' && leaf.inList && !isBefore(leaf))
    .map((leaf) => stateWord(String(leaf.value)));
  if (states.length === 0 || states.includes('wrong') || states.includes(undefined))
    return { state: undefined, word: undefined };
  return { state: 'over', word: undefined };
}

/** Words that say neither: somebody has it, it is new, it runs. */
const NEITHER = set(
  `new active inactive started start begin began set created updated acknowledged acked ack assigned progress in running pending
  queued waiting investigating identified monitoring ongoing alert alerting state status to from the is back was of a now again
  major minor event transition change changed auto automatically manually expired muted silenced suppressed information informational`,
);

/** What of a state's value is no word for a state: it tells one thing from another, as in `database_down`. */
export function stateless(value: string): string {
  return wordsOf(value.slice(0, 200))
    .split(' ')
    .filter((word) => ![OVER, WRONG, NEGATED, NEITHER].some((known) => known.has(word)) && !/^[0-9]+$/.test(word))
    .join(' ');
}
