/** Who is on call, asked of the running system: by the terminal and by people's own calendars. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, run } from './running.ts';

const PORT = 4920;
const ROOT = join(import.meta.dirname, '../..');
let stack: Running;
beforeAll(async () => {
  stack = await run(PORT);
});
afterAll(async () => {
  await stack?.end();
});

/** The command line, as a person types it. */
const pageturner = async (...words: string[]): Promise<string> => {
  const environment = { ...process.env, PAGETURNER_URL: stack.baseUrl };
  const command = promisify(execFile);
  const { stdout } = await command(process.execPath, ['cli/pageturner.ts', ...words], { cwd: ROOT, env: environment });
  return stdout;
};
describe('oncall, asked of the running system', () => {
  it('names a person for each rota, and knows an override at once', async () => {
    const before = JSON.parse(await pageturner('oncall', '--json')) as { rotas: { rota: string; person: string }[] };
    expect(before.rotas.map(({ rota }) => rota)).toContain('payments-primary');
    await pageturner('override', '--rota', 'payments-primary', '--person', 'femi', '--minutes', '30');
    expect(await pageturner('oncall', '--rota', 'payments-primary')).toMatch(
      /^payments-primary: femi \(.+\) until .+, then .+; an override by local\n$/,
    );
  });

  it('knows a swap at once, which is undone as one', async () => {
    const secondary = async () => {
      const { rotas } = JSON.parse(await pageturner('oncall', '--json', '--rota', 'payments-secondary')) as {
        rotas: { person: string; until: string; next: string }[];
      };
      return rotas[0]!;
    };
    const { person, until, next } = await secondary();
    const words = ['--rota', 'payments-secondary', '--person', person, '--with', next];
    const now = new Date().toISOString();
    const swapped = JSON.parse(await pageturner('swap', '--json', ...words, '--give', now, '--take', until)) as {
      id: string;
      overrides: { person: string; insteadOf: string }[];
    };
    expect(swapped.overrides).toMatchObject([
      { person: next, insteadOf: person },
      { person, insteadOf: next },
    ]);
    expect((await secondary()).person).toBe(next);
    expect(await pageturner('override', '--end', swapped.id)).toContain('swapped by local');
    expect((await secondary()).person).toBe(person);
  });

  it('says which rotas there are when asked for another', async () => {
    await expect(pageturner('oncall', '--rota', 'payment-primary')).rejects.toMatchObject({
      stderr: expect.stringContaining('payments-primary'),
    });
  });
});

describe('calendars', () => {
  type Calendars = { calendars: { kind: string; name: string; url: string }[] };
  const addresses = async () => {
    const answer = await fetch(`${stack.baseUrl}/api/calendars`, { headers: { authorization: 'Bearer local' } });
    return ((await answer.json()) as Calendars).calendars;
  };

  it('have an address for each rota and person, that opens without a session and shows who it is', async () => {
    const calendars = await addresses();
    const primary = calendars.find(({ kind, name }) => kind === 'rota' && name === 'payments-primary')!;
    const answer = await fetch(primary.url);
    expect(answer.headers.get('content-type')).toContain('text/calendar');
    const calendar = await answer.text();
    expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(calendar).toMatch(/SUMMARY:.+ on call: payments-primary/);
    expect(calendar).not.toMatch(/\+44/);
    // The override of a moment ago is in it.
    expect(calendar).toMatch(/SUMMARY:Femi/);
  });

  it('are told of to nobody who is not known, and open for no other token', async () => {
    expect((await fetch(`${stack.baseUrl}/api/calendars`)).status).toBe(401);
    expect((await fetch(`${stack.baseUrl}/calendar/${'A'.repeat(22)}`)).status).toBe(404);
  });

  it('of a folder, as text', async () => {
    const from = ['--from', '2026-12-21', '--to', '2026-12-28', '--rota', 'payments-secondary'];
    expect(await pageturner('shifts', '--ical', ...from)).toMatch(/^BEGIN:VCALENDAR/);
  });
});

describe('off and fairness', () => {
  it('off names each shift that somebody must take, and how to write it', async () => {
    const asked = pageturner('off', 'chidi', '--from', '2026-12-14', '--to', '2027-01-04', '--json');
    const { stdout } = (await asked.catch((error: { stdout: string }) => error)) as { stdout: string };
    const { uncovered } = JSON.parse(stdout) as { uncovered: { rota: string; start: string }[] };
    expect(uncovered.length).toBeGreaterThan(0);
    expect(new Set(uncovered.map(({ rota }) => rota))).toEqual(new Set(['payments-secondary']));
  });

  it('off of nobody says who there is', async () => {
    await expect(pageturner('off', 'chid', '--from', '2026-12-14', '--to', '2027-01-04')).rejects.toMatchObject({
      stderr: expect.stringContaining('chidi'),
    });
  });

  it('fairness has a row a person and the mean', async () => {
    const written = ['--from', '2026-01-05', '--to', '2026-12-28', '--rota', 'payments-primary', '--json'];
    const { rotas } = JSON.parse(await pageturner('fairness', ...written)) as {
      rotas: { people: { person: string; hours: number }[]; mean: { hours: number } }[];
    };
    const hours = rotas[0]!.people.reduce((sum, person) => sum + person.hours, 0);
    // 51 weeks on the clock of London, which are as long in UTC, but for the nine hours before the first Monday's handover.
    expect(Math.round(hours)).toBe(51 * 168 - 9);
  });
});
