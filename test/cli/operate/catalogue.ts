/** The catalogue of a test world as published: commands ask which is in force. */

import { prepareRunbooks } from '../../../shared/runbook/choose.ts';
import { publishCatalogue } from '../../../shared/store/catalogues.ts';
import type { TestWorld } from '../../world.ts';

export async function putCatalogue({ world, loaded: { catalogue }, now }: TestWorld): Promise<void> {
  const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
  await publishCatalogue(world.table, catalogue, prepared, now(), 'test');
}
