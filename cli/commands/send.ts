/**
 * `pageturner send FILE…`: posts payloads to a running Pageturner as their senders would. The hook is told by the payload's
 * shape. In the samples `{{now iso}}`, `{{minutes-ago 14 gitlab}}` become times in the sender's own spelling.
 */
import { readFile } from 'node:fs/promises';
import { normalise } from '../../shared/intake/intake.ts';
import { Misuse, saying } from '../folder.ts';
import { addressOf, post, type ServerOptions } from '../server.ts';

export async function runSend(files: string[], options: ServerOptions & { key: string }): Promise<void> {
  await saying(async () => {
    for (const file of files) {
      const text = fillTimes(
        await readFile(file, 'utf8').catch(() => {
          throw new Misuse(`${file} cannot be read.`);
        }),
        new Date(),
      );
      const { path, headers } = roadOf(text, options.key);
      const response = await post(`${addressOf(options)}${path}`, { method: 'POST', headers, body: text });
      const said = `${file}: ${path.replace(options.key, '…')} answered ${response.status}`;
      if (!response.ok) throw new Misuse(`${said} ${await response.text()}`);
      process.stdout.write(`${said}\n`);
    }
  });
}

/** Where a payload goes, and with which headers its sender posts it. */
function roadOf(text: string, key: string): { path: string; headers: Record<string, string> } {
  const json = { 'content-type': 'application/json' };
  const payload = parse(text);
  const { alerts, deployments } = normalise(payload, { receivedAt: new Date().toISOString() });
  if (deployments?.[0]) {
    const hooks = ['gitlab', 'github', 'azure-devops', 'argocd', 'terraform'];
    const { sender } = deployments[0];
    return { path: `/hooks/${hooks.includes(sender) ? sender : 'deployment'}/${key}`, headers: json };
  }
  const kind = alerts[0]?.source.kind ?? 'cloudwatch';
  if (kind === 'events') return { path: '/v2/enqueue', headers: json };
  if (kind === 'azure-monitor' || kind === 'alertmanager' || kind === 'grafana')
    return { path: `/hooks/${kind}/${key}`, headers: json };
  if (kind === 'unknown') return { path: `/hooks/alert/${key}`, headers: json };
  const { Type, MessageId, TopicArn } = (payload ?? {}) as Record<string, string | undefined>;
  return {
    path: `/hooks/cloudwatch/${key}`,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      ...(Type === undefined ? {} : { 'x-amz-sns-message-type': Type }),
      ...(MessageId === undefined ? {} : { 'x-amz-sns-message-id': MessageId }),
      ...(TopicArn === undefined ? {} : { 'x-amz-sns-topic-arn': TopicArn }),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Times in the spelling of each sender. */
export function fillTimes(text: string, now: Date): string {
  return text.replace(
    /\{\{(now|minutes-ago (\d{1,5})) (iso|cloudwatch|azure|gitlab)\}\}/g,
    (_whole, _when, minutes: string | undefined, spelling: string) => {
      const iso = new Date(now.getTime() - Number(minutes ?? 0) * 60_000).toISOString();
      if (spelling === 'cloudwatch') return iso.replace('Z', '+0000');
      if (spelling === 'azure') return iso.replace('Z', '0000Z');
      if (spelling === 'gitlab') return `${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000`;
      return iso;
    },
  );
}
