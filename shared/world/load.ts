/**
 * Everything that is computed once from a catalogue: compiled rotas, the runbook index, who owns what.
 * Pure; done at a cold start and when a new version comes into force.
 */
import type { Alert } from '../alert/alert.ts';
import type { Catalogue, Heartbeat } from '../catalogue/catalogue.ts';
import { environmentNamed, environmentOf, serviceResolver } from '../catalogue/resolve.ts';
import { compile, matches } from '../pattern/pattern.ts';
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
    heartbeatOf: heartbeatFinder(catalogue.defaults.heartbeats ?? []),
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

/** The first heartbeat whose pattern an alert matches; a pattern that is wrong was refused when it was published. */
function heartbeatFinder(heartbeats: Heartbeat[]): (alert: Alert) => Heartbeat | undefined {
  const compiled = heartbeats.flatMap(
    (heartbeat): { heartbeat: Heartbeat; pattern: Parameters<typeof matches>[0] }[] => {
      const made = compile(heartbeat.match);
      return made.ok ? [{ heartbeat, pattern: made.pattern }] : [];
    },
  );
  return (alert) => compiled.find(({ pattern }) => matches(pattern, alert))?.heartbeat;
}
