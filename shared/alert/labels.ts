/**
 * Meaning in labels: tags, custom properties and labels are free, but a few names mean the same wherever they are used.
 *
 * Called by the normalisers. Pure.
 */
import { first, link, text } from './read.ts';

type Labels = readonly (readonly [string, string])[];

const SERVICE = new Set(['service', 'servicename']);
const ENVIRONMENT = new Set(['environment', 'env', 'environmentname']);
const SEVERITY = new Set(['severity', 'priority']);
const RUNBOOK = new Set(['runbook', 'runbookurl', 'runbooklink', 'runbookuri']);

const LONGEST = 'environment_name'.length;

/** `runbook_url`, `Runbook-URL` and `runbookUrl` are one name. */
function plain(name: string): string {
  const lower = name.toLowerCase();
  return SEPARATOR.test(lower) ? lower.replaceAll(/[-_ .]/g, '') : lower;
}

/** The last that is there: of two with one name the last is kept as label, too. */
function labelOf(labels: Labels, names: Set<string>): string | undefined {
  for (let index = labels.length - 1; index >= 0; index--) {
    const [name, value] = labels[index] ?? ['', ''];
    // No name that means anything is longer; most labels end here, before the costly comparison.
    if (name.length <= LONGEST && names.has(plain(name))) return value;
  }
  return undefined;
}

export const serviceOf = (labels: Labels): string | undefined => labelOf(labels, SERVICE);
export const environmentOf = (labels: Labels): string | undefined => labelOf(labels, ENVIRONMENT);
export const severityLabelOf = (labels: Labels): string | undefined => labelOf(labels, SEVERITY);

/** A separate line, `runbook: https://…` or `runbook: payments/5xx`, as people write under an alarm. */
const RUNBOOK_LINE = /(?:^|[\n\r;|])\s*runbook\s*[:=]\s*(\S{1,2048})/i;

/** The runbook that the alert itself names: by label or annotation, else by a `runbook:` line in its description. */
export function runbookOf(labels: Labels, description?: string): string | undefined {
  return first(
    text(labelOf(labels, RUNBOOK), 2048),
    description === undefined ? undefined : text(RUNBOOK_LINE.exec(description)?.[1], 2048),
  );
}

const SEPARATOR = /[-_ .]/;

const GRAPH = new Set(['dashboard', 'dashboardurl', 'dashboardlink', 'graph', 'graphurl', 'panelurl', 'grafanaurl']);

/** A dashboard that people linked in an annotation. */
export function graphOf(labels: Labels): string | undefined {
  return link(labelOf(labels, GRAPH));
}
