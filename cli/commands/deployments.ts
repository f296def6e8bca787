/** `pageturner deployments`, `pageturner deployed`: what was deployed lately, and telling of it from a script. */

import type { Deployment } from '../../shared/deployment/deployment.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import { type Clocks, clocksOf } from '../clocks.ts';
import type { Finding } from '../finding.ts';
import { Misuse, saying } from '../folder.ts';
import { addressOf, call, post, type ServerOptions } from '../server.ts';

export async function runDeployments(options: ServerOptions & { service?: string; since: string }): Promise<void> {
  await saying(async () => {
    const asked = new URLSearchParams({
      since: sinceOf(options.since, Date.now()),
      ...(options.service === undefined ? {} : { service: options.service }),
    });
    const answer = (await call(options, 'GET', `/deployments?${asked}`)) as { deployments: Deployment[] };
    if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
    else {
      const clocks = await clocksOf(options);
      const now = new Date().toISOString();
      process.stdout.write(
        answer.deployments.length === 0
          ? `Nothing was deployed since ${clocks.say(asked.get('since')!)}.\n`
          : answer.deployments.map((deployment) => line(deployment, now, clocks)).join(''),
      );
    }
  });
}

/** How far back `lint --live` looks for deployments that belong to nobody: senders that deploy weekly are in it. */
const NOBODYS_MILLISECONDS = 8 * 86_400_000;

/** Warnings about deployments on record that no service claims, one for each project, repository or application. */
export async function nobodysFindings(options: ServerOptions, now: number): Promise<Finding[]> {
  const since = new Date(now - NOBODYS_MILLISECONDS).toISOString();
  const answer = await call(options, 'GET', `/deployments?${new URLSearchParams({ service: '-', since })}`);
  return nobodys((answer as { deployments: Deployment[] }).deployments);
}

export function nobodys(deployments: Deployment[]): Finding[] {
  const byRef = Map.groupBy(deployments, ({ sender, ref }) => `${sender} ${ref}`);
  return [...byRef.values()].map((of) => {
    const latest = of.reduce((a, b) => (a.at > b.at ? a : b));
    const count = of.length === 1 ? 'A deployment' : `${of.length} deployments`;
    const belong = of.length === 1 ? 'belongs' : 'belong';
    return {
      level: 'warning',
      code: 'nobodys-deployments',
      file: 'services/',
      message: oneLine(`${count} of ${latest.ref} (${latest.sender}, last ${latest.at}) ${belong} to no service.`),
      mend: 'Give the service whose they are `repository`, an alias, or a `deployments` pattern.',
    };
  });
}

/** `24h` or an instant, as an instant. Throws `Misuse`. */
export function sinceOf(written: string, now: number): string {
  if (/^[1-9][0-9]{0,5}[smhdw]$/.test(written)) return new Date(now - readDuration(written) * 1000).toISOString();
  const instant = Date.parse(written);
  if (Number.isNaN(instant)) throw new Misuse(`--since ${written}: write a duration like 24h, or an instant.`);
  return new Date(instant).toISOString();
}

function line(deployment: Deployment, now: string, clocks: Clocks): string {
  const { at, service, ref, environment, version, commit, status, by, title } = deployment;
  const what = version ?? commit?.slice(0, 8) ?? '-';
  const said = [
    clocks.say(at),
    service ?? `(nobody's: ${ref})`,
    environment ?? '-',
    what,
    status,
    by ? `by ${by}` : '',
    title ?? '',
    at > now ? "(in the future: its sender's clock is wrong)" : '',
  ];
  return `${oneLine(said.filter((part) => part !== '').join('  '))}\n`;
}

type Deployed = {
  service: string;
  /** What tells it from others of the same version and environment. */
  id?: string;
  ref?: string;
  version?: string;
  environment: string;
  status: string;
  title?: string;
  by?: string;
  url?: string;
  to?: string;
  key?: string;
};

const STATUSES = ['started', 'succeeded', 'failed', 'cancelled', 'rolled-back'];

/** Posts one deployment to the generic hook. */
export async function runDeployed({ to, key, ...deployment }: Deployed): Promise<void> {
  await saying(async () => {
    if (!STATUSES.includes(deployment.status))
      throw new Misuse(`--status ${deployment.status}: write one of ${STATUSES.join(', ')}.`);
    const address = addressOf(to === undefined ? {} : { to });
    const hookKey = key ?? process.env['PAGETURNER_KEY'] ?? (address.includes('127.0.0.1') ? 'local' : undefined);
    if (hookKey === undefined) throw new Misuse('Say the hook key with --key or PAGETURNER_KEY.');
    const body = JSON.stringify({ deployment: { ...deployment, at: new Date().toISOString() } });
    const headers = { 'content-type': 'application/json' };
    const answer = await post(`${address}/hooks/deployment/${hookKey}`, { method: 'POST', headers, body });
    if (answer.status !== 202)
      throw new Misuse(`${address} answered ${answer.status}: the deployment is not recorded.`);
    process.stdout.write(`Recorded: ${deployment.service} ${deployment.version ?? ''} ${deployment.status}\n`);
  });
}
