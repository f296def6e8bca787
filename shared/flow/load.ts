/**
 * Everything that is computed once from a catalogue: compiled rotas, the runbook index, who owns what.
 * Pure; done at a cold start and when a new version comes into force.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { environmentNamed, environmentOf, serviceResolver } from '../catalogue/resolve.ts';
import { type CompiledRota, compileRota } from '../rota/compile.ts';
import { onCallAt } from '../rota/oncall.ts';
import { onCallUntil } from '../rota/shifts.ts';
import { choose, openRunbooks, type PreparedRunbooks } from '../runbook/choose.ts';
import type { Loaded } from './world.ts';

export function load(catalogue: Catalogue, prepared: PreparedRunbooks): Loaded {
  const rotas = new Map<string, CompiledRota>();
  for (const [name, rota] of Object.entries(catalogue.rotas)) rotas.set(name, compileRota(rota));
  const runbooks = openRunbooks(prepared);
  return {
    catalogue,
    serviceOf: serviceResolver(catalogue),
    environmentOf: (alert) => environmentOf(catalogue, alert),
    environmentNamed: (name) => environmentNamed(catalogue, name),
    runbookFor: (alert, service) => choose(runbooks, alert, service === undefined ? {} : { service }),
    onCall: (name, at) => {
      const rota = rotas.get(name);
      return rota ? onCallAt(rota, Date.parse(at)).person : undefined;
    },
    onCallUntil: (name, at) => {
      const rota = rotas.get(name);
      const until = rota && onCallUntil(rota, Date.parse(at));
      return until === undefined ? undefined : new Date(until).toISOString();
    },
  };
}
