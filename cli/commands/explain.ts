/** `pageturner explain FILE`: for a payload, what would become of it and why; nothing is sent. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { readCatalogueFolder } from '../../shared/catalogue/read.ts';
import { type Deployment, deploymentSchema } from '../../shared/deployment/deployment.ts';
import { attributed, type Owned, ownerResolver } from '../../shared/deployment/owner.ts';
import { inSequence } from '../../shared/deployment/sequence.ts';
import { namesOf, rankSuspects, withDependencies } from '../../shared/flow/suspects.ts';
import { decide } from '../../shared/incident/decide.ts';
import { groupOf } from '../../shared/incident/grouping.ts';
import type { Suspect } from '../../shared/incident/incident.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { smsText } from '../../shared/message/words.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { explainChoice } from '../../shared/runbook/explain.ts';
import { load } from '../../shared/world/load.ts';
import type { Loaded } from '../../shared/world/world.ts';
import { instantOption, Misuse, saying } from '../folder.ts';
import { lintFiles } from '../lint/lint.ts';
import { fillTimes } from './send.ts';

export async function runExplain(
  files: string[],
  options: { catalogue: string; at?: string; deployments?: string; json?: boolean },
): Promise<void> {
  await saying(async () => {
    const now = new Date(instantOption('at', options.at)).toISOString();
    const { files: sources } = await readCatalogueFolder(options.catalogue).catch((error: Error) => {
      throw new Misuse(error.message);
    });
    const { catalogue } = lintFiles(sources, Date.parse(now));
    if (!catalogue)
      throw new Misuse(
        `The catalogue in ${options.catalogue} does not compile: see 'pageturner lint ${options.catalogue}'.`,
      );
    const patterns = Object.values(catalogue.runbooks).filter(({ match }) => match !== undefined).length;
    const loaded = load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));
    const ownerOf = ownerResolver(catalogue);
    const onRecord = options.deployments === undefined ? [] : await readDeployments(options.deployments);
    for (const file of files) {
      const body =
        file === '-'
          ? await standardInput()
          : await readFile(file).catch(() => {
              throw new Misuse(`${file} cannot be read.`);
            });
      const filled = fillTimes(body.toString('utf8'), new Date(now));
      const { alerts, deployments = [] } = normaliseBody(filled === body.toString('utf8') ? body : filled, undefined, {
        receivedAt: now,
      });
      const explained = alerts.map((alert) => explain(alert));
      if (options.json) process.stdout.write(`${JSON.stringify({ alerts: explained, deployments })}\n`);
      else
        process.stdout.write(
          `${explained.map(asText).join('\n')}${deployments.map((item) => deploymentLine(item, ownerOf(item))).join('')}`,
        );
    }

    function explain(alert: ReturnType<typeof normaliseBody>['alerts'][number]) {
      const { service, why } = loaded.serviceOf(alert);
      const environment = loaded.environmentOf(alert);
      const choice = loaded.runbookFor(
        { ...alert, ...(service ? { service: service.name } : {}), ...(environment ? { environment } : {}) },
        service,
      );
      const runbook = choice.runbook === null ? undefined : catalogue!.runbooks[choice.runbook];
      const severity = runbook?.severity ?? alert.severity ?? catalogue!.defaults.severity;
      const suspects =
        service === undefined
          ? []
          : suspectsAmong(onRecord, loaded, alert, service.name, environment, now, choice.runbook ?? undefined);
      const notice = {
        alert,
        group: groupOf(alert, {
          ...(runbook ? { runbook } : {}),
          ...(service ? { service: service.name } : {}),
          ...(environment ? { environment } : {}),
        }),
        severity,
        urgency: (service ?? catalogue!.defaults).urgency[severity],
        policy: service?.policy ?? catalogue!.defaults.policy,
        ...(service ? { service: service.name } : {}),
        ...(environment ? { environment } : {}),
        runbook: choice,
        holdSeconds: runbook?.holdSeconds ?? 0,
        suspects,
      };
      const pages = alert.status === 'firing' && !alert.test;
      const incident = pages
        ? decide(
            undefined,
            { type: 'notices', notices: [notice] },
            { now, catalogue: catalogue!, onCall: (rota) => loaded.onCall(rota, now) },
          )
        : undefined;
      const { raw: _raw, ...shown } = alert;
      return {
        alert: shown,
        service: service?.name ?? null,
        why,
        runbook: choice,
        runbookWhy: explainChoice(choice, alert, patterns),
        severity,
        urgency: notice.urgency,
        policy: notice.policy,
        suspects,
        pages: incident?.pages.map(({ to, channel, due }) => ({ to, channel, due })) ?? [],
        timers: incident?.timers ?? [],
        notes: incident?.timeline.map((entry) => entry.what) ?? [],
        words: incident ? smsText(incident, now, 'https://pages.example.gov.uk/p/0000000000000000000000') : null,
      };
    }

    function asText(item: ReturnType<typeof explain>): string {
      const lines = [
        `${item.alert.title} (${item.alert.source.kind}, ${item.alert.status})`,
        `  service   ${item.service ?? 'none'}: ${item.why}`,
        `  runbook   ${item.runbook.runbook ?? 'none'} by ${item.runbook.by}`,
        ...item.runbookWhy.tried.flatMap(({ way, said, candidates }) => [
          `    ${way.padEnd(8)}${said}`,
          ...candidates
            .slice(0, 3)
            .map(({ score, runbook, why: because }) => `            ${score.toFixed(2)} ${runbook}: ${because}`),
        ]),
        ...(item.runbookWhy.second === null
          ? []
          : [
              `    second  ${item.runbookWhy.second.runbook} by ${item.runbookWhy.second.by}: ${item.runbookWhy.second.behind}`,
            ]),
        ...item.suspects.map(
          ({ score, likely, version, service, why, parts }) =>
            `  ${likely ? 'suspect ' : 'deployed'}  ${score.toFixed(2)} ${version ?? 'a change'} of ${service}: ${why} (${partsOf(parts)})`,
        ),
        `  urgency   ${item.severity} is ${item.urgency}, policy ${item.policy}`,
        ...item.pages.map((page) => `  page      ${page.due} ${page.channel} to ${page.to}`),
        ...item.timers.map(
          (timer) => `  then      ${timer.due} ${timer.kind}${timer.step === undefined ? '' : ` ${timer.step + 1}`}`,
        ),
        ...(item.words === null ? ['  nobody is paged'] : ['', ...item.words.split('\n').map((text) => `    ${text}`)]),
      ];
      return `${lines.join('\n')}\n`;
    }
  });
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

/** As triage asks the table: of the service and what it depends on. */
function suspectsAmong(
  onRecord: Deployment[],
  loaded: Loaded,
  alert: ReturnType<typeof normaliseBody>['alerts'][number],
  service: string,
  environment: string | undefined,
  now: string,
  runbook: string | undefined,
): Suspect[] {
  const began = alert.startsAt ?? alert.at;
  const near = new Map(withDependencies(loaded.catalogue, service).map(({ name, distance }) => [name, distance]));
  const ownerOf = ownerResolver(loaded.catalogue);
  const owned = onRecord.map((deployment) => attributed(deployment, ownerOf(deployment)));
  const found = inSequence(owned).flatMap((sequenced) => {
    const distance = near.get(sequenced.deployment.service ?? '');
    return distance === undefined ? [] : [{ sequenced, distance }];
  });
  const about = {
    service,
    runbook,
    environment,
    onset: began < now ? began : now,
    resources: namesOf(alert.resources),
  };
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
