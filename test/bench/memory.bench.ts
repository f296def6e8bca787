/**
 * How much memory does each bundled function hold at its worst, and how much processor time does an event cost it? On the
 * local stack under load, with a catalogue of a thousand services and runbooks and bodies near the queue's limit; beside the
 * memory that serverless.yml gives it, which on Lambda is its share of a processor too. Linux alone tells (`/proc`).
 */
import { readFileSync } from 'node:fs';
import { readTemplate } from '../../infra/local/template.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type Running, run as runStack, withoutDigests } from '../local/running.ts';

const COPIES = 1000;
const ALERTS = 200;
const LARGE = 20;
/** Under the 256 KB that a message may have. */
const LARGE_CHARACTERS = 200_000;
/** At 1,769 MB a function has one processor. [Lambda developer guide, "Configure Lambda function memory"] */
const MEGABYTES_A_PROCESSOR = 1769;
/** The kernel counts processor time in hundredths. */
const TICK_MILLISECONDS = 10;
const TICKETS = 50;

export const title = 'Memory and processor time of each function';

type Seen = { peakMegabytes: number; events: number; milliseconds: number };

export async function run() {
  const stack = await runStack(5310, { catalogue: large });
  try {
    const events = countEvents(stack);
    const begun = new Map(Object.keys(stack.lambdas).map((name) => [name, processorOf(stack, name)]));
    await load(stack);
    return readTemplate().functions.flatMap(({ name, memoryMegabytes }) => {
      const seen: Seen = {
        peakMegabytes: Math.max(...stack.lambdas[name]!.pids().map(peakOf)),
        events: events.get(name) ?? 0,
        milliseconds: processorOf(stack, name) - begun.get(name)!,
      };
      return rowsOf(name, memoryMegabytes, seen);
    });
  } finally {
    await stack.end();
  }
}

function rowsOf(name: string, memoryMegabytes: number, seen: Seen) {
  const own = seen.milliseconds / Math.max(seen.events, 1);
  const onLambda = (milliseconds: number) => Math.round((milliseconds * MEGABYTES_A_PROCESSOR) / memoryMegabytes);
  return [
    {
      name: `${name}: resident at most`,
      value: seen.peakMegabytes,
      unit: 'MB',
      rival: { name: 'its memory', value: memoryMegabytes },
      ratio: Math.round((100 * seen.peakMegabytes) / memoryMegabytes) / 100,
      aim: 'at most 0.6',
    },
    {
      name: `${name}: processor time of an event, of ${seen.events}`,
      value: Math.round(own * 10) / 10,
      unit: 'ms',
      rival: { name: 'at its share on Lambda', value: onLambda(own) },
    },
  ];
}

/** The sample catalogue with a thousand services and a thousand runbooks more, each with a pattern and words of its own. */
function large(sample: Catalogue): Catalogue {
  const [service] = Object.values(sample.services);
  const [runbook] = Object.values(sample.runbooks).filter(({ match }) => match !== undefined);
  const copies = Array.from({ length: COPIES }, (_, n) => n);
  const services = copies.map((n) => {
    const match = { labels: { team: [`team-${n}`] } };
    return [`made-${n}`, { ...service!, name: `made-${n}`, aliases: [], dependsOn: [], match }];
  });
  const runbooks = copies.map((n) => {
    const body = runbook!.body.repeat(3);
    const match = { service: [`made-${n}`], title: [`Alarm ${n}`] };
    return [`made/${n}`, { ...runbook!, id: `made/${n}`, title: `Made ${n}`, match, body }];
  });
  return {
    ...withoutDigests(sample),
    services: { ...sample.services, ...(Object.fromEntries(services) as Catalogue['services']) },
    runbooks: { ...sample.runbooks, ...(Object.fromEntries(runbooks) as Catalogue['runbooks']) },
  };
}

function countEvents(stack: Running): Map<string, number> {
  const events = new Map<string, number>();
  for (const lambda of Object.values(stack.lambdas)) {
    const invoke = lambda.invoke;
    lambda.invoke = (event) => {
      events.set(lambda.name, (events.get(lambda.name) ?? 0) + 1);
      return invoke(event);
    };
  }
  return events;
}

/** What a night brings: alerts, bodies near the limit, deployments, people who look and answer, and the schedules. */
async function load(stack: Running): Promise<void> {
  const paged = new Promise<void>((resolve) => {
    let texts = 0;
    stack.phone.watch(({ channel }) => {
      if (channel === 'sms' && ++texts === ALERTS) resolve();
    });
  });
  for (let n = 0; n < ALERTS; n++) {
    await alert(stack, `Made ${n}`, n < LARGE ? 'x'.repeat(LARGE_CHARACTERS) : 'small');
    if (n % 4 === 0) await deployed(stack, n);
    if (n % 10 === 0) await stack.lambdas['canary']!.invoke({ time: new Date().toISOString() });
  }
  await paged;
  const { incidents } = (await (await api(stack, '/incidents')).json()) as { incidents: { id: string }[] };
  for (const { id } of incidents) {
    await (await api(stack, `/incidents/${id}`)).text();
    await acknowledge(stack, id);
  }
  await makeTickets(stack, incidents.slice(0, TICKETS));
  for (let n = 0; n < 20; n++) await stack.lambdas['sweep']!.invoke({});
}

/** By hand, each in the tracker of the stack. */
async function makeTickets(stack: Running, incidents: { id: string }[]): Promise<void> {
  const made = () => stack.tracker.state.projects.reduce((sum, { issues }) => sum + issues.length, 0);
  for (const { id } of incidents) await api(stack, `/incidents/${id}/problem`, 'POST');
  while (made() < incidents.length) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function alert({ baseUrl }: Running, summary: string, details: string): Promise<void> {
  const payload = { summary, source: 'bench', severity: 'critical', custom_details: { details } };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: summary, payload });
  const { status } = await fetch(`${baseUrl}/v2/enqueue`, { method: 'POST', body });
  if (status !== 202) throw new Error(`The stack answered ${status}.`);
}

const deployed = ({ baseUrl }: Running, n: number) =>
  fetch(`${baseUrl}/hooks/deployment/local`, {
    method: 'POST',
    body: JSON.stringify({ deployment: { ref: 'payments/api', service: 'payments-api', version: `v${n}` } }),
  });

const api = ({ baseUrl }: Running, path: string, method = 'GET') =>
  fetch(`${baseUrl}/api${path}`, { method, headers: { authorization: 'Bearer local' } });

/** By the link of its text, as a person does. */
async function acknowledge(stack: Running, incident: string): Promise<void> {
  const text = stack.phone.messages().find(({ channel, page }) => channel === 'sms' && page?.startsWith(incident));
  const link = /http:\S+\/p\/\S+/.exec(text?.text ?? '')?.[0];
  if (link === undefined) return;
  const headers = { origin: stack.baseUrl, 'sec-fetch-site': 'same-origin' };
  const body = new URLSearchParams({ action: 'acknowledge' });
  await fetch(link, { method: 'POST', body, headers, redirect: 'manual' });
}

function peakOf(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Math.round(Number(kilobytes) / 1024);
}

/** Milliseconds of processor time that the processes of a function have had. Source: proc(5), utime and stime. */
function processorOf(stack: Running, name: string): number {
  const ticks = stack.lambdas[name]!.pids().map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * TICK_MILLISECONDS;
}
