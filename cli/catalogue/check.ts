/**
 * What no single file can know: whether the names between them lead anywhere, and whether patterns can be asked.
 */
import { compile } from '../../shared/pattern/pattern.ts';
import { suggestion } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';
import type { Drafts } from './drafts.ts';
import { errorAt, toFinding } from './findings.ts';
import { checkDefaultProblems, checkServiceProblems } from './problems.ts';
import type { Source, Sourced } from './source.ts';

/** The finding for a name that leads nowhere; none where it does, or where the file it leads to could not be read. */
function checkName(
  drafts: Drafts,
  source: Source,
  path: (string | number)[],
  what: 'rota' | 'person' | 'policy' | 'service',
  name: string,
): Finding[] {
  const known = { rota: drafts.rotas, person: drafts.people, policy: drafts.policies, service: drafts.services }[what];
  if (known.has(name) || drafts.broken.has(`${what}:${name}`)) return [];
  return [
    errorAt(source, path, `unknown-${what}`, `There is no ${what} called ${name}.`, suggestion(name, known.keys())),
  ];
}

function checkPattern(source: Source, match: unknown, key = 'match'): Finding[] {
  if (match === undefined) return [];
  const compiled = compile(match);
  if (compiled.ok) return [];
  const { path, message, mend } = compiled.error;
  const parts = path.split(/[.[\]]+/).filter(Boolean);
  const keys = [key, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
  const text = `The pattern is wrong${path === '' ? '' : ` at ${path}`}: ${message}`;
  return [toFinding(source, { path: keys, code: 'bad-pattern', message: text, mend })];
}

function checkPolicies(drafts: Drafts): Finding[] {
  const findings: Finding[] = [];
  for (const { source, value } of drafts.policies.values()) {
    for (const [i, step] of value.steps.entries()) {
      for (const [j, target] of step.notify.entries()) {
        const path = ['steps', i, 'notify', j];
        if (target.kind === 'teams' || target.kind === 'webhook') {
          findings.push(...checkWebhook(drafts, source, path, target.name));
        } else if (target.kind !== 'slack') {
          findings.push(...checkName(drafts, source, path, target.kind, target.name));
        }
      }
    }
  }
  return findings;
}

/** A Teams channel or a webhook has its address in catalogue.yaml: without one nothing can be delivered to it. */
function checkWebhook(drafts: Drafts, source: Source, path: (string | number)[], name: string): Finding[] {
  const known = drafts.defaults?.value.webhooks ?? {};
  if (drafts.defaults === undefined || Object.hasOwn(known, name)) return [];
  const message = `catalogue.yaml has no address for ${name} under webhooks.`;
  const mend = `Add webhooks: { ${name}: ssm:/pageturner/webhooks/${name} } to catalogue.yaml. ${suggestion(name, Object.keys(known))}`;
  return [errorAt(source, path, 'unknown-webhook', message, mend.trim())];
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
    if (value.policy !== undefined) findings.push(...checkName(drafts, source, ['policy'], 'policy', value.policy));
    for (const [i, name] of value.dependsOn.entries()) {
      findings.push(...checkName(drafts, source, ['depends_on', i], 'service', name));
    }
    for (const [i, alias] of value.aliases.entries()) {
      const other = taken.get(alias.toLowerCase());
      if (other === undefined) taken.set(alias.toLowerCase(), entry);
      else if (other !== entry) {
        const message = `${alias} means ${other.value.name} too (${other.source.path}).`;
        findings.push(errorAt(source, ['aliases', i], 'duplicate-name', message, 'Take it out of one of them.'));
      }
    }
    findings.push(...checkPattern(source, value.match), ...checkPattern(source, value.deployments, 'deployments'));
    findings.push(...checkServiceProblems(source, value, drafts));
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
    if (value.service !== undefined) findings.push(...checkName(drafts, source, ['service'], 'service', value.service));
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
  const findings = [
    ...checkName(drafts, source, ['policy'], 'policy', value.policy),
    ...checkDefaultProblems(source, value, drafts.files),
    ...(value.problems?.remind?.last === undefined
      ? []
      : checkName(drafts, source, ['problems', 'remind', 'then'], 'person', value.problems.remind.last)),
  ];
  const names = new Set<string>();
  for (const [i, { name, match, service }] of (value.heartbeats ?? []).entries()) {
    findings.push(...checkPattern(source, match, 'heartbeats'));
    if (service !== undefined)
      findings.push(...checkName(drafts, source, ['heartbeats', i, 'service'], 'service', service));
    if (names.has(name))
      findings.push(
        errorAt(
          source,
          ['heartbeats', i, 'name'],
          'duplicate-name',
          `There are two heartbeats ${name}.`,
          'Give one of them another name.',
        ),
      );
    names.add(name);
  }
  return findings;
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
    ...[...drafts.senders.values()].flatMap(({ source, value }) => checkPattern(source, value.match)),
  ];
}
