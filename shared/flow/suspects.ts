/**
 * Reading what was deployed before an incident began: to its service and to what that depends on.
 *
 * Promises: one query a service, nearest first, at most twenty services. `shared/suspect/suspect.ts` ranks what was found.
 */
import { withDependencies } from '../catalogue/dependencies.ts';
import { inSequence } from '../deployment/sequence.ts';
import type { Loaded } from '../routing/loaded.ts';
import { type About, rankSuspects, type Suspect } from '../suspect/suspect.ts';
import { after } from '../time/time.ts';
import type { Ledger } from './ledger.ts';

/** What ran well before is looked for this far back: the last good version. */
const HISTORY_SECONDS = 7 * 86_400;
/** A notice of a deployment may be a little ahead of the alert's clock; what is later still is kept and comes last. */
const AHEAD_SECONDS = 900;

/** The suspects, likeliest first; what was deployed after it began is last. Throws what the store throws. */
export async function suspectsFor(
  loaded: Loaded,
  about: About,
  deployments: Ledger['deployments'],
): Promise<Suspect[]> {
  const { onset } = about;
  const near = withDependencies(loaded.catalogue, about.service);
  const found = await Promise.all(
    near.map(async ({ name, distance }) => {
      const records = await deployments(name, after(onset, -HISTORY_SECONDS), after(onset, AHEAD_SECONDS));
      return inSequence(records).map((sequenced) => ({ sequenced, distance }));
    }),
  );
  return rankSuspects(found.flat(), about, loaded);
}
