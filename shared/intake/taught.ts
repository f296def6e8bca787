/**
 * Bodies of senders that the catalogue describes: its mappings come first, then the known shapes, then the general
 * rule. A mapping that fails costs no alert: the page says so, and the log.
 *
 * Called by triage, `explain`, `lint` and `new sender`.
 */
import type { Teacher } from '../sender/mapping.ts';
import { withReason } from '../sender/mapping.ts';
import { parseBody } from './body.ts';
import { type NormaliseContext, type Normalised, normalise } from './intake.ts';

/** As `normaliseBody`, with the catalogue's senders; they read what comes by `/hooks/alert` or by no hook at all. */
export async function normaliseTaught(
  body: Uint8Array | string,
  contentType: string | undefined,
  context: Omit<NormaliseContext, 'text' | 'taught'>,
  teacher: Teacher,
): Promise<Normalised> {
  const { payload, text } = parseBody(body, contentType);
  const { hook = '' } = context.origin ?? {};
  const { draft, failed } = hook === '' || hook === 'alert' ? await teacher(payload) : {};
  const result = normalise(payload, { ...context, text, ...(draft === undefined ? {} : { taught: draft }) });
  if (failed === undefined) return result;
  for (const alert of result.alerts) alert.description = withReason(alert.description, failed);
  return { ...result, degraded: [...(result.degraded ?? []), failed] };
}
