/**
 * What is wrong with runbooks that compile: patterns that tie, that another always beats, that no alert can meet; links
 * that lead nowhere; pages that do not say what to do first.
 *
 * Promises: a tie is proved by an alert that both patterns match, made of the patterns themselves and shown; what cannot
 * be proved is not said. Called by the catalogue's lint. Pure.
 */
import { type Names, neverMatches, unknownServices, type Wrong } from '../../shared/catalogue/possible.ts';
import type { Branch, CompiledPattern } from '../../shared/pattern/compiled.ts';
import { type Condition, meets } from '../../shared/pattern/condition.ts';
import { compareSpecificity, compile, matches, specificity } from '../../shared/pattern/pattern.ts';
import { isPage } from '../../shared/runbook/foreign.ts';
import { runbookAt } from '../../shared/runbook/relative.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';
import { firstSteps } from '../../shared/runbook/steps.ts';
import type { Finding } from '../finding.ts';
import { exampleOf, shownExample } from './example.ts';

/** Where a runbook's key was written. */
export type WhereRunbook = (id: string, path?: (string | number)[]) => { file: string; line?: number };
/** Two by two: more patterns than this are not compared. */
const MAX_COMPARED = 3000;

type Patterned = { runbook: Runbook; pattern: CompiledPattern };

/** Every finding of a catalogue's runbooks. */
export function lintRunbooks(runbooks: Runbook[], names: Names, where: WhereRunbook): Finding[] {
  const patterned = runbooks.flatMap((runbook): Patterned[] => {
    const compiled = runbook.match === undefined ? undefined : compile(runbook.match);
    return compiled?.ok ? [{ runbook, pattern: compiled.pattern }] : [];
  });
  return [
    ...patterned.flatMap((one) => neverMatching(one, names, where)),
    ...patterned.flatMap((one) => servicesUnknown(one, names, where)),
    ...ties(patterned.slice(0, MAX_COMPARED), where),
    ...shadowed(patterned.slice(0, MAX_COMPARED), where),
    ...runbooks.flatMap((runbook) => withoutFirstSteps(runbook, where)),
    ...runbooks.flatMap((runbook) => deadLinks(runbook, runbooks, where)),
  ];
}

// ---- patterns that no alert can meet --------------------------------------------------------------------------------------

function neverMatching({ runbook, pattern }: Patterned, names: Names, where: WhereRunbook): Finding[] {
  const wrong = neverMatches(pattern, names) ?? onlyWhenOver(pattern);
  if (wrong === undefined) return [];
  return [
    {
      level: 'error',
      code: 'pattern-never-matches',
      ...where(runbook.id, ['match']),
      message: `The pattern of ${runbook.id} can never match: ${wrong.why}.`,
      mend: wrong.mend,
    },
  ];
}

/** Where every way of a pattern asks for an alert that is over. */
function onlyWhenOver({ branches }: CompiledPattern): Wrong | undefined {
  const asksEnd = ({ fields }: Branch) =>
    fields.some(
      ({ path, conditions, asksAbsence }) =>
        path === 'status' && !asksAbsence && conditions.every((one) => one.kind === 'text' && one.text !== 'firing'),
    );
  if (!branches.every(asksEnd)) return undefined;
  return { why: 'a runbook is looked for when an alert fires, not when it is over', mend: 'Take status out.' };
}

/** A sender may name a service that the catalogue lacks, so that a pattern for one can match: it is a warning. */
function servicesUnknown({ runbook, pattern }: Patterned, names: Names, where: WhereRunbook): Finding[] {
  return unknownServices(pattern, names).map(({ name, mend }) => ({
    level: 'warning',
    code: 'unknown-service',
    ...where(runbook.id, ['match', 'service']),
    message: `The pattern of ${runbook.id} asks for service ${name}, which the catalogue does not have.`,
    mend,
  }));
}

// ---- ties ---------------------------------------------------------------------------------------------------------------

function ties(patterned: Patterned[], where: WhereRunbook): Finding[] {
  const findings: Finding[] = [];
  for (const [n, one] of patterned.entries()) {
    for (const two of patterned.slice(n + 1)) {
      const alert = tieOf(one, two);
      if (alert === undefined) continue;
      findings.push({
        level: 'error',
        code: 'runbooks-tie',
        ...where(two.runbook.id, ['match']),
        message: `${one.runbook.id} and ${two.runbook.id} match alike, as narrowly, an alert like ${shownExample(alert)}.`,
        mend: 'Ask one more field in one of them, or an exact value instead of a part.',
      });
    }
  }
  return findings;
}

/** An alert that two patterns match by ways that are as specific; undefined where none is found. */
function tieOf(one: Patterned, two: Patterned): Record<string, unknown> | undefined {
  for (const a of one.pattern.branches) {
    for (const b of two.pattern.branches) {
      if (compareSpecificity(specificity(a), specificity(b)) !== 0) continue;
      const alert = exampleOf([a, b]);
      if (!alert || !matches(one.pattern, alert) || !matches(two.pattern, alert)) continue;
      const best = ({ pattern }: Patterned) =>
        pattern.branches
          .filter((branch) => matches({ ...pattern, branches: [branch] }, alert))
          .map((branch) => specificity(branch))
          .reduce((x, y) => (compareSpecificity(x, y) >= 0 ? x : y));
      if (compareSpecificity(best(one), best(two)) === 0) return alert;
    }
  }
  return undefined;
}

// ---- patterns that another always beats ---------------------------------------------------------------------------------

function shadowed(patterned: Patterned[], where: WhereRunbook): Finding[] {
  return patterned.flatMap((one) => {
    const beats = patterned.find((two) => two !== one && one.pattern.branches.every((branch) => isBeaten(branch, two)));
    if (!beats) return [];
    return {
      level: 'warning' as const,
      code: 'runbook-shadowed',
      ...where(one.runbook.id, ['match']),
      message: `${one.runbook.id} is never the answer by its pattern: ${beats.runbook.id} matches the same alerts more narrowly.`,
      mend: 'Make its pattern narrower than the other, or take it out.',
    };
  });
}

/** Whether everything that a way matches is matched, more specifically, by a way of another pattern. */
function isBeaten(branch: Branch, { pattern }: Patterned): boolean {
  return pattern.branches.some(
    (other) =>
      compareSpecificity(specificity(other), specificity(branch)) > 0 &&
      other.fields.every((field) => isImplied(branch, field)),
  );
}

/** What every firing alert meets. */
const ALWAYS: Record<string, unknown> = { status: 'firing', title: 'x', id: 'x', key: 'x', at: 'x', test: false };

function isImplied(branch: Branch, field: Branch['fields'][number]): boolean {
  const own = branch.fields.find(({ path }) => path === field.path);
  if (field.path in ALWAYS && field.conditions.some(({ kind }) => kind === 'exists')) return true;
  if (field.path === 'status' && field.conditions.some((condition) => meets(condition, 'firing'))) return true;
  if (own === undefined) return false;
  return own.conditions.every((condition) => field.conditions.some((wider) => isWithin(condition, wider)));
}

/** Whether every value that meets one condition meets another. */
function isWithin(one: Condition, other: Condition): boolean {
  if (other.kind === 'exists') return one.kind !== 'absent';
  if (one.kind === 'text') return meets(other, one.text);
  if (one.kind === 'number') return meets(other, one.number);
  if (one.kind === 'prefix' && other.kind === 'prefix') return one.text.startsWith(other.text);
  if (one.kind === 'suffix' && other.kind === 'suffix') return one.text.endsWith(other.text);
  return JSON.stringify(one) === JSON.stringify(other);
}

// ---- what stands in them ------------------------------------------------------------------------------------------------

function withoutFirstSteps(runbook: Runbook, where: WhereRunbook): Finding[] {
  if (firstSteps(runbook.body).first !== undefined) return [];
  return [
    {
      level: 'warning',
      code: 'no-first-steps',
      ...where(runbook.id),
      message: `${runbook.id} does not say what to do first: no section is called First steps, Mitigation, Steps or Diagnosis.`,
      mend: 'Give the section that somebody half asleep needs first one of these names.',
    },
  ];
}

function deadLinks(runbook: Runbook, runbooks: Runbook[], where: WhereRunbook): Finding[] {
  const known = new Set(runbooks.flatMap(({ id, aliases }) => [id, ...aliases]).map((id) => id.toLowerCase()));
  return [...runbook.body.matchAll(/\]\(([^)\s]{1,300})\)/g)].flatMap((found): Finding[] => {
    const target = found[1]!.split('#')[0]!;
    // Only links to other runbooks: what has a scheme, a host or another ending is not ours to judge.
    if (!isPage(target) || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return [];
    if (runbookAt(runbook.id, target, (id) => known.has(id.toLowerCase())) !== undefined) return [];
    return [
      {
        level: 'warning',
        code: 'dead-link',
        ...where(runbook.id),
        message: `${runbook.id} links to ${target}, which is no runbook of this catalogue.`,
        mend: 'Correct the path, or add the old one to aliases of the runbook that has moved.',
      },
    ];
  });
}
