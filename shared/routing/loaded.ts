/**
 * Everything that is computed once from a catalogue: compiled rotas, the index of runbooks and patterns, who owns what.
 *
 * Promises: questions to a loaded catalogue have no side effects and no clock. A function loads at its cold start and when a
 * new version comes into force; the command line loads the folder in hand. Pure.
 */
import type { Alert } from '../alert/alert.ts';
import type { Catalogue, Heartbeat, Service } from '../catalogue/catalogue.ts';
import { environmentNamed, environmentOf, serviceResolver } from '../catalogue/resolve.ts';
import type { CompiledPattern } from '../pattern/compiled.ts';
import { compile, matches } from '../pattern/pattern.ts';
import { type CompiledRota, compileRota } from '../rota/compile.ts';
import { onCallAt } from '../rota/oncall.ts';
import { onCallUntil } from '../rota/shifts.ts';
import { choose, isOfOtherForm, openRunbooks, type PreparedRunbooks, prepareRunbooks } from '../runbook/choose.ts';
import type { Choice } from '../runbook/runbook.ts';

/** The catalogue in force, ready for questions. */
export type Loaded = {
  catalogue: Catalogue;
  /** Whose an alert is, with the reason as a sentence. */
  serviceOf: (alert: Alert) => { service?: Service; why: string };
  environmentOf: (alert: Alert) => string | undefined;
  /** The catalogue's name for a spelling of an environment. */
  environmentNamed: (name: string | undefined) => string | undefined;
  runbookFor: (alert: Alert, service: Service | undefined) => Choice;
  /** The heartbeat that an alert is a sign of, where the catalogue has one. */
  heartbeatOf?: (alert: Alert) => Heartbeat | undefined;
  /** Who is on call by the catalogue, without overrides. `at`: UTC ISO. */
  onCall: (rota: string, at: string) => string | undefined;
  /** When the rota next changes hands, by the catalogue; undefined where it does not within a year. */
  onCallUntil: (rota: string, at: string) => string | undefined;
};

/** Compiles what a catalogue needs for questions. `prepared`: the runbook index, made when the catalogue is published. */
export function load(catalogue: Catalogue, prepared: PreparedRunbooks): Loaded {
  const rotas = new Map<string, CompiledRota>();
  for (const [name, rota] of Object.entries(catalogue.rotas)) rotas.set(name, compileRota(rota));
  const runbooks = openRunbooks(
    isOfOtherForm(prepared)
      ? prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts)
      : prepared,
  );
  const services = Object.values(catalogue.services);
  return {
    catalogue,
    serviceOf: serviceResolver(catalogue),
    environmentOf: (alert) => environmentOf(catalogue, alert),
    environmentNamed: (name) => environmentNamed(catalogue, name),
    runbookFor: (alert, service) =>
      choose(runbooks, alert, service === undefined ? { services } : { service, services }),
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

/** The first heartbeat whose pattern an alert matches. A wrong pattern was refused when the catalogue was published. */
function heartbeatFinder(heartbeats: Heartbeat[]): (alert: Alert) => Heartbeat | undefined {
  const compiled = heartbeats.flatMap((heartbeat): { heartbeat: Heartbeat; pattern: CompiledPattern }[] => {
    const made = compile(heartbeat.match);
    return made.ok ? [{ heartbeat, pattern: made.pattern }] : [];
  });
  return (alert) => compiled.find(({ pattern }) => matches(pattern, alert))?.heartbeat;
}

/**
 * The same, with each choice of a runbook kept for alerts that differ in nothing but times, ids and bodies: for many alerts of the
 * past at once. Patterns that match on times are not remembered rightly; nobody writes them.
 */
export function withChoicesKept(loaded: Loaded): Loaded {
  const known = new Map<string, Choice>();
  const { runbookFor } = loaded;
  return {
    ...loaded,
    runbookFor: (alert, service) => {
      const { id: _id, at: _at, startsAt: _startsAt, endsAt: _endsAt, raw: _raw, ...rest } = alert;
      const key = `${service?.name ?? ''}\n${JSON.stringify(rest)}`;
      const found = known.get(key) ?? runbookFor(alert, service);
      known.set(key, found);
      return found;
    },
  };
}
