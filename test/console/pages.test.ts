/** The console's list of incidents, and who has one. */
import { expect, it } from 'vitest';
import { incidentsPage } from '../../shared/console/pages.ts';
import { change } from '../../shared/flow/change.ts';
import { groupDigest } from '../../shared/incident/incident.ts';
import { testGroup } from '../../shared/incident/test-page.ts';
import { keepException } from '../../shared/store/exceptions.ts';
import { openTestWorld } from '../world.ts';

it('the list counts test pages apart, and says which incidents page nobody', async () => {
  const world = await openTestWorld();
  const silence = { match: { title: ['Disk full'] }, from: world.now(), until: '2026-11-24T00:00:00.000Z' };
  await keepException(world.world.table, 'SILENCES', { ...silence, id: 's', by: 'dee', why: '' });
  for (const summary of ['Disk full', 'Down'])
    await world.send(
      {
        routing_key: 'k',
        event_action: 'trigger',
        dedup_key: summary,
        payload: { summary, source: 'h', severity: 'critical' },
      },
      'events',
    );
  const test = { type: 'test-page', person: 'dee', channel: 'sms', by: 'dee', via: 'api' } as const;
  await change(world.world, world.loaded, { group: groupDigest(testGroup('dee', 'sms')) }, test);
  const page = String(await incidentsPage(await world.open(), [], world.now(), 'dee'));
  expect(page).toContain('<h1>2 open, and 1 test page</h1>');
  expect(page).toContain('<td>triggered, pages nobody yet</td>');
  expect(page).toContain('<td>test page, not answered</td>');
  expect(page).toContain('<td>triggered</td>');
});
