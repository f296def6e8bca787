/** Incidents as triage makes them of payloads, with the sample catalogue: what the words are shown on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintFiles } from '../../cli/lint/lint.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import { readCatalogueFolder } from '../../shared/catalogue/read.ts';
import { decide } from '../../shared/incident/decide.ts';
import { groupOf } from '../../shared/incident/grouping.ts';
import type { Incident, Suspect } from '../../shared/incident/incident.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { load } from '../../shared/world/load.ts';

const HERE = import.meta.dirname;
export const NOW = '2026-11-23T03:12:06.000Z';

const { files } = await readCatalogueFolder(join(HERE, '../../catalogue'));
const { catalogue } = lintFiles(files, Date.parse(NOW));
if (!catalogue) throw new Error('The sample catalogue does not compile.');
const loaded = load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));

/** The first alert of a fixture that fires. */
export function alertOf(fixture: string): Alert {
  const body = readFileSync(join(HERE, '../alert/fixtures', `${fixture}.json`));
  const { alerts } = normaliseBody(body, undefined, { receivedAt: NOW });
  const firing = alerts.find(({ status }) => status === 'firing');
  if (!firing) throw new Error(`${fixture} has no firing alert`);
  return firing;
}

export function incidentOf(alert: Alert, suspects: Suspect[] = []): Incident {
  const { service } = loaded.serviceOf(alert);
  const environment = loaded.environmentOf(alert);
  const where = { ...(service ? { service: service.name } : {}), ...(environment ? { environment } : {}) };
  const choice = loaded.runbookFor({ ...alert, ...where }, service);
  const runbook = choice.runbook === null ? undefined : catalogue!.runbooks[choice.runbook];
  const severity = runbook?.severity ?? alert.severity ?? catalogue!.defaults.severity;
  const notice = {
    alert,
    group: groupOf(alert, { ...(runbook ? { runbook } : {}), ...where }),
    severity,
    urgency: 'high' as const,
    policy: service?.policy ?? catalogue!.defaults.policy,
    ...where,
    runbook: choice,
    holdSeconds: 0,
    suspects,
  };
  const context = { now: NOW, catalogue: catalogue!, onCall: (rota: string) => loaded.onCall(rota, NOW) };
  return decide(undefined, { type: 'notices', notices: [notice] }, context)!;
}
