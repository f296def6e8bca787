/** What senders say, in the shape in which they say it. */
import type { Planned } from './plan.ts';

type Said = Pick<Extract<Planned, { what: 'notice' }>, 'signal' | 'severity' | 'status' | 'said'>;

/** The notice as Alertmanager posts it: one alert, known by its fingerprint. [Alertmanager, webhook receiver, version 4] */
export function bodyOf({ signal, severity, status, said }: Said): string {
  const at = new Date(said).toISOString();
  const labels = { alertname: signal, severity, env: 'prod' };
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{alertname="${signal}"}`,
    status,
    receiver: 'pageturner',
    groupLabels: { alertname: signal },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.gov.uk',
    truncatedAlerts: 0,
    alerts: [
      {
        status,
        labels,
        annotations: {},
        startsAt: status === 'firing' ? at : new Date(said - 60_000).toISOString(),
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : at,
        generatorURL: 'http://prometheus.example.gov.uk/graph',
        fingerprint: signal.padStart(16, '0'),
      },
    ],
  });
}
