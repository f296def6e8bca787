/** The catalogue while it is compiled: what was read of each kind, with the file it came from. Types alone. */

import type { Defaults, Person, Policy, Sender, Service } from '../../shared/catalogue/catalogue.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';
import type { CatalogueFile, Sourced } from './source.ts';

/** All that could be read, by kind and name: what `checkNames` looks names up in. */
export type Drafts = {
  defaults?: Sourced<Defaults>;
  people: Map<string, Sourced<Person>>;
  services: Map<string, Sourced<Service>>;
  rotas: Map<string, Sourced<Rota>>;
  policies: Map<string, Sourced<Policy>>;
  runbooks: Map<string, Sourced<Runbook>>;
  senders: Map<string, Sourced<Sender>>;
  /** `person:ben` for files that are there and could not be read: their names are not reported as unknown too. */
  broken: Set<string>;
  /** Every file: what one file names by its path is looked up here. */
  files: CatalogueFile[];
};
