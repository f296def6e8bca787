/** `pageturner explain FILE`: for a payload, what would become of it and why; nothing is sent. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { withDependencies } from '../../shared/catalogue/dependencies.ts';
import { type Deployment, deploymentSchema } from '../../shared/deployment/deployment.ts';
import { attributed, type Owned, ownerResolver } from '../../shared/deployment/owner.ts';
import { inSequence } from '../../shared/deployment/sequence.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import type { Routed } from '../../shared/routing/routing.ts';
import { teacherOf } from '../../shared/sender/mapping.ts';
import { aboutRouted, rankSuspects, type Suspect } from '../../shared/suspect/suspect.ts';
import { type Clocks, clocks } from '../clocks.ts';
import { type Explained, explain } from '../explain/explain.ts';
import { instantOption, Misuse, openLoaded, saying } from '../folder.ts';
import type { ServerOptions } from '../server.ts';
import { lessonsAt } from './learned.ts';
import { fillTimes } from './send.ts';

type Options = ServerOptions & { catalogue: string; at?: string; deployments?: string; live?: boolean };

export async function runExplain(files: string[], options: Options): Promise<void> {
  await saying(async () => {
    const now = new Date(instantOption('at', options.at)).toISOString();
    const loaded = await openLoaded(options.catalogue, Date.parse(now));
    const teacher = teacherOf(loaded.catalogue);
    const clock = clocks({ catalogue: loaded.catalogue.defaults.timeZone, rotas: {} });
    const ownerOf = ownerResolver(loaded.catalogue);
    const onRecord = options.deployments === undefined ? [] : await readDeployments(options.deployments);
    const suspectsOf = (routed: Routed) => suspectsAmong(onRecord, loaded, routed, now);
    const lessons = options.live ? await lessonsAt(options) : [];
    for (const file of files) {
      const body = await readPayload(file, now);
      const { alerts, deployments = [] } = await normaliseTaught(body, undefined, { receivedAt: now }, teacher);
      const explained = alerts.map((alert) => explain(alert, { loaded, silences: [], now, lessons, suspectsOf }));
      if (options.json) process.stdout.write(`${JSON.stringify({ alerts: explained, deployments })}\n`);
      else
        process.stdout.write(
          `${explained.map((item) => asText(item, clock)).join('\n')}${deployments.map((item) => deploymentLine(item, ownerOf(item))).join('')}`,
        );
    }
  });
}

/** A payload with the times of samples filled in; bytes that hold none stay as they are. */
async function readPayload(file: string, now: string): Promise<Buffer | string> {
  const body =
    file === '-'
      ? await standardInput()
      : await readFile(file).catch(() => {
          throw new Misuse(`${file} cannot be read.`);
        });
  const text = body.toString('utf8');
  const filled = fillTimes(text, new Date(now));
  return filled === text ? body : filled;
}

/** What becomes of one alert, as people read it in a terminal. */
export function asText(item: Explained, { say }: Clocks): string {
  const lines = [
    `${item.alert.title} (${item.alert.source.kind}, ${item.alert.status})`,
    `  service   ${item.service ?? 'none'}: ${item.why}`,
    ...runbookLines(item),
    ...item.suspects.map(
      ({ score, likely, version, service, why, parts }) =>
        `  ${likely ? 'suspect ' : 'deployed'}  ${score.toFixed(2)} ${version ?? 'a change'} of ${service}: ${why} (${partsOf(parts)})`,
    ),
    `  urgency   ${item.severity} is ${item.urgency}, policy ${item.policy}`,
    ...item.pages.map(({ due, channel, to }) => `  page      ${say(due)} ${channel} to ${to}`),
    ...item.later.map(({ due, channel, to }) => `  then      ${say(due)} ${channel} to ${to}`),
    ...(item.nobody === null ? [] : [`  nobody is paged: ${item.nobody.said}`]),
    ...(item.words === null ? [] : ['', ...item.words.split('\n').map((text) => `    ${text}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function runbookLines({ runbook, runbookWhy: { tried, second } }: Explained): string[] {
  const found =
    runbook.runbook !== null
      ? `${runbook.runbook} by ${runbook.by}`
      : runbook.url !== undefined
        ? `${runbook.url} by the alert's own link`
        : 'none found';
  return [
    `  runbook   ${found}`,
    ...tried.flatMap(({ way, said, candidates }) => [
      `    ${way.padEnd(8)}${said}`,
      ...candidates.slice(0, 3).map(({ score, runbook: one, why }) => `            ${score.toFixed(2)} ${one}: ${why}`),
    ]),
    ...(second === null ? [] : [`    second  ${second.runbook} by ${second.by}: ${second.behind}`]),
  ];
}

/** What `pageturner deployments --json` and `pageturner normalise` print. Throws `Misuse`. */
async function readDeployments(file: string): Promise<Deployment[]> {
  const said = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  let written: unknown;
  try {
    written = JSON.parse(said);
  } catch {
    throw new Misuse(`${file} is not one JSON document; 'pageturner deployments --json' writes one.`);
  }
  const checked = v.safeParse(v.object({ deployments: v.array(deploymentSchema) }), written);
  if (!checked.success) {
    const { path, message } = checked.issues[0];
    throw new Misuse(`${file}: ${path?.map(({ key }) => String(key)).join('.') ?? 'the document'}: ${message}`);
  }
  return checked.output.deployments;
}

/** As triage reads the table: of the service and what it depends on. */
function suspectsAmong(onRecord: Deployment[], loaded: Loaded, routed: Routed, now: string): Suspect[] {
  const about = aboutRouted(routed, now);
  if (!about) return [];
  const near = new Map(withDependencies(loaded.catalogue, about.service).map(({ name, distance }) => [name, distance]));
  const ownerOf = ownerResolver(loaded.catalogue);
  const owned = onRecord.map((deployment) => attributed(deployment, ownerOf(deployment)));
  const found = inSequence(owned).flatMap((sequenced) => {
    const distance = near.get(sequenced.deployment.service ?? '');
    return distance === undefined ? [] : [{ sequenced, distance }];
  });
  return rankSuspects(found, about, loaded);
}

function deploymentLine({ id, status, environment }: Deployment, { service, why }: Owned): string {
  return `Deployment ${id}: ${status} in ${environment ?? 'no environment'}, of ${service ?? 'nobody'}: ${why}\n`;
}

/** `time 25 × distance 1 × …`, without the parts that change nothing. */
function partsOf(parts: Suspect['parts']): string {
  const telling = Object.entries(parts ?? {}).filter(([name, factor]) => name === 'time' || factor !== 1);
  return telling.map(([name, factor]) => `${name} ${factor}`).join(' × ');
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
