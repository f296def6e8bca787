/** A rota as it is in force: what the catalogue says, with what people overrode in it. */
import type { CompiledRota } from '../rota/compile.ts';
import type { StoredOverride } from '../store/exceptions.ts';

export function withOverrides(rota: CompiledRota, overrides: StoredOverride[]): CompiledRota {
  const made = overrides
    .filter((one) => one.rota === rota.name)
    .map(({ person, from, until, insteadOf }) => ({
      person,
      from: Date.parse(from),
      to: Date.parse(until),
      ...(insteadOf === undefined ? {} : { insteadOf }),
    }));
  return { ...rota, overrides: [...rota.overrides, ...made] };
}
