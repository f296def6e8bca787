/**
 * What no single file can know: whether the names between them lead anywhere, and whether patterns can be asked.
 */
import { compile } from '../pattern/pattern.ts';
import { suggestion } from '../written/written.ts';
import type { Finding, Target } from './catalogue.ts';
import type { Drafts, Sourced } from './compile.ts';
import { errorAt, toFinding } from './findings.ts';
import type { Source } from './source.ts';

function unknown(
  source: Source,
  path: (string | number)[],
  what: string,
  name: string,
  known: Iterable<string>,
): Finding {
  const code = `unknown-${what.replaceAll(' ', '-')}`;
  return errorAt(source, path, code, `There is no ${what} called ${name}.`, suggestion(name, known));
}

function checkPattern(source: Source, match: unknown): Finding[] {
  if (match === undefined) return [];
  const compiled = compile(match);
  if (compiled.ok) return [];
  const { path, message, mend } = compiled.error;
  const parts = path.split(/[.[\]]+/).filter(Boolean);
  const keys = ['match', ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
  const text = `The pattern is wrong${path === '' ? '' : ` at ${path}`}: ${message}`;
  return [toFinding(source, { path: keys, code: 'bad-pattern', message: text, mend })];
}

function checkTarget(drafts: Drafts, source: Source, path: (string | number)[], target: Target): Finding[] {
  if (target.kind === 'rota' && !drafts.rotas.has(target.name)) {
    return [unknown(source, path, 'rota', target.name, drafts.rotas.keys())];
  }
  if (target.kind === 'person' && !drafts.people.has(target.name)) {
    return [unknown(source, path, 'person', target.name, drafts.people.keys())];
  }
  return [];
}

function checkPolicies(drafts: Drafts): Finding[] {
  const findings: Finding[] = [];
  for (const { source, value } of drafts.policies.values()) {
    for (const [i, step] of value.steps.entries()) {
      for (const [j, target] of step.notify.entries()) {
        findings.push(...checkTarget(drafts, source, ['steps', i, 'notify', j], target));
      }
    }
  }
  return findings;
}

/** The services on the way round, where a service needs itself in the end; each circle once. */
function circles(drafts: Drafts): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (name: string, way: string[]) => {
    const at = way.indexOf(name);
    if (at >= 0) {
      found.push([...way.slice(at), name]);
      return;
    }
    if (done.has(name)) return;
    for (const next of drafts.services.get(name)?.value.dependsOn ?? []) walk(next, [...way, name]);
    done.add(name);
  };
  for (const name of drafts.services.keys()) walk(name, []);
  return found;
}

function checkServices(drafts: Drafts): Finding[] {
  const findings: Finding[] = [];
  const taken = new Map<string, Sourced<{ name: string }>>();
  for (const entry of drafts.services.values()) taken.set(entry.value.name.toLowerCase(), entry);
  for (const entry of drafts.services.values()) {
    const { source, value } = entry;
    if (value.policy !== undefined && !drafts.policies.has(value.policy)) {
      findings.push(unknown(source, ['policy'], 'policy', value.policy, drafts.policies.keys()));
    }
    for (const [i, name] of value.dependsOn.entries()) {
      if (drafts.services.has(name)) continue;
      findings.push(unknown(source, ['depends_on', i], 'service', name, drafts.services.keys()));
    }
    for (const [i, alias] of value.aliases.entries()) {
      const other = taken.get(alias.toLowerCase());
      if (other === undefined) taken.set(alias.toLowerCase(), entry);
      else if (other !== entry) {
        const message = `${alias} means ${other.value.name} too (${other.source.path}).`;
        findings.push(errorAt(source, ['aliases', i], 'duplicate-name', message, 'Take it out of one of them.'));
      }
    }
    findings.push(...checkPattern(source, value.match));
  }
  for (const circle of circles(drafts)) {
    const { source, value } = drafts.services.get(circle[0]!)!;
    const place = value.dependsOn.indexOf(circle[1]!);
    const message = `This goes round in a circle: ${circle.join(' needs ')}.`;
    findings.push(errorAt(source, ['depends_on', place], 'dependency-cycle', message, 'Take one of the steps out.'));
  }
  return findings;
}

function checkRunbooks(drafts: Drafts): Finding[] {
  const findings: Finding[] = [];
  for (const { source, value } of drafts.runbooks.values()) {
    if (value.service !== undefined && !drafts.services.has(value.service)) {
      findings.push(unknown(source, ['service'], 'service', value.service, drafts.services.keys()));
    }
    findings.push(...checkPattern(source, value.match));
  }
  return findings;
}

function checkDefaults(drafts: Drafts, earlier: Finding[]): Finding[] {
  if (drafts.defaults === undefined) {
    if (earlier.some(({ file }) => file === 'catalogue.yaml')) return [];
    const message = 'There is no catalogue.yaml, so nobody is paged for what nothing else is known about.';
    const mend = 'Add catalogue.yaml with policy: NAME.';
    return [{ level: 'error', code: 'missing', file: 'catalogue.yaml', message, mend }];
  }
  const { source, value } = drafts.defaults;
  return drafts.policies.has(value.policy)
    ? []
    : [unknown(source, ['policy'], 'policy', value.policy, drafts.policies.keys())];
}

/**
 * The dangling names, circles and patterns that cannot be asked.
 *
 * @param earlier findings of the files themselves: what could not be read is not also reported as missing
 */
export function checkNames(drafts: Drafts, earlier: Finding[]): Finding[] {
  return [
    ...checkDefaults(drafts, earlier),
    ...checkPolicies(drafts),
    ...checkServices(drafts),
    ...checkRunbooks(drafts),
  ];
}
