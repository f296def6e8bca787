/** `pageturner problems` and `pageturner review ID --open`: problem tickets of a running Pageturner. */
import type { Incident } from '../../shared/incident/incident.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import type { Problem } from '../../shared/problem/problem.ts';
import { duration } from '../../shared/time/time.ts';
import { saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { idOf } from './operate.ts';

/** Open problems with their age and what is still to be done; `closed`: those that are closed. */
export async function runProblems(options: ServerOptions & { closed?: boolean }): Promise<void> {
  await saying(async () => {
    const path = `/problems${options.closed ? '?state=closed' : ''}`;
    const { problems } = (await call(options, 'GET', path)) as { problems: Problem[] };
    const now = new Date().toISOString();
    if (options.json) process.stdout.write(`${JSON.stringify({ problems })}\n`);
    else if (problems.length === 0) process.stdout.write(`No problem is ${options.closed ? 'closed' : 'open'}.\n`);
    else process.stdout.write(problems.map((one) => `${lines(one, now).join('\n')}\n`).join(''));
  });
}

/** One problem, then its follow-ups that are not done. */
function lines(
  { ticket, title, state, openedAt, closedAt, incidents, followUps, owner, askedAt, trying }: Problem,
  now: string,
): string[] {
  const age = duration((Date.parse(closedAt ?? now) - Date.parse(openedAt)) / 1000);
  const todo = followUps.filter((one) => one.state === 'proposed' || one.state === 'agreed');
  const isOnItsWay = askedAt !== undefined || trying !== undefined;
  const name = ticket?.name ?? (isOnItsWay ? 'on its way' : 'no ticket');
  const count = `${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'}`;
  return [
    `${name} ${state} ${age} ${owner ?? '-'}: ${oneLine(title)} (${count}, ${todo.length} of ${followUps.length} follow-ups to do)`,
    ...(ticket === undefined ? [] : [`  ${ticket.url}`]),
    ...todo.map(
      (one) =>
        `  [ ] ${oneLine(one.text)}${one.owner === undefined ? '' : `, ${oneLine(one.owner)}`}${one.due === undefined ? '' : `, due ${one.due}${one.due < now.slice(0, 10) ? ', OVERDUE' : ''}`}`,
    ),
  ];
}

/** Opens a problem ticket for the cause of an incident. */
export async function runOpenProblem(id: string, options: ServerOptions): Promise<void> {
  await saying(async () => {
    const path = `/incidents/${encodeURIComponent(await idOf(options, id))}/problem`;
    const done = (await call(options, 'POST', path)) as { incident: Incident; changed: boolean };
    const { problem } = done.incident;
    const said = done.changed
      ? 'A problem ticket is on its way: `pageturner problems` shows it in some seconds.'
      : problem === undefined
        ? 'A problem ticket is on its way already.'
        : `There is one already: ${problem.name} ${problem.url}`;
    process.stdout.write(options.json ? `${JSON.stringify(done)}\n` : `${said}\n`);
  });
}
