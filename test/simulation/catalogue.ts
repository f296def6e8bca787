/** The catalogues of a simulation: one in force at first, one that is published in the middle. Compiled once. */

import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { groupDigest } from '../../shared/incident/incident.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { load } from '../../shared/routing/loaded.ts';
import { route } from '../../shared/routing/routing.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { bodyOf } from './senders.ts';

export const PHONES: Record<string, string> = {
  amira: '+447700900001',
  ben: '+447700900002',
  chidi: '+447700900003',
  head: '+447700900009',
};

const RULES = 'rules:\n  high:\n    - { sms: 0s }\n    - { voice: 2m }\n';
const person = (id: string) =>
  `id: ${id}\nname: ${id}\ncontact: { phone: "${PHONES[id]}", email: ${id}@example.gov.uk }\n${RULES}`;

/** The clocks go back during the simulated night (25 October 2026, 01:00 UTC), and the rota is handed over at half past one. */
const FIRST: Record<string, string> = {
  'catalogue.yaml':
    'policy: everybody\nenvironments: { production: [prod, "111122223333"] }\ntrackers: { gitlab: { kind: gitlab, url: "https://gitlab.example.gov.uk", project: sre/problems, token: ssm:/pageturner/trackers/gitlab } }\nproblems: { tracker: gitlab, open: [{ severity: critical }, { repeats: 2, within: 1d }] }\n',
  'people/amira.yaml': person('amira'),
  'people/ben.yaml': person('ben'),
  'people/chidi.yaml': person('chidi'),
  'people/head.yaml': person('head'),
  'rotas/primary.yaml':
    'name: primary\ntime_zone: Europe/London\nlayers:\n  - people: [amira, ben]\n    starts: 2026-01-04T01:30\n    every: 1 week\n',
  'rotas/secondary.yaml':
    'name: secondary\ntime_zone: Europe/London\nlayers:\n  - people: [ben, chidi, amira]\n    starts: 2026-01-04T09:00\n    every: 1 day\n',
  'policies/payments.yaml':
    'name: payments\nsteps:\n  - notify: [rota:primary, slack:#payments]\n  - after: 3m\n    notify: [rota:secondary]\n  - after: 5m\n    notify: [person:head]\nrepeat: 1\nack_expires: 20m\n',
  'policies/everybody.yaml':
    'name: everybody\nsteps:\n  - notify: [rota:secondary, slack:#everybody]\n  - after: 5m\n    notify: [person:head]\n',
  'services/payments-api.yaml':
    'name: payments-api\npolicy: payments\ndepends_on: [ledger]\nmatch: { title: [{ prefix: pay- }] }\n',
  'services/ledger.yaml': 'name: ledger\npolicy: everybody\nmatch: { title: [{ prefix: ledger- }] }\n',
  'runbooks/payments/errors.md':
    '---\ntitle: Payments fail\nmatch: { title: [{ prefix: pay-error }] }\n---\n# Payments fail\n\nRoll back.\n',
  'runbooks/payments/slow.md':
    '---\ntitle: Payments are slow\nmatch: { title: [{ prefix: pay-slow }] }\nhold: 1m\n---\n# Payments are slow\n\nLook.\n',
  // Words alone find this one. Its hold must not keep a page back.
  'runbooks/ledger/ledger.md': '---\ntitle: Ledger\nhold: 10m\n---\n# Ledger\n\nWhat to do about the ledger.\n',
};

const SECOND: Record<string, string> = {
  ...FIRST,
  'policies/payments.yaml':
    'name: payments\nsteps:\n  - notify: [rota:secondary]\n  - after: 2m\n    notify: [person:head]\nrepeat: 2\nack_expires: 20m\n',
};

export const catalogues: { first: Loaded; second: Loaded } = { first: compiled(FIRST), second: compiled(SECOND) };

function compiled(files: Record<string, string>): Loaded {
  const { catalogue, findings } = compileCatalogue(Object.entries(files).map(([path, text]) => ({ path, text })));
  if (!catalogue) throw new Error(`The simulation's catalogue does not compile: ${JSON.stringify(findings)}`);
  return load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));
}

const partitions = new Map<string, string>();

/** The partition of the table where incidents of a signal are. */
export function partitionOf(signal: string): string {
  const known = partitions.get(signal);
  if (known !== undefined) return known;
  const body = bodyOf({ signal, severity: 'critical', status: 'firing', said: 0 });
  const alert = normaliseBody(Buffer.from(body), undefined, { receivedAt: '2026-10-25T00:00:00.000Z' }).alerts[0]!;
  const { group } = route(alert, { loaded: catalogues.first, silences: [], now: alert.at });
  const partition = `G#${groupDigest(group)}`;
  partitions.set(signal, partition);
  return partition;
}
