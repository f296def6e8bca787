/**
 * Mappings: from a body of a sender that the catalogue describes (`senders/*.yaml`) to a draft of an alert, by JSONata
 * expressions over the body, the language of AWS Step Functions.
 *
 * Promises: an expression runs for at most 500 ms and 200 calls deep, over at most 10,000 items; a regular expression sees
 * at most 1,000 characters and repeats no group that repeats; nothing in a body is run as an expression; what comes out is
 * cut like any sender's text. A mapping that throws, or gives no key or no title, gives a reason instead of a draft, and
 * the general rule reads the body. It does no input or output.
 *
 * Called by triage, `explain`, `lint` and `new sender`. JSONata is a large package: no other function imports this file.
 */
import jsonata from 'jsonata';
import type { Signal } from '../alert/alert.ts';
import { COMPARISONS } from '../alert/alert.ts';
import { type Draft, digest } from '../alert/draft.ts';
import { words } from '../alert/html.ts';
import { instant } from '../alert/instant.ts';
import { fields, link, number, pairs, prose, text } from '../alert/read.ts';
import { severityWord } from '../alert/severity.ts';
import type { Sender } from '../catalogue/catalogue.ts';
import { compile, matches } from '../pattern/pattern.ts';

const LIMITS = { timeout: 500, stack: 200, sequence: 10_000 };
const LONGEST_EXPRESSION = 1000;
const REGEX_INPUT = 1000;
const REPEATED_REPEAT = /\([^()]{0,500}[+*}][^()]{0,500}\)[+*{]/;

/** A regular expression that no text can make run for long. */
class BoundedRegExp extends RegExp {
  constructor(pattern: string | RegExp, flags?: string) {
    if (REPEATED_REPEAT.test(typeof pattern === 'string' ? pattern : pattern.source))
      throw new Error('A regular expression must not repeat a group that repeats.');
    super(pattern, flags);
  }
  override exec(given: string): RegExpExecArray | null {
    return super.exec(given.slice(0, REGEX_INPUT));
  }
}

/** What a value is mapped by, as people write it: an expression, or a path with what its values mean. */
export type Written = string | { path: string; map: Record<string, string>; else?: string };

/** What reading a body by the catalogue gives: a draft, a reason why the mapping that matched gives none, or neither. */
export type Taught = { draft?: Draft; failed?: string };

export type Teacher = (body: unknown) => Promise<Taught>;

/** Undefined where the expression can be parsed, else what is wrong with it. */
export function expressionMistake(expression: string): string | undefined {
  if (expression.length > LONGEST_EXPRESSION) return `An expression has at most ${LONGEST_EXPRESSION} characters.`;
  try {
    parsed(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String((error as { message?: unknown }).message ?? error);
  }
}

function parsed(expression: string): jsonata.Expression {
  const made = jsonata(expression, { ...LIMITS, RegexEngine: BoundedRegExp as unknown as RegExpConstructor });
  // The body's own text must never be run.
  made.registerFunction('eval', () => undefined);
  return made;
}

/** Reads bodies by the senders of a catalogue, in the order of their names; the first whose pattern matches decides. */
export function teach(senders: Readonly<Record<string, Sender>> = {}): Teacher {
  const known = Object.values(senders).flatMap((sender) => {
    const pattern = compile(sender.match);
    return pattern.ok ? [{ sender, pattern: pattern.pattern }] : [];
  });
  const expressions = new Map<string, jsonata.Expression>();
  return async (body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
    const sender = known.find(({ pattern }) => matches(pattern, body))?.sender;
    return sender === undefined ? {} : read(sender, body, expressions);
  };
}

const TEACHERS = new WeakMap<object, Teacher>();

/** The teacher of a catalogue that was loaded, made once. */
export function teacherOf(catalogue: { senders?: Readonly<Record<string, Sender>> }): Teacher {
  const known = TEACHERS.get(catalogue) ?? teach(catalogue.senders);
  TEACHERS.set(catalogue, known);
  return known;
}

async function read(sender: Sender, body: object, expressions: Map<string, jsonata.Expression>): Promise<Taught> {
  const evaluate = async (expression: string): Promise<unknown> => {
    const made = expressions.get(expression) ?? parsed(expression);
    expressions.set(expression, made);
    return made.evaluate(body);
  };
  try {
    const draft = await draftBy(sender, evaluate);
    const missing = draft.key === undefined ? 'key' : draft.title === undefined ? 'title' : undefined;
    if (missing === undefined) return { draft };
    return { failed: `The mapping of ${sender.name} gives no ${missing} for this body, so the general rule read it.` };
  } catch (error) {
    const code = fields(error).code;
    return {
      failed: `The mapping of ${sender.name} fails (${text(code) ?? 'error'}), so the general rule read this body.`,
    };
  }
}

type Evaluate = (expression: string) => Promise<unknown>;

async function draftBy({ name, alert }: Sender, evaluate: Evaluate): Promise<Draft> {
  const value = (written: Written | undefined) => meaningOf(written, evaluate);
  const each = async (written: Record<string, Written> | undefined) =>
    Object.fromEntries(
      await Promise.all(Object.entries(written ?? {}).map(async ([label, one]) => [label, await value(one)] as const)),
    );
  const key = text(await value(alert.key));
  const status = await statusOf(alert.status, evaluate);
  const [links, signal] = [await each(alert.links), await each(alert.signal)];
  const at = instant(await value(alert.at));
  return {
    source: { kind: 'unknown', variant: name },
    key: key === undefined ? undefined : digest('sender', name, key),
    status,
    severity: severityWord(await value(alert.severity)),
    title: text(await value(alert.title), 256),
    description: words(await value(alert.description)),
    service: text(await value(alert.service)),
    environment: text(await value(alert.environment)),
    resources: await resourcesOf(alert.resources, evaluate),
    signal: signalOf(signal),
    labels: pairs(await each(alert.labels)),
    links: {
      source: link(links.source),
      runbook: text(links.runbook, 2048),
      graph: link(links.graph),
      query: link(links.query),
    },
    startsAt: instant(await value(alert.startsAt)) ?? (status === 'firing' ? at : undefined),
    endsAt: status === 'resolved' ? (instant(await value(alert.endsAt)) ?? at) : undefined,
    at,
    test: (await value(alert.test)) === true,
  };
}

async function meaningOf(written: Written | undefined, evaluate: Evaluate): Promise<unknown> {
  if (written === undefined) return undefined;
  if (typeof written === 'string') return evaluate(written);
  const found = listed(await evaluate(written.path));
  const meanings = new Map(Object.entries(written.map).map(([word, meaning]) => [word.toLowerCase(), meaning]));
  for (const word of found) {
    const meaning = meanings.get(word);
    if (meaning !== undefined) return meaning;
  }
  return written.else;
}

/** The words of a value: a list's items, or the parts of a text with commas. */
function listed(value: unknown): string[] {
  const items = Array.isArray(value) ? value.slice(0, 100) : [value];
  return items.flatMap((item) => {
    const said = typeof item === 'boolean' ? String(item) : text(item)?.toLowerCase();
    return said === undefined ? [] : [said, ...said.split(/\s*,\s*/)];
  });
}

async function statusOf(written: Sender['alert']['status'], evaluate: Evaluate): Promise<'firing' | 'resolved'> {
  if (written === undefined) return 'firing';
  if (typeof written === 'string') {
    const said = await evaluate(written);
    return said === 'resolved' ? 'resolved' : 'firing';
  }
  const over = new Set(written.resolved.map((word) => String(word).toLowerCase()));
  return listed(await evaluate(written.path)).some((word) => over.has(word)) ? 'resolved' : 'firing';
}

async function resourcesOf(
  written: Sender['alert']['resources'],
  evaluate: Evaluate,
): Promise<Draft['resources'] & object> {
  const found = await Promise.all(
    (written ?? []).map(async (one) => {
      const [id, name, type] = [
        text(await meaningOf(one.id, evaluate), 512),
        text(await meaningOf(one.name, evaluate)),
        text(await meaningOf(one.type, evaluate)),
      ];
      const known = id ?? name;
      return known === undefined
        ? []
        : [{ id: known, ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) }];
    }),
  );
  return found.flat();
}

function signalOf(read: Record<string, unknown>): Draft['signal'] {
  const comparison = COMPARISONS.find((one) => one === read.comparison) as Signal['comparison'];
  return {
    name: text(read.name),
    statistic: text(read.statistic),
    unit: text(read.unit),
    value: number(read.value),
    threshold: number(read.threshold),
    comparison,
  };
}

/** For the page of an alert that a mapping should have read: why the general rule did. */
export function withReason(description: string | undefined, failed: string): string {
  return prose(description === undefined ? failed : `${failed}\n${description}`) ?? failed;
}
