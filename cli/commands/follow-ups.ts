/** `pageturner follow-ups`, `pageturner follow-up`: what is still to be done after incidents, and decisions on it. */
import { oneLine } from '../../shared/message/gsm.ts';
import type { Cost } from '../../shared/problem/cost.ts';
import { sayCost } from '../../shared/problem/cost.ts';
import type { FollowUp, Problem } from '../../shared/problem/problem.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { idOf } from './operate.ts';

type Listed = { problem: Pick<Problem, 'cause' | 'title' | 'ticket' | 'service'>; followUp: FollowUp; cost: Cost };

/** All that is proposed or agreed, the longest overdue first, with what each cause has cost since. */
export async function runFollowUps(options: ServerOptions & { owner?: string }): Promise<void> {
  await saying(async () => {
    const query = options.owner === undefined ? '' : `?owner=${encodeURIComponent(options.owner)}`;
    const { followUps } = (await call(options, 'GET', `/follow-ups${query}`)) as { followUps: Listed[] };
    if (options.json) process.stdout.write(`${JSON.stringify({ followUps })}\n`);
    else if (followUps.length === 0) process.stdout.write('Nothing is to be done.\n');
    else process.stdout.write(followUps.map((one) => `${lines(one).join('\n')}\n`).join(''));
  });
}

function lines({ problem, followUp, cost }: Listed): string[] {
  const { id, text, state, owner = 'no owner', due } = followUp;
  return [
    oneLine(`${problem.cause} ${id} ${state}, ${owner}, ${due === undefined ? 'no date' : `due ${due}`}: ${text}`),
    oneLine(`  ${problem.ticket?.name ?? 'no ticket'} ${problem.title}; since it was proposed: ${sayCost(cost)}`),
  ];
}

type Decision = {
  text?: string;
  agree?: boolean;
  done?: boolean;
  notDoing?: string;
  owner?: string;
  due?: string;
};

/** Adds a follow-up where none is named, else changes that one. */
export async function runFollowUp(
  incident: string,
  id: string | undefined,
  options: ServerOptions & Decision,
): Promise<void> {
  await saying(async () => {
    const { agree, done, notDoing, text, owner, due } = options;
    const states = [
      ...(agree ? ['agreed'] : []),
      ...(done ? ['done'] : []),
      ...(notDoing === undefined ? [] : ['not doing']),
    ];
    if (states.length > 1) throw new Misuse('Say one of --agree, --done and --not-doing.');
    if (id === undefined && text === undefined) throw new Misuse('Say what is to be done: --text "…".');
    const said = { text, owner, due, state: states[0], because: notDoing };
    const path = `/incidents/${encodeURIComponent(await idOf(options, incident))}/follow-ups`;
    const answer = (await call(
      options,
      'POST',
      id === undefined ? path : `${path}/${encodeURIComponent(id)}`,
      said,
    )) as { followUps: FollowUp[] };
    if (options.json) process.stdout.write(`${JSON.stringify({ followUps: answer.followUps })}\n`);
    else
      for (const one of answer.followUps) process.stdout.write(`${oneLine(`${one.id} ${one.state}: ${one.text}`)}\n`);
  });
}
