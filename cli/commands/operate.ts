/** `pageturner incidents`, `ack`, `resolve`, `escalate`, `silence`: against a running Pageturner. */
import { readFile } from 'node:fs/promises';
import type { Incident } from '../../shared/incident/incident.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import { whatIsWrong } from '../../shared/message/phrases.ts';
import { duration } from '../../shared/time/time.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { readMaintenance } from './maintenance.ts';

export async function runIncidents(
  id: string | undefined,
  options: ServerOptions & { resolved?: boolean },
): Promise<void> {
  await saying(async () => {
    if (id !== undefined) {
      const { incident } = (await call(options, 'GET', `/incidents/${encodeURIComponent(id)}`)) as {
        incident: Incident;
      };
      print(options, incident, [
        line(incident),
        ...incident.timeline.map(
          (entry) => `  ${entry.at} ${oneLine(entry.what)}${entry.by ? ` by ${oneLine(entry.by)}` : ''}`,
        ),
      ]);
      return;
    }
    const { incidents } = (await call(options, 'GET', `/incidents${options.resolved ? '?state=resolved' : ''}`)) as {
      incidents: Incident[];
    };
    print(options, { incidents }, incidents.length === 0 ? ['Nothing is open.'] : incidents.map(line));
  });
}

export async function runAct(
  action: 'acknowledge' | 'resolve' | 'escalate',
  id: string,
  options: ServerOptions,
): Promise<void> {
  await saying(async () => {
    const done = (await call(options, 'POST', `/incidents/${encodeURIComponent(id)}/${action}`)) as {
      incident: Incident;
      changed: boolean;
    };
    print(options, done, [`${done.changed ? 'Done' : 'Nothing changed'}: ${line(done.incident)}`]);
  });
}

export async function runSilence(
  options: ServerOptions & { pattern?: string; minutes?: string; why?: string; file?: string },
): Promise<void> {
  await saying(async () => {
    if (options.file !== undefined) return silenceFromFile(options, options.file);
    if (options.pattern === undefined || options.minutes === undefined)
      throw new Misuse('Give --pattern and --minutes, or --file with planned maintenance.');
    const { pattern } = options;
    const text = pattern.trim().startsWith('{')
      ? pattern
      : await readFile(pattern, 'utf8').catch(() => {
          throw new Misuse(`${pattern} is neither a JSON pattern nor a file.`);
        });
    let match: unknown;
    try {
      match = JSON.parse(text);
    } catch {
      throw new Misuse('--pattern is not JSON; write it like {"service":["payments-api"]}.');
    }
    const done = (await call(options, 'POST', '/silences', {
      match,
      minutes: Number(options.minutes),
      why: options.why,
    })) as { silence: { until: string } };
    print(options, done, [`Silent until ${done.silence.until}; what still fires then pages.`]);
  });
}

/** Planned maintenance: every entry is checked before the first is sent; sent twice it is one silence. */
async function silenceFromFile(options: ServerOptions, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  const planned = readMaintenance(text, file);
  const silences: unknown[] = [];
  for (const { line: _line, ...entry } of planned)
    silences.push(((await call(options, 'POST', '/silences', entry)) as { silence: unknown }).silence);
  print(
    options,
    { silences },
    planned.map(({ from, minutes, why }) => `From ${from} for ${duration(minutes * 60)}: ${why}`),
  );
}

function line(incident: Incident): string {
  const since = incident.openedAt ? duration((Date.now() - Date.parse(incident.openedAt)) / 1000) : '';
  return `${incident.id} ${incident.code} ${incident.severity} ${incident.state}${incident.acknowledgedBy ? ` by ${incident.acknowledgedBy}` : ''} ${incident.service ?? '-'} ${since}: ${oneLine(whatIsWrong(incident.lead))}`;
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
