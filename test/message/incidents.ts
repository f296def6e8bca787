/** Incidents as triage makes them of payloads, with the sample catalogue: what the words are shown on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { noticeOf } from '../../shared/incident/notices.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { load } from '../../shared/routing/loaded.ts';
import { route } from '../../shared/routing/routing.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';

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
  const routed = route(alert, { loaded, silences: [], now: NOW });
  const notice = {
    ...noticeOf(routed, { group: routed.group, suspects }),
    urgency: 'high' as const,
    holdSeconds: 0,
  };
  const context = { now: NOW, catalogue: catalogue!, onCall: (rota: string) => loaded.onCall(rota, NOW) };
  return decide(undefined, { type: 'notices', notices: [notice] }, context)!;
}
