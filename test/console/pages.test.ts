/** The console's list of incidents, and who has one. */
import { expect, it } from 'vitest';
import { incidentPage, incidentsPage } from '../../shared/console/pages.ts';
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

it('the name of a token does not read as the name of a person', async () => {
  const world = await openTestWorld();
  await world.send(
    {
      routing_key: 'k',
      event_action: 'trigger',
      dedup_key: 'd',
      payload: { summary: 'Down', source: 'h', severity: 'critical' },
    },
    'events',
  );
  const [incident] = await world.open();
  const answers = async (who: string) => {
    const acknowledged = {
      ...incident!,
      state: 'acknowledged' as const,
      acknowledgedBy: who,
      acknowledgedAt: world.now(),
    };
    return String(
      await incidentPage({
        incident: acknowledged,
        timeline: [],
        earlier: [],
        last: undefined,
        lastWhy: undefined,
        markdown: undefined,
        around: { above: [], below: [] },
        who,
        address: '/p/x',
        now: world.now(),
        names: { dee: 'Dee Marsh' },
        imageHosts: [],
        hasTracker: true,
        isRunbook: () => false,
      }),
    );
  };
  expect(await answers('dee')).toContain('Dee Marsh has it, since');
  expect(await answers('local')).toContain('Somebody (signed in as local) has it, since');
});
