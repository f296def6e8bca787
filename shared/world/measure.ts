/**
 * Measures: what the dashboard shows and alarms watch, as lines of the log that CloudWatch makes metrics of.
 * Pure. Source: CloudWatch user guide, "Embedded metric format specification".
 */
const UNITS = {
  Alerts: 'Count',
  UnknownBodies: 'Count',
  PagesSent: 'Count',
  PagesFailed: 'Count',
  TimeToPage: 'Milliseconds',
  CanaryTimeToPage: 'Milliseconds',
  TicketsMade: 'Count',
  TicketsFailed: 'Count',
} as const;
export type Measure = keyof typeof UNITS;

/** One measure as a line. `at`: epoch milliseconds. */
export function measureLine(name: Measure, value: number, stage: string, at: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        { Namespace: 'Pageturner', Dimensions: [['stage']], Metrics: [{ Name: name, Unit: UNITS[name] }] },
      ],
    },
    stage,
    [name]: value,
  });
}
