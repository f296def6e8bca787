/** From the page that a person was sent to the other runbooks that it leads to. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { consoleApp } from '../../shared/console/console.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { publishCatalogue } from '../../shared/store/catalogues.ts';
import { openTestWorld } from '../world.ts';

it('the link of a page opens the runbooks beside its own, and nothing opens without it', async () => {
  const stage = await openTestWorld();
  const { catalogue } = stage.loaded;
  const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
  await publishCatalogue(stage.world.table, catalogue, prepared, stage.now(), 'amira');
  await stage.send(readFileSync(new URL('../../samples/cloudwatch-alarm.json', import.meta.url), 'utf8'));
  await stage.advance('1m');
  const address = stage.told.flatMap(({ message }) => /\/p\/[\w-]+/.exec(JSON.stringify(message)) ?? [])[0];
  const app = consoleApp(stage.world, async () => ({}) as never);
  const read = async (path: string) => {
    const answer = await app.request(path);
    return { status: answer.status, html: await answer.text() };
  };

  const page = await read(address!);
  expect(page.html).toContain(`<a href="${address}/r/ledger/connections">`);
  const beside = await read(`${address}/r/ledger/connections`);
  expect(beside.status).toBe(200);
  expect(beside.html).toContain(`<a href="${address}">Back to the incident</a>`);
  expect(beside.html).toContain(catalogue.runbooks['ledger/connections']!.title);
  for (const path of [
    `${address}/r/nothing`,
    `${address}/r/..%2F..%2Fx`,
    `${address}/r/%E0%A4%A`,
    '/p/unknown/r/ledger/connections',
  ])
    expect((await read(path)).status).toBe(404);
  expect((await read('/k/x/r/ledger/connections')).status).toBe(303);
});
