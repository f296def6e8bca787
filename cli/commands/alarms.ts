/** `pageturner lint --alarms FILE`: alarms at their senders that would tell nobody, never end, or lead nowhere. */
import { readFile } from 'node:fs/promises';
import { type AlarmFinding, judgeAlarm } from '../alarms/alarms.ts';
import { readAlarms } from '../alarms/read.ts';
import { instantOption, Misuse, openLoaded, saying } from '../folder.ts';

type Options = { alarms: string; target?: string[]; json?: boolean; at?: string };

export async function runLintAlarms(folder: string, { alarms: file, target = [], json, at }: Options): Promise<void> {
  await saying(async () => {
    const now = new Date(instantOption('at', at)).toISOString();
    const loaded = await openLoaded(folder);
    const alarms = readAlarms(await readJson(file), now);
    const findings = alarms.flatMap((alarm) => judgeAlarm(alarm, { loaded, silences: [], now }, target));
    if (json) process.stdout.write(`${JSON.stringify({ alarms: alarms.length, findings })}\n`);
    else {
      const wrong = new Set(findings.map(({ alarm }) => alarm)).size;
      const unjudged =
        target.length === 0 ? ' Where they lead was not judged: name your topics and action groups with --target.' : '';
      process.stdout.write(
        `${findings.map(say).join('')}${alarms.length} alarms, ${wrong} with findings.${unjudged}\n`,
      );
    }
    if (findings.length > 0) process.exitCode = 1;
  });
}

function say({ level, alarm, message, mend }: AlarmFinding): string {
  return `${alarm}  ${level}  ${message}\n    ${mend}\n`;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse(`${file} is not one JSON document.`);
  }
}
