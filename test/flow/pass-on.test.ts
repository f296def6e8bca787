/** Passing on: one act, by text, by command and on the page, under one name. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HELP, parseReply } from '../../shared/flow/reply.ts';
import { openTestWorld } from '../world.ts';

describe('a text message passes on', () => {
  it.each(['NO 7Y', 'no 7y', 'Pass on 7Y', 'PASS 7Y', 'passon 7y.'])('%s', (text) => {
    expect(parseReply(text)).toEqual({ action: 'escalate', code: '7Y' });
  });

  it.each(['password', 'pass the salt', 'nothing', 'pass on please do it'])('but not with %s', (text) => {
    expect(parseReply(text)).toBeUndefined();
  });

  it('and the next step is paged', async () => {
    const world = await openTestWorld();
    await world.send(
      {
        routing_key: 'k',
        event_action: 'trigger',
        dedup_key: 'd',
        payload: { summary: 'Down', source: 'h', severity: 'critical', component: 'payments-api' },
      },
      'events',
    );
    await world.advance('5s');
    const [incident] = await world.open();
    const first = incident!.pages.find(({ person }) => person)!.to;
    await world.reply(first, `pass on ${incident!.code}`);
    await world.advance('5s');
    const asked = (await world.open())[0]!.pages.filter(({ person, kind }) => person && kind === 'alert');
    expect(new Set(asked.map(({ to }) => to)).size).toBeGreaterThan(1);
  });

  it('and the help to a text that is not understood says so', () => {
    expect(HELP).toContain('NO (pass it on)');
  });
});

it('the command calls it pass-on, and knows it as escalate too', () => {
  const help = execFileSync(process.execPath, [
    join(import.meta.dirname, '../../cli/pageturner.ts'),
    'help',
    'escalate',
  ]);
  expect(String(help)).toMatch(/^Usage: pageturner pass-on\|escalate /);
});
