/**
 * The canary: an alert of our own that goes the whole way of every alert, from the hook to the page, and is not sent.
 *
 * Promises: what it measures is what a real alert meets: hook, queues, triage, table, rota, policy. It wakes nobody,
 * for any catalogue. Where it does not arrive, an alarm outside Pageturner fires.
 */
import type { Incident } from '../incident/incident.ts';
import { CANARY_LABEL as LABEL } from '../routing/canary.ts';

const EVERY_MILLISECONDS = 300_000;
const TIMEOUT_MILLISECONDS = 5000;

/** What ends the canary before this one, and the next. `now`: UTC ISO. */
export function canaryEvents(key: string, now: string): [end: object, next: object] {
  const slot = Math.floor(Date.parse(now) / EVERY_MILLISECONDS);
  const event = (action: 'trigger' | 'resolve', of: number) => ({
    routing_key: key,
    event_action: action,
    dedup_key: `${LABEL}-${of}`,
    payload: { summary: 'Canary', source: 'pageturner', severity: 'info', custom_details: { [LABEL]: now } },
  });
  return [event('resolve', slot - 1), event('trigger', slot)];
}

/** Ends the canary before this one and sends the next. Throws where the hook does not take it. */
export async function sendCanary(baseUrl: string, key: string, now: string): Promise<void> {
  for (const body of canaryEvents(key, now)) {
    const { status } = await fetch(`${baseUrl}/v2/enqueue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (status !== 202) throw new Error(`The hook answered the canary ${status}.`);
  }
}

/** When the canary that an incident is was sent; undefined for any other incident. */
export function canarySentAt({ lead }: Pick<Incident, 'lead'>): string | undefined {
  return lead.source === 'events' ? lead.labels?.[LABEL] : undefined;
}
