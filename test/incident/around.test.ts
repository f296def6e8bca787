/** What else is open: causes above an incident, consequences below it. */
import { expect, it } from 'vitest';
import { aroundOf } from '../../shared/incident/around.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { catalogue as small } from './world.ts';

const service = (name: string, dependsOn: string[]) => ({ name, dependsOn });
const catalogue = {
  ...small,
  services: {
    portal: service('portal', ['payments']),
    payments: service('payments', ['ledger']),
    ledger: service('ledger', []),
    print: service('print', []),
  },
} as unknown as typeof small;
const incident = (name: string | undefined, environment?: string) =>
  ({ id: `${name}-${environment}`, title: '', lead: { key: '' }, service: name, environment }) as unknown as Incident;
const open = [
  incident('portal'),
  incident('payments', 'production'),
  incident('ledger', 'production'),
  incident('ledger', 'staging'),
  incident('print'),
  incident(undefined),
];
const names = (list: Incident[]) => list.map(({ service: name, environment }) => `${name} ${environment ?? ''}`.trim());

it.each([
  ['payments', 'production', ['ledger production'], ['portal']],
  ['portal', undefined, ['payments production', 'ledger production', 'ledger staging'], []],
  ['ledger', 'production', [], ['portal', 'payments production']],
  ['print', undefined, [], []],
  [undefined, undefined, [], []],
])('around %s in %s', (name, environment, above, below) => {
  const around = aroundOf(catalogue, incident(name, environment), open);
  expect([names(around.above), names(around.below)]).toEqual([above, below]);
});
