/**
 * Cost: what a month of Pageturner costs, as arithmetic that a reader can check.
 *
 * Promises: every line is a quantity times a price; nothing is left out because it is small; free tiers are not taken off.
 * Prices are list prices in USD before tax and go stale: they carry their date. Called by `pageturner cost`. Pure.
 */

/** When the prices were last taken down. */
export const PRICES_OF = '2026-11-24';

/** USD for each. Sources: the price pages of Lambda, API Gateway, SQS, DynamoDB, CloudWatch, X-Ray, SES, End User Messaging. */
export const PRICES = {
  'HTTP API request': 1.0e-6,
  'Lambda request': 0.2e-6,
  'Lambda GB-second, arm64': 0.0000133334,
  'SQS request': 0.4e-6,
  'DynamoDB write unit': 0.625e-6,
  'DynamoDB read unit': 0.125e-6,
  'log, GB': 0.6,
  alarm: 0.1,
  'metric of our own': 0.3,
  dashboard: 3,
  trace: 5e-6,
  'text, segment to a UK mobile': 0.04,
  'call, minute to a UK mobile': 0.04,
  'number of our own': 10,
} as const;
export type Priced = keyof typeof PRICES;

export type Line = { what: string; priced: Priced; quantity: number; usd: number };
export type Cost = {
  idle: Line[];
  alerts: Line[];
  pages: Line[];
  usd: { idle: number; alerts: number; pages: number; month: number };
};

const MINUTES_A_MONTH = 43_200;
/** Each queue is polled by five pollers that wait up to 20 seconds each. [Lambda guide, "Using Lambda with Amazon SQS"] */
const POLLS_A_QUEUE = (5 * (30 * 86_400)) / 20;
const QUEUES = 4;
const ALARMS = 36;
/**
 * A metric of our own is charged for the hours in which it is sent. [CloudWatch pricing, "Metrics"] The canary alone sends two of those
 * that functions measure; what is counted in logs is sent only where something fails.
 */
const METRICS_OF_CANARY = 2;
const METRICS_OF_ALERTS = 1;
const METRICS_OF_PAGES = 3;
const METRICS_OF_TICKETS = 2;
const HOURS_A_MONTH = 720;
/** Each partition of the index is asked, at half a unit at least. */
const SHARDS = 10;
/** Every five minutes, as an alert with a page that is not sent. */
const CANARIES = 8640;

/**
 * What one of each does, at the worst: a batch of one, nothing shared. Seconds are twice what the local stack takes, with
 * the network of an account added; an incident is taken as six KB, and a write unit is one; units of the indexes are
 * counted with those of the table. Of the logs 0.3 KB is the line of the front door.
 */
const AN_ALERT = { receive: 0.1 * 0.25, triage: 0.3 * 1, writes: 14, reads: 14, requests: 6, logs: 4.3e-6 };
const A_PAGE = { page: 0.5 * 0.5, writes: 20, reads: 10, requests: 4, logs: 3e-6, segments: 1.2, calls: 0.4 };

/**
 * A report of toil reads the incidents of its 30 days and of the 30 before, each of them once by the index and once by key. An
 * incident for each page is the most there can be.
 */
const REPORTS_A_MONTH = 5;
const A_REPORT = { months: 2, reads: 2.5, seconds: 0.001, gigabytes: 1 };

/** Once an hour it reads every problem, taken as three hundred of three KB, to see who is to be reminded. */
const AN_HOURLY_LOOK = { reads: 113, seconds: 0.5, gigabytes: 0.5 };

/** `alerts` and `pages` (one person told once) a month. */
export function costOf(alerts: number, pages: number): Cost {
  const line = (what: string, priced: Priced, quantity: number): Line => ({
    what,
    priced,
    quantity,
    usd: quantity * PRICES[priced],
  });
  const reported = REPORTS_A_MONTH * A_REPORT.months * pages;
  const idle = [
    line('sweep, once a minute', 'Lambda request', MINUTES_A_MONTH),
    line('sweep, 0.2 s at 0.5 GB', 'Lambda GB-second, arm64', MINUTES_A_MONTH * 0.2 * 0.5),
    line('queues asked for messages', 'SQS request', QUEUES * POLLS_A_QUEUE),
    line('sweep asks the index', 'DynamoDB read unit', MINUTES_A_MONTH * SHARDS * 0.5),
    line('follow-ups looked at, once an hour', 'Lambda request', HOURS_A_MONTH),
    line('follow-ups', 'Lambda GB-second, arm64', HOURS_A_MONTH * AN_HOURLY_LOOK.seconds * AN_HOURLY_LOOK.gigabytes),
    line('follow-ups', 'DynamoDB read unit', HOURS_A_MONTH * AN_HOURLY_LOOK.reads),
    line('canary, receive, triage and page', 'Lambda request', CANARIES * 4),
    line('canary', 'Lambda GB-second, arm64', CANARIES * (AN_ALERT.receive + AN_ALERT.triage + A_PAGE.page)),
    line('canary', 'DynamoDB write unit', CANARIES * (AN_ALERT.writes + A_PAGE.writes)),
    line('alarms', 'alarm', ALARMS),
    line('metrics that the canary sends', 'metric of our own', METRICS_OF_CANARY),
    line('dashboard', 'dashboard', 1),
    line('sweep and canary', 'trace', MINUTES_A_MONTH + CANARIES * 4),
    line('a number that texts and calls', 'number of our own', 1),
  ];
  const forAlerts = [
    line('hooks', 'HTTP API request', alerts),
    line('receive and triage', 'Lambda request', alerts * 2),
    line(
      'receive 0.1 s at 0.25 GB, triage 0.3 s at 1 GB',
      'Lambda GB-second, arm64',
      alerts * (AN_ALERT.receive + AN_ALERT.triage),
    ),
    line('queues', 'SQS request', alerts * AN_ALERT.requests),
    line('table', 'DynamoDB write unit', alerts * AN_ALERT.writes),
    line('table', 'DynamoDB read unit', alerts * AN_ALERT.reads),
    line('log', 'log, GB', alerts * AN_ALERT.logs),
    line('metrics, by the hour', 'metric of our own', METRICS_OF_ALERTS * Math.min(1, alerts / HOURS_A_MONTH)),
    // At less than one a second every call is traced. [X-Ray developer guide, "Configuring sampling rules"]
    line('receive and triage', 'trace', alerts * 2),
  ];
  const forPages = [
    line('page', 'Lambda request', pages),
    line('page 0.5 s at 0.5 GB', 'Lambda GB-second, arm64', pages * A_PAGE.page),
    line('queues', 'SQS request', pages * A_PAGE.requests),
    line('table', 'DynamoDB write unit', pages * A_PAGE.writes),
    line('table', 'DynamoDB read unit', pages * A_PAGE.reads),
    line('log', 'log, GB', pages * A_PAGE.logs),
    line('metrics, by the hour', 'metric of our own', METRICS_OF_PAGES * Math.min(1, pages / HOURS_A_MONTH)),
    line(
      'metrics of tickets, by the hour',
      'metric of our own',
      METRICS_OF_TICKETS * Math.min(1, pages / HOURS_A_MONTH),
    ),
    line('page', 'trace', pages),
    line('texts', 'text, segment to a UK mobile', pages * A_PAGE.segments),
    line('report of toil, once a week', 'DynamoDB read unit', reported * A_REPORT.reads),
    line('report of toil', 'Lambda GB-second, arm64', reported * A_REPORT.seconds * A_REPORT.gigabytes),
    line('calls, where the text did not wake', 'call, minute to a UK mobile', pages * A_PAGE.calls),
  ];
  const sum = (lines: Line[]) => lines.reduce((total, { usd }) => total + usd, 0);
  const usd = { idle: sum(idle), alerts: sum(forAlerts), pages: sum(forPages) };
  return { idle, alerts: forAlerts, pages: forPages, usd: { ...usd, month: usd.idle + usd.alerts + usd.pages } };
}

/** The cost as text, line by line. */
export function sayCost({ idle, alerts, pages, usd }: Cost): string {
  const row = ({ what, priced, quantity, usd: each }: Line) =>
    `  ${what.padEnd(48)} ${thousands(quantity).padStart(14)} x ${priced.padEnd(30)} ${each.toFixed(2).padStart(9)}\n`;
  const part = (title: string, lines: Line[], total: number) =>
    `${title.padEnd(99)}${total.toFixed(2).padStart(9)}\n${lines.map(row).join('')}`;
  return [
    part('idle', idle, usd.idle),
    part('alerts', alerts, usd.alerts),
    part('pages', pages, usd.pages),
    `${'a month, USD'.padEnd(99)}${usd.month.toFixed(2).padStart(9)}\n`,
  ].join('');
}

function thousands(quantity: number): string {
  return quantity.toLocaleString('en-GB', { maximumFractionDigits: quantity < 100 ? 2 : 0 });
}
