/**
 * A first mapping of a sender, from a body that fires and one that is its end: the state is what differs, the identity
 * what is equal, the title the telling fields. A person reads and corrects it; `lint` runs it on the bodies.
 *
 * Called by `pageturner new sender`. Pure.
 */
import { instant } from '../../shared/alert/instant.ts';
import { isFields, link, text } from '../../shared/alert/read.ts';
import { severityWord } from '../../shared/alert/severity.ts';
import type { Sender } from '../../shared/catalogue/catalogue.ts';

/** A field of a body: its names from the top, and what it holds. */
type Leaf = { names: string[]; value: string };

const STATE = /(status|state|transition|action|event|type|level|severity|alert|condition|result)/i;
const OVER =
  /^(up|ok|online|resolved?|recover(ed|y)?|closed?|clear(ed)?|normal|passing|healthy|success(ful)?|succeeded|completed?|inactive|fixed|0|1|2|false)$/i;
const NOT_IDENTITY =
  /(org|account|tenant|team|user|owner|client|token|secret|password|version|event|notification|incident_?url|message|msg)/i;
const TITLE = /(^|_)(title|subject|summary|alert_?name|monitor_?name|check_?name|rule_?name|name|display_?name)$/i;
const FACT = /(message|msg|description|reason|cause|error|output|detail|details|text)$/i;
const THING = /(host|hostname|node|device|server|instance|target|url|address)$/i;

const ID =
  /(^id|_id|Id|ID|uuid|fingerprint|dedup_?key|^key|(sensor|monitor|check|object|problem|incident|alert|rule|issue)_?id)$/;
const NAMED = /(name|host|device|sensor|service|servicedesc|check|monitor|target|url|instance|object)$/i;

/** @throws Error where the bodies show no identity */
export function sketchSender(name: string, firing: object, resolved: object | undefined, samples: string[]): Sender {
  const leaves = leavesOf(firing);
  const after = new Map(leavesOf(resolved ?? firing).map((leaf) => [leaf.names.join('\n'), leaf.value]));
  const isSame = (leaf: Leaf) => after.get(leaf.names.join('\n')) === leaf.value;
  const state = resolved === undefined ? undefined : stateOf(leaves, after);
  const same = leaves.filter((leaf) => isSame(leaf) && leaf !== state);
  const identity = identityOf(same);
  if (identity.length === 0)
    throw new Error(
      'Nothing in these bodies is equal and looks like an identity. Give the bodies of one thing that fires and ends.',
    );
  const titled = best(same, TITLE) ?? identity[0]!;
  const fact = best(
    leaves.filter((leaf) => leaf !== titled && leaf !== state),
    FACT,
  );
  const thing = best(
    same.filter((leaf) => leaf !== titled),
    THING,
  );
  const severity = leaves.find(
    (leaf) => /(severity|priority)$/i.test(leaf.names.at(-1)!) && severityWord(leaf.value) !== undefined,
  );
  const page = leaves.find((leaf) => link(leaf.value) !== undefined);
  const at = leaves.find(
    (leaf) => /(time|date|at|timestamp)$/i.test(leaf.names.at(-1)!) && instant(leaf.value) !== undefined,
  );
  return {
    name,
    match: patternOf([...(state === undefined ? [] : [state]), ...identity, titled].slice(0, 4)),
    alert: {
      key: identity.map(pathOf).join(" & '/' & "),
      title:
        state === undefined || /^-?\d+$/.test(state.value)
          ? pathOf(titled)
          : `${pathOf(titled)} & ' is ' & ${pathOf(state)}`,
      ...(state === undefined
        ? {}
        : { status: { path: pathOf(state), resolved: [after.get(state.names.join('\n'))!] } }),
      ...(severity === undefined ? {} : { severity: pathOf(severity) }),
      ...(fact === undefined ? {} : { description: pathOf(fact) }),
      ...(thing === undefined ? {} : { resources: [{ id: pathOf(thing) }] }),
      ...(page === undefined ? {} : { links: { source: pathOf(page) } }),
      ...(at === undefined ? {} : { at: pathOf(at) }),
    },
    samples,
  };
}

/** Which of two bodies is the end, by the words of the field that differs; undefined where the words do not say. */
export function isEnd(body: object, other: object): boolean | undefined {
  const after = new Map(leavesOf(other).map((leaf) => [leaf.names.join('\n'), leaf.value]));
  const state = stateOf(leavesOf(body), after);
  if (state === undefined) return undefined;
  const [here, there] = [
    /^\d+$/.test(state.value) ? false : OVER.test(state.value),
    OVER.test(after.get(state.names.join('\n')) ?? ''),
  ];
  return here === there ? undefined : here;
}

/** The field whose short word differs; what is called a state, or says that it is over, comes first. */
function stateOf(leaves: Leaf[], after: Map<string, string>): Leaf | undefined {
  const differing = leaves.filter((leaf) => {
    const then = after.get(leaf.names.join('\n'));
    const isWord = [leaf.value, then].every(
      (one) => one !== undefined && one.length <= 40 && instant(one) === undefined && !one.includes('://'),
    );
    return isWord && then !== leaf.value;
  });
  const score = (leaf: Leaf) => {
    const then = after.get(leaf.names.join('\n')) ?? '';
    const isNamed = STATE.test(leaf.names.at(-1)!) && !/(code|id|previous|prior|old)/i.test(leaf.names.at(-1)!);
    return (isNamed ? 2 : 0) + (OVER.test(then) || OVER.test(leaf.value) ? 1 : 0) + (/^[a-z _-]+$/i.test(then) ? 2 : 0);
  };
  return differing.sort((a, b) => score(b) - score(a) || a.names.length - b.names.length)[0];
}

/** An id that the sender gives, else the name with the host or address. */
function identityOf(same: Leaf[]): Leaf[] {
  const mine = same.filter(({ names, value }) => !NOT_IDENTITY.test(names.join('.')) && value.length <= 200);
  const id = mine.find(({ names }) => ID.test(names.at(-1)!));
  if (id !== undefined) return [id];
  // Every name in it: a host alone would make one signal of all that is checked on it.
  const named = mine.filter(({ names }) => NAMED.test(names.at(-1)!)).slice(0, 5);
  return named.length > 0 ? named : mine.slice(0, 1);
}

/** The first that is called so, nearest to the top. */
function best(leaves: Leaf[], called: RegExp): Leaf | undefined {
  return leaves.filter(({ names }) => called.test(names.at(-1)!)).sort((a, b) => a.names.length - b.names.length)[0];
}

function leavesOf(body: object, names: string[] = [], found: Leaf[] = []): Leaf[] {
  for (const [name, value] of Object.entries(body).slice(0, 200)) {
    if (found.length >= 500 || names.length > 6) break;
    if (isFields(value)) leavesOf(value, [...names, name], found);
    else {
      const said = typeof value === 'boolean' ? String(value) : text(value);
      if (said !== undefined) found.push({ names: [...names, name], value: said });
    }
  }
  return found;
}

function pathOf({ names }: Leaf): string {
  return names
    .map((name) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^(and|or|in|true|false|null|function)$/.test(name)
        ? name
        : `\`${name}\``,
    )
    .join('.');
}

/** Bodies that have all of these fields. */
function patternOf(leaves: Leaf[]): Record<string, unknown> {
  const pattern: Record<string, unknown> = {};
  for (const { names } of leaves) {
    let level = pattern;
    for (const name of names.slice(0, -1)) {
      level[name] ??= {};
      level = level[name] as Record<string, unknown>;
    }
    level[names.at(-1)!] = [{ exists: true }];
  }
  return pattern;
}
