/**
 * Bystanders: people who are not in the storm. During it, each has one critical alert, and the first text to each is timed.
 * Half of their alerts come by the same hook as the storm's, half by another, so that both a loud sender and a busy
 * person's pages are seen. Called by `load.ts --probe` and the storm bench.
 */
import type { Received } from '../../infra/local/phone.ts';
import type { Catalogue, Person, Policy, Service } from '../../shared/catalogue/catalogue.ts';

export type Waited = { name: string; sentAtSeconds: number; hook: string; tookMilliseconds: number | undefined };

const name = (n: number) => `bystander-${n}`;
const urgency = { critical: 'high', error: 'high', warning: 'low', info: 'none' } as const;
/** Numbers that Ofcom keeps for drama. */
const phone = (n: number) => `+4477009008${String(n).padStart(2, '0')}`;

/** The catalogue with one person, policy and service for each bystander. */
export function withBystanders(sample: Catalogue, count: number): Catalogue {
  const all = Array.from({ length: count }, (_, n) => n);
  const people = all.map<[string, Person]>((n) => [
    name(n),
    {
      id: name(n),
      name: name(n),
      contact: { phone: phone(n) },
      rules: { high: [{ channel: 'sms', afterSeconds: 0 }], low: [{ channel: 'sms', afterSeconds: 0 }] },
    },
  ]);
  const policies = all.map<[string, Policy]>((n) => [
    name(n),
    { name: name(n), steps: [{ afterSeconds: 0, notify: [{ kind: 'person', name: name(n) }] }], repeat: 0 },
  ]);
  const services = all.map<[string, Service]>((n) => [
    name(n),
    { name: name(n), aliases: [], dependsOn: [], policy: name(n), urgency },
  ]);
  return {
    ...sample,
    people: { ...sample.people, ...Object.fromEntries(people) },
    policies: { ...sample.policies, ...Object.fromEntries(policies) },
    services: { ...sample.services, ...Object.fromEntries(services) },
  };
}

/** Sends one alert for each bystander, spread over the storm and a little after it. Out: how long each waited. */
export async function probe(
  stack: { baseUrl: string; phone: { watch: (seen: (message: Received) => void) => unknown } },
  { count, seconds }: { count: number; seconds: number },
): Promise<() => Waited[]> {
  const waited = Array.from({ length: count }, (_, n): Waited => {
    const sentAtSeconds = Math.round(((n + 0.5) * (seconds + 10)) / count);
    return { name: name(n), sentAtSeconds, hook: n % 2 === 0 ? 'events' : 'grafana', tookMilliseconds: undefined };
  });
  const sentAt = new Map<string, number>();
  stack.phone.watch(({ channel, text }) => {
    if (channel !== 'sms') return;
    for (const one of waited)
      if (one.tookMilliseconds === undefined && sentAt.has(one.name) && text.includes(one.name))
        one.tookMilliseconds = Date.now() - sentAt.get(one.name)!;
  });
  for (const one of waited)
    setTimeout(() => {
      sentAt.set(one.name, Date.now());
      post(stack.baseUrl, one).catch(() => {});
    }, one.sentAtSeconds * 1000);
  return () => waited;
}

async function post(baseUrl: string, { name: of, hook }: Waited): Promise<void> {
  const body =
    hook === 'events'
      ? {
          routing_key: 'local',
          event_action: 'trigger',
          dedup_key: of,
          payload: { summary: `${of} is down`, source: of, severity: 'critical', custom_details: { service: of } },
        }
      : {
          receiver: 'pageturner',
          status: 'firing',
          orgId: 1,
          version: '1',
          groupKey: '{}',
          alerts: [
            {
              status: 'firing',
              labels: { alertname: `${of} is down`, service: of, severity: 'critical' },
              annotations: {},
              startsAt: new Date().toISOString(),
              endsAt: '0001-01-01T00:00:00Z',
              fingerprint: of,
            },
          ],
        };
  const path = hook === 'events' ? '/v2/enqueue' : '/hooks/grafana/local';
  await fetch(`${baseUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
}
