/** `pageturner test-page`, and what `lint --live` asks: which ways of people are proved. */
import type { Finding } from '../finding.ts';
import { saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';

export async function runTestPage(person: string, options: ServerOptions & { by?: string }): Promise<void> {
  await saying(async () => {
    const { by } = options;
    const done = (await call(options, 'POST', '/test-pages', { person, ...(by === undefined ? {} : { by }) })) as {
      pages: { channel: string; code: string }[];
    };
    const lines = done.pages.map(({ channel, code }) => `${channel}: sent on its way; ACK ${code} proves it`);
    process.stdout.write(options.json ? `${JSON.stringify(done)}\n` : `${lines.join('\n')}\n`);
  });
}

type Way = { channel: string; provedAt?: string; stoppedAt?: string };

/** Warnings about ways of people that were never proved, not for half a year, or whose owner sent STOP. */
export async function liveFindings(options: ServerOptions, now: number) {
  const { contacts } = (await call(options, 'GET', '/contacts')) as { contacts: { person: string; ways: Way[] }[] };
  return contacts.flatMap(({ person, ways }) => ways.flatMap((way) => findingOf(person, way, now)));
}

const STALE_MILLISECONDS = 183 * 86_400_000;

function findingOf(person: string, { channel, provedAt, stoppedAt }: Way, now: number) {
  const finding = (code: string, message: string, mend: string): Finding[] => [
    { level: 'warning', code, file: `people/${person}.yaml`, message, mend },
  ];
  if (stoppedAt !== undefined)
    return finding(
      'stopped',
      `${person} has sent STOP on ${stoppedAt.slice(0, 10)}: texts vanish, and only other ways reach them.`,
      'Let them send START to the number that texts them.',
    );
  const mend = `Run 'pageturner test-page ${person} --by ${channel}', and let them answer.`;
  if (provedAt === undefined)
    return finding('unproved', `${channel} of ${person} was never proved; it is used all the same.`, mend);
  if (now - Date.parse(provedAt) > STALE_MILLISECONDS)
    return finding('unproved', `${channel} of ${person} was last proved on ${provedAt.slice(0, 10)}.`, mend);
  return [];
}
