/**
 * What is written and never asked: a layer that later layers hide, a rota that no policy names, a policy that nothing goes
 * through. Each is a warning: its author believes that it is in force.
 *
 * Pure; called by `lint.ts`.
 */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { CompiledLayer, CompiledRota } from '../../shared/rota/compile.ts';
import { gapsBetween, stintsBetween } from '../../shared/rota/shifts.ts';
import type { Where } from '../catalogue/compile.ts';
import type { Finding } from '../finding.ts';
import type { Horizon } from './readiness.ts';

type Scene = { catalogue: Catalogue; rotas: Map<string, CompiledRota>; horizon: Horizon; where: Where };

export function lintUnused(scene: Scene): Finding[] {
  return [...hiddenLayers(scene), ...unaskedRotas(scene), ...unaskedPolicies(scene)];
}

/** Layers that would have somebody on call within the horizon, if no layer after them always had. */
function hiddenLayers({ rotas, horizon: { from, to }, where }: Scene): Finding[] {
  const stintsOf = (rota: CompiledRota, layers: CompiledLayer[]) =>
    stintsBetween({ ...rota, layers, overrides: [] }, from, to);
  return [...rotas].flatMap(([name, rota]) =>
    rota.layers.slice(0, -1).flatMap((layer, n): Finding[] => {
      const alone = stintsOf(rota, [layer]);
      const above = rota.layers.slice(n + 1);
      const gapsAbove = gapsBetween(stintsOf(rota, above), from, to);
      const isHidden =
        alone.length > 0 &&
        !alone.some(({ start, end }) => gapsAbove.some((gap) => gap.start < end && gap.end > start));
      if (!isHidden) return [];
      const always = above.findLast((one) => gapsBetween(stintsOf(rota, [one]), from, to).length === 0);
      const hiders = (always === undefined ? above : [always]).map((one) => one.name).join(' and ');
      const verb =
        always === undefined ? 'later in the list and active at all its times' : 'later in the list and always active';
      return [
        {
          level: 'warning',
          code: 'layer-hidden',
          ...where('rota', name, ['layers', n]),
          message: `Layer ${layer.name} of ${name} is never on call: ${hiders} ${always === undefined && above.length > 1 ? 'are' : 'is'} ${verb}.`,
          mend: `Put ${layer.name} after ${hiders}, or give ${hiders} active hours: the last active layer of the list counts.`,
        },
      ];
    }),
  );
}

function unaskedRotas({ catalogue, where }: Scene): Finding[] {
  const asked = new Set(
    Object.values(catalogue.policies).flatMap(({ steps }) =>
      steps.flatMap(({ notify }) => notify.flatMap(({ kind, name }) => (kind === 'rota' ? [name] : []))),
    ),
  );
  return Object.keys(catalogue.rotas)
    .filter((name) => !asked.has(name))
    .map((name) => ({
      level: 'warning',
      code: 'unused-rota',
      ...where('rota', name, ['name']),
      message: `No policy asks the rota ${name}: nobody in it is paged because of it.`,
      mend: `Write rota:${name} into a step of a policy, or take the file out.`,
    }));
}

function unaskedPolicies({ catalogue, where }: Scene): Finding[] {
  const asked = new Set([
    catalogue.defaults.policy,
    ...Object.values(catalogue.services).flatMap(({ policy }) => policy ?? []),
  ]);
  return Object.keys(catalogue.policies)
    .filter((name) => !asked.has(name))
    .map((name) => ({
      level: 'warning',
      code: 'unused-policy',
      ...where('policy', name, ['name']),
      message: `No service goes through the policy ${name}, and it is not the default of catalogue.yaml.`,
      mend: `Write policy: ${name} into a service, or take the file out.`,
    }));
}
