/**
 * Everything that is computed once from a catalogue: compiled rotas, the runbook index, who owns what.
 * Pure; done at a cold start and when a new version comes into force.
 */
import type { Alert } from '../alert/alert.ts';
import type { Catalogue, Service } from '../catalogue/catalogue.ts';
import { compareSpecificity, compile, matches, specificity } from '../pattern/pattern.ts';
import { type CompiledRota, compileRota } from '../rota/compile.ts';
import { onCallAt } from '../rota/oncall.ts';
import type { Choice } from '../runbook/runbook.ts';
import type { Loaded } from './world.ts';

export function load(catalogue: Catalogue): Loaded {
  const rotas = new Map<string, CompiledRota>();
  for (const [name, rota] of Object.entries(catalogue.rotas)) rotas.set(name, compileRota(rota));
  return {
    catalogue,
    serviceOf: (alert) => serviceOf(catalogue, alert),
    environmentOf: (name) => environmentOf(catalogue, name),
    runbookFor: (alert) => chooseByPattern(catalogue, alert),
    onCall: (name, at) => {
      const rota = rotas.get(name);
      return rota ? onCallAt(rota, Date.parse(at)).person : undefined;
    },
  };
}

function environmentOf(catalogue: Catalogue, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const wanted = name.toLowerCase();
  const found = Object.entries(catalogue.defaults.environments).find(
    ([environment, spellings]) =>
      environment.toLowerCase() === wanted || spellings.some((item) => item.toLowerCase() === wanted),
  );
  return found?.[0] ?? wanted;
}

function serviceOf(catalogue: Catalogue, alert: Alert): { service?: Service; why: string } {
  const said = alert.service?.toLowerCase();
  for (const service of Object.values(catalogue.services)) {
    if (said !== undefined && [service.name, ...service.aliases].some((name) => name.toLowerCase() === said))
      return { service, why: 'the alert names it' };
  }
  for (const service of Object.values(catalogue.services)) {
    if (service.match === undefined) continue;
    const compiled = compile(service.match);
    if (compiled.ok && matches(compiled.pattern, alert)) return { service, why: 'its pattern matches' };
  }
  return { why: 'no service claims it' };
}

function chooseByPattern(catalogue: Catalogue, alert: Alert): Choice {
  const found = Object.values(catalogue.runbooks).flatMap((runbook) => {
    const compiled = runbook.match === undefined ? undefined : compile(runbook.match);
    return compiled?.ok && matches(compiled.pattern, alert)
      ? [{ runbook, rank: specificity(compiled.pattern.branches[0]!) }]
      : [];
  });
  found.sort((a, b) => compareSpecificity(b.rank, a.rank) || (a.runbook.id < b.runbook.id ? -1 : 1));
  const candidates = found.map(({ runbook }) => ({
    runbook: runbook.id,
    score: 1,
    by: 'pattern' as const,
    why: 'its pattern matches',
  }));
  return { runbook: candidates[0]?.runbook ?? null, by: candidates.length > 0 ? 'pattern' : 'none', candidates };
}
