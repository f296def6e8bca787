/**
 * What may come by which hook. A key of one hook lets its bearer speak for that hook's sender alone: a CloudWatch notice
 * that is posted to Grafana's hook is kept and pages as an unknown notice, and can neither end nor stand for an alarm.
 *
 * Pure. `intake.ts` asks of each alert, the receiving function of the proofs.
 */
import type { SourceKind } from '../alert/alert.ts';
import type { Senders } from '../sender/known.ts';

/** The kinds that each hook takes. Grafana and Alertmanager share one format, so their hooks take both. */
const KINDS: Record<string, readonly SourceKind[]> = {
  cloudwatch: ['cloudwatch', 'aws'],
  'azure-monitor': ['azure-monitor'],
  alertmanager: ['alertmanager', 'grafana'],
  grafana: ['grafana', 'alertmanager'],
  events: ['events'],
  alert: ['cloudwatch', 'aws', 'azure-monitor', 'alertmanager', 'grafana', 'events'],
};

/** Hooks by which deployments may be told of beside those of the deployments function. */
const DEPLOYERS = ['cloudwatch', 'alert'];

/** Where a body came in. Without a hook it came from AWS itself, by EventBridge or a queue. */
export type Origin = {
  hook?: string;
  /** Kinds that came without the proof that is configured for them. */
  unproven?: readonly string[];
};

/** True where an alert of this kind may come by that hook. What nobody knows may come by every hook. */
export function mayCome(kind: SourceKind, { hook = '', unproven = [] }: Origin): boolean {
  if (kind === 'unknown') return true;
  const kinds = KINDS[hook];
  return (kinds === undefined || kinds.includes(kind)) && !unproven.includes(kind);
}

/** True for a hook of one sender: `alert` and bodies without a hook may speak for any. */
export function isBound(hook: string | undefined): boolean {
  return hook !== undefined && hook !== 'alert' && KINDS[hook] !== undefined;
}

/** True where deployments of this sender may come by that hook. */
export function mayDeploy(sender: string, { hook = '', unproven = [] }: Origin): boolean {
  return (KINDS[hook] === undefined || DEPLOYERS.includes(hook)) && !unproven.includes(sender);
}

/** The kinds that need a proof which a request at this hook has not given: those whose own hook has proofs configured. */
export function unprovenAt(hook: string, senders: Senders): string[] {
  return Object.entries(senders)
    .filter(([name, proofs]) => name !== hook && proofs !== undefined && Object.values(proofs).some(hasSome))
    .flatMap(([name]) => (name === 'cloudwatch' ? ['cloudwatch', 'aws'] : [name]));
}

function hasSome(proof: unknown): boolean {
  return Array.isArray(proof) ? proof.length > 0 : proof !== undefined;
}
