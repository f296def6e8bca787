/** Times of a running Pageturner as every command says them: on the wall of the rota or the catalogue, with UTC beside it. */

import { type Zone, zoneNamed } from '../shared/rota/zone.ts';
import { sayBoth } from './say.ts';
import { call, type ServerOptions } from './server.ts';

export type Clocks = {
  /** An instant (UTC ISO) on the catalogue's wall, or with a rota's name on that rota's. */
  say: (instant: string, rota?: string) => string;
};

type Answer = { timeZones?: { catalogue: string; rotas: Record<string, string> } } | null;

/** The clocks of the catalogue in force; in UTC alone where the server does not tell its zones. */
export async function clocksOf(options: ServerOptions): Promise<Clocks> {
  return clocks(((await call(options, 'GET', '/catalogue')) as Answer)?.timeZones);
}

export function clocks(zones: { catalogue: string; rotas: Record<string, string> } | undefined): Clocks {
  const home = named(zones?.catalogue);
  return {
    say: (instant, rota) => sayBoth(rota === undefined ? home : named(zones?.rotas[rota]), Date.parse(instant)),
  };
}

function named(name: string | undefined): Zone {
  return (name === undefined ? undefined : zoneNamed(name)) ?? zoneNamed('UTC')!;
}
