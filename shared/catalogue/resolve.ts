/**
 * From an alert to what the catalogue knows of it: its service, environment, policy and urgency.
 */
import type { Alert, Severity } from '../alert/alert.ts';
import type { CompiledPattern } from '../pattern/compiled.ts';
import { compareSpecificity, compile, specificity } from '../pattern/pattern.ts';
import { buildIndex, findMatches } from '../pattern/pattern-index.ts';
import type { Catalogue, Policy, Problems, Service, TrackerSetting, Urgency } from './catalogue.ts';

export type ResolvedService = { service?: Service; why: string };

/**
 * Makes the function that says whose an alert is: first as its sender says (name or alias, in any case), then the most
 * specific `match` pattern of a service, of equally specific ones the first by name. The why is a sentence for people.
 */
export function serviceResolver(catalogue: Catalogue): (alert: Alert) => ResolvedService {
  const named = new Map<string, Service>();
  const services = Object.values(catalogue.services);
  for (const service of services) {
    for (const name of service.aliases) named.set(name.toLowerCase(), service);
  }
  for (const service of services) named.set(service.name.toLowerCase(), service);

  const matching: Service[] = [];
  const patterns: CompiledPattern[] = [];
  for (const service of services) {
    if (service.match === undefined) continue;
    const compiled = compile(service.match);
    if (!compiled.ok) continue;
    matching.push(service);
    patterns.push(compiled.pattern);
  }
  const index = buildIndex(patterns);

  return (alert) => {
    const said = alert.service;
    const byName = said === undefined ? undefined : named.get(said.toLowerCase());
    if (byName !== undefined) return { service: byName, why: `The alert says ${said}.` };
    const before = said === undefined ? '' : `The alert says ${said}, which is no service here. `;
    const hits = findMatches(index, alert);
    hits.sort((a, b) => compareSpecificity(specificity(b.branch), specificity(a.branch)) || a.pattern - b.pattern);
    const [best] = hits;
    if (best === undefined) return { why: `${before}No service's pattern matches.` };
    const service = matching[best.pattern]!;
    const asked = best.branch.fields.map(({ path }) => path).join(', ');
    return { service, why: `${before}The pattern of ${service.name} matches: ${asked}.` };
  };
}

/** The catalogue's name for an environment: `prod` and `PRD` are production. One it does not know stays as it is. */
export function environmentNamed(catalogue: Catalogue, said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  const wanted = said.toLowerCase();
  for (const [name, spellings] of Object.entries(catalogue.defaults.environments)) {
    if (name.toLowerCase() === wanted || spellings.some((spelling) => spelling.toLowerCase() === wanted)) return name;
  }
  return said;
}

/**
 * The environment of an alert: as it says, else the one whose spellings name its account or subscription. Undefined
 * where neither is known.
 */
export function environmentOf(catalogue: Catalogue, alert: Pick<Alert, 'environment' | 'source'>): string | undefined {
  if (alert.environment !== undefined) return environmentNamed(catalogue, alert.environment);
  const { account } = alert.source;
  if (account === undefined) return undefined;
  const name = environmentNamed(catalogue, account);
  return name === account ? undefined : name;
}

/** The escalation policy of a service, or the default one. */
export function policyFor(catalogue: Catalogue, service: Service | undefined): Policy {
  const { policies, defaults } = catalogue;
  return policies[service?.policy ?? defaults.policy] ?? policies[defaults.policy]!;
}

/** What a severity means for people, for a service or where none is known. */
export function urgencyFor(catalogue: Catalogue, service: Service | undefined, severity: Severity): Urgency {
  return (service ?? catalogue.defaults).urgency[severity];
}

/**
 * Where a chat target is told: the channel's own name in Slack, the address of catalogue.yaml for Teams and webhooks (a value
 * or an `ssm:` reference). Undefined where the catalogue has none.
 */
export function chatContact(catalogue: Catalogue, channel: string, name: string): string | undefined {
  return channel === 'teams' || channel === 'webhook' ? catalogue.defaults.webhooks?.[name] : name;
}

/** Whether a service is tried beside another tool: everything is done but to tell people. */
export function isInShadow(catalogue: Catalogue, service: string | undefined): boolean {
  const own = service === undefined ? undefined : catalogue.services[service]?.shadow;
  return own ?? catalogue.defaults.shadow ?? false;
}

/** What holds for the problem tickets of a service: the rules, and the tracker with the project that is meant. */
export type ProblemsOf = Problems & { setting: TrackerSetting };

/**
 * How problem tickets of a service's causes are made; undefined where there is no tracker, or where the service says
 * `problems: none`. What a service leaves out is as catalogue.yaml has it.
 */
export function problemsOf(catalogue: Catalogue, name: string | undefined): ProblemsOf | undefined {
  const service = name === undefined ? undefined : catalogue.services[name];
  if (service?.problems === 'none') return undefined;
  const { trackers = {}, problems } = catalogue.defaults;
  const tracker = service?.tracker?.name ?? service?.problems?.tracker ?? problems?.tracker;
  const setting = tracker === undefined ? undefined : trackers[tracker];
  if (tracker === undefined || setting === undefined) return undefined;
  const project = service?.tracker?.project ?? setting.project;
  return { open: [], ...problems, ...service?.problems, tracker, setting: { ...setting, project } };
}
