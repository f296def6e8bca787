/** `pageturner incidents`, `ack`, `resolve`, `pass-on`: against a running Pageturner. */
import type { Incident } from '../../shared/incident/incident.ts';
import { listedState } from '../../shared/incident/listed.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import { whatIsWrong } from '../../shared/message/phrases.ts';
import { duration } from '../../shared/time/time.ts';
import { clocksOf } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';

export async function runIncidents(
  id: string | undefined,
  options: ServerOptions & { resolved?: boolean },
): Promise<void> {
  await saying(async () => {
    if (id !== undefined) {
      const path = `/incidents/${encodeURIComponent(await idOf(options, id))}`;
      const { incident } = (await call(options, 'GET', path)) as { incident: Incident };
      const clocks = await clocksOf(options);
      const quiet = isQuiet(incident) ? [`  pages nobody before ${clocks.say(incident.quietUntil!)}`] : [];
      print(options, incident, [
        line(incident),
        ...quiet,
        ...incident.timeline.map(
          (entry) => `  ${clocks.say(entry.at)} ${oneLine(entry.what)}${entry.by ? ` by ${oneLine(entry.by)}` : ''}`,
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
    const path = `/incidents/${encodeURIComponent(await idOf(options, id))}/${action}`;
    const done = (await call(options, 'POST', path)) as {
      incident: Incident;
      changed: boolean;
    };
    print(options, done, [`${done.changed ? 'Done' : 'Nothing changed'}: ${line(done.incident)}`]);
  });
}

/** The id of an incident, or of the open one that has this reply code, as texts and lists show it. Throws `Misuse`. */
export async function idOf(options: ServerOptions, asked: string): Promise<string> {
  if (!REPLY_CODE.test(asked)) return asked;
  const { incidents } = (await call(options, 'GET', '/incidents?limit=500')) as { incidents: Incident[] };
  const found = incidents.filter(({ code }) => code === asked.toUpperCase());
  if (found.length === 1) return found[0]!.id;
  if (found.length === 0)
    throw new Misuse(`No open incident has the code ${asked}. \`pageturner incidents\` lists the open ones.`);
  const ids = found.map(({ id }) => id).join(', ');
  throw new Misuse(`${found.length} open incidents have the code ${asked}: ${ids}. Give the id of one.`);
}

/** Two characters, as in `ACK 7Y`; ids are longer. */
const REPLY_CODE = /^[0-9a-z]{2}$/i;

function isQuiet({ state, quietUntil }: Incident): boolean {
  return state === 'triggered' && quietUntil !== undefined && quietUntil > new Date().toISOString();
}

function line(incident: Incident): string {
  const since = incident.openedAt ? duration((Date.now() - Date.parse(incident.openedAt)) / 1000) : '';
  return `${incident.id} ${incident.code} ${incident.severity} ${listedState(incident, new Date().toISOString())} ${incident.service ?? '-'} ${since}: ${oneLine(whatIsWrong(incident.lead))}`;
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
