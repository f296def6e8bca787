/**
 * The same storm over Prometheus Alertmanager, where its binary is present (Debian's package `prometheus-alertmanager`). It
 * groups and notifies; it keeps no record, pages by no rota and makes no digest, so its figures are a limit and not an aim.
 * Called by the benches. It ends by itself.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Load } from './load.ts';

const NAMES = ['prometheus-alertmanager', 'alertmanager'];
const ENVIRONMENTS = ['prod', 'staging', 'test', 'dev', 'training'];
const IN_FLIGHT = 48;

export type Rival = {
  version: string;
  notices: number;
  firstMilliseconds: number;
  /** From the last alert to the last notice. */
  lastMilliseconds: number;
  bystandersMilliseconds: number[];
};

/** The binary's name, or undefined where there is none. */
export function findAlertmanager(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

export async function measureAlertmanager(binary: string, load: Load, port: number): Promise<Rival> {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-alertmanager-'));
  const heard: { at: number; names: string[] }[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as {
        alerts: { labels: { alertname: string } }[];
      };
      heard.push({ at: Date.now(), names: alerts.map(({ labels }) => labels.alertname) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(port + 1, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'config.yml'), config(port + 1));
  const child = start(binary, folder, port);
  try {
    await ready(port);
    const began = Date.now();
    const last = await postAll(port, load, began);
    const bystanders = await Promise.all(last.bystanders.map(({ name, at }) => waitFor(heard, name, at)));
    let count = -1;
    while (count !== heard.length) {
      count = heard.length;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    return {
      version: `Alertmanager ${/version ([\d.]+)/.exec(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? ''}`,
      notices: heard.length,
      firstMilliseconds: Math.min(...heard.map(({ at }) => at)) - began,
      lastMilliseconds: Math.max(0, Math.max(...heard.map(({ at }) => at)) - last.at),
      bystandersMilliseconds: bystanders,
    };
  } finally {
    child.kill();
    receiver.closeAllConnections();
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function config(port: number): string {
  return [
    'route: { receiver: all, group_by: [alertname, env], group_wait: 0s, group_interval: 5m, repeat_interval: 4h }',
    `receivers: [{ name: all, webhook_configs: [{ url: "http://127.0.0.1:${port}/" }] }]`,
    '',
  ].join('\n');
}

function start(binary: string, folder: string, port: number): ChildProcess {
  const flags = [
    `--config.file=${folder}/config.yml`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  return spawn(binary, flags, { stdio: 'ignore' });
}

async function ready(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const ok = await fetch(`http://127.0.0.1:${port}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Alertmanager did not start within 10 s.');
}

async function waitFor(heard: { at: number; names: string[] }[], name: string, sentAt: number): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const found = heard.find(({ names }) => names.includes(name));
    if (found) return found.at - sentAt;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Alertmanager did not tell of ${name} within 30 s.`);
}

/** As `load.ts` posts them: the same mix, at the same times. */
async function postAll(port: number, { alerts, seconds, own, bystanders }: Load, began: number) {
  const startsAt = new Date().toISOString();
  const post = (labels: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels, startsAt }]),
    }).then((answer) => answer.arrayBuffer());
  const told = Array.from({ length: bystanders }, (_, n) => ({
    name: `bystander-${n}`,
    at: began + ((n + 0.5) * seconds * 1000) / bystanders,
  }));
  for (const { name, at } of told)
    setTimeout(() => void post({ alertname: name, severity: 'critical' }).catch(() => {}), at - Date.now());
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < alerts; n = next++) {
      const early = began + (n * seconds * 1000) / alerts - Date.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const isOwn = n % 10 < own * 10;
      await post(
        isOwn
          ? { alertname: `Job ${n} failed`, severity: 'error' }
          : {
              alertname: 'NodeFilesystemAlmostOutOfSpace',
              instance: `node-${n}`,
              env: ENVIRONMENTS[n % ENVIRONMENTS.length]!,
              severity: 'critical',
            },
      );
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  return { at: Date.now(), bystanders: told };
}
