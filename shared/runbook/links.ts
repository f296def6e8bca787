/**
 * Runbook links in an alert: where they stand, and which runbook of the catalogue they lead to. People link to one runbook
 * by many addresses (the file in GitLab or GitHub, its raw text, the site made of it, a wiki, where it was last year), so an
 * address leads to the runbook whose ID, or alias, its path ends with.
 *
 * Promises: nothing is fetched; a link that leads to no runbook is offered only when it is `https:` on an allowed host.
 * Pure.
 */
import type { Alert } from '../alert/alert.ts';
import type { Runbook } from './runbook.ts';

export type FoundLink = { target: string; where: string };

export type LinkTable = {
  /** Last step of a path, lower case, to the runbooks and aliases that end so. */
  byLastStep: Map<string, { steps: string[]; runbook: number }[]>;
  /** Whole addresses that are aliases. */
  byAddress: Map<string, number>;
  /** Hosts whose `https:` links are offered to people. */
  hosts: Set<string>;
};

const MAX_LINKS = 20;
const MAX_TARGET_CHARACTERS = 2_048;
const NAMES = new Set(['runbook', 'runbookurl', 'runbooklink', 'playbook', 'playbookurl', 'sop', 'sopurl']);
/** A last step that is not a name: the name is the step before. */
const INDEX = /^(index|readme|-index|home)$/;
/** After one of these steps a path is relative to where runbooks stand. */
const ROOTS = new Set(['runbooks', 'runbook', 'wikis', 'wiki', 'docs', 'alerts', 'playbooks']);
/** Before a branch and the path in the repository: GitLab, GitHub, Gitea, Bitbucket. */
const REPOSITORY = /\/(?:blob|raw|tree|edit|blame|src)\/(?:refs\/heads\/|branch\/)?[^/]+\/[^/]+$/;
/** Azure DevOps: `/_wiki/wikis/NAME/12/Disk-full`; the number is the page's. */
const WIKI_PAGE = /\/_wiki\/.*\/\d+\/[^/]+$/;
/** Parameters that hold the path of a file or page: Azure DevOps. */
const PATH_PARAMETERS = ['path', 'pagePath'];

export function buildLinkTable(runbooks: Pick<Runbook, 'id' | 'aliases'>[], hosts: string[]): LinkTable {
  const table: LinkTable = {
    byLastStep: new Map(),
    byAddress: new Map(),
    hosts: new Set(hosts.map((host) => host.toLowerCase())),
  };
  for (const [runbook, { id, aliases }] of runbooks.entries()) {
    for (const name of [id, ...aliases]) {
      if (/^https?:/i.test(name)) {
        const address = addressOf(name);
        if (address !== undefined && !table.byAddress.has(address)) table.byAddress.set(address, runbook);
      } else {
        const steps = stepsOf(name);
        const last = steps.at(-1);
        if (last === undefined) continue;
        const list = table.byLastStep.get(last) ?? [];
        list.push({ steps, runbook });
        table.byLastStep.set(last, list);
      }
    }
  }
  return table;
}

/** In the order in which they are believed: the sender's own field, a label, a line of the description. */
export function runbookLinks(alert: Pick<Alert, 'links' | 'labels' | 'description'>): FoundLink[] {
  const found: FoundLink[] = [];
  const add = (target: string | undefined, where: string) => {
    const trimmed = target?.trim() ?? '';
    if (trimmed !== '' && trimmed.length <= MAX_TARGET_CHARACTERS && found.length < MAX_LINKS)
      found.push({ target: trimmed, where });
  };
  add(alert.links?.runbook, 'its runbook link');
  for (const [name, value] of Object.entries(alert.labels ?? {})) {
    if (NAMES.has(name.toLowerCase().replace(/[^a-z]/g, ''))) add(value, `the label ${name}`);
  }
  for (const line of (alert.description ?? '').split('\n')) {
    const parts =
      /^\s*(?:[-*>]\s*)?[*_]{0,2}(?:runbook|playbook)(?:[ _-]?(?:url|link))?[*_]{0,2}\s*[:=][*_]{0,2}\s*<?(\S+?)>?\s*$/i.exec(
        line,
      );
    if (parts !== null) add(parts[1], 'a runbook line in the description');
  }
  return found;
}

/**
 * @returns the runbook a link leads to, by its place in the list given to `buildLinkTable`; or an address that may be shown;
 * or undefined where it leads nowhere that is allowed
 */
export function resolveLink(table: LinkTable, target: string): { runbook: number } | { url: string } | undefined {
  const url = /^[a-z][a-z0-9+.-]*:/i.test(target) ? parseUrl(target) : null;
  if (url === undefined) return undefined;
  if (url === null) return bySteps(table, stepsOf(target), true);
  const known = table.byAddress.get(addressOf(target) ?? '');
  if (known !== undefined) return { runbook: known };
  const allowed = url.protocol === 'https:' && url.username === '' && table.hosts.has(url.hostname);
  const isInRepository = REPOSITORY.test(url.pathname) || WIKI_PAGE.test(url.pathname);
  const inQuery = PATH_PARAMETERS.map((name) => url.searchParams.get(name)).find((path) => path);
  const path = inQuery ?? url.pathname;
  const trusted = allowed || isInRepository || inQuery !== undefined;
  return bySteps(table, stepsOf(path), trusted) ?? byEnding(table, path) ?? (allowed ? { url: url.href } : undefined);
}

/** Longest ending first. A name of one step is taken only where the address leaves no doubt that it means a runbook. */
function bySteps(table: LinkTable, steps: string[], trusted: boolean): { runbook: number } | undefined {
  let best: { length: number; runbook: number } | undefined;
  for (const { steps: named, runbook } of table.byLastStep.get(steps.at(-1) ?? '') ?? []) {
    const before = steps.length - named.length;
    if (before < 0 || !endsWith(steps, named)) continue;
    const sure = named.length > 1 || trusted || before === 0 || ROOTS.has(steps[before - 1]!);
    if (sure && (best === undefined || named.length > best.length)) best = { length: named.length, runbook };
  }
  return best === undefined ? undefined : { runbook: best.runbook };
}

/** A site that shows only part of a repository has shorter paths: the one runbook whose path ends like the address. */
function byEnding(table: LinkTable, path: string): { runbook: number } | undefined {
  const steps = stepsOf(path, 'whole');
  if (steps.length < 2) return undefined;
  const found = (table.byLastStep.get(steps.at(-1)!) ?? []).filter(({ steps: named }) => endsWith(named, steps));
  return found.length === 1 ? { runbook: found[0]!.runbook } : undefined;
}

function endsWith(steps: string[], ending: string[]): boolean {
  const before = steps.length - ending.length;
  return before >= 0 && ending.every((step, at) => step === steps[before + at]);
}

/**
 * The steps of a path in lower case, without what only an address adds: extension, index page, `runbooks/` in front (but for
 * a `whole` path). Wikis write a space as `-`, `_`, `+` or `%20`: here it is `-`.
 */
function stepsOf(path: string, part: 'below runbooks' | 'whole' = 'below runbooks'): string[] {
  const bare = path.split(/[?#]/)[0]!;
  const steps = bare
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .map((step) =>
      decode(step)
        .toLowerCase()
        .replace(/[\s_+]+/g, '-'),
    );
  const last = steps.pop();
  if (last === undefined) return [];
  const name = last.replace(/(\.html?)?\.(md|markdown)$|\.html?$/, '');
  if (!INDEX.test(name) || steps.length === 0) steps.push(name);
  if (part !== 'whole' && steps[0] === 'runbooks' && steps.length > 1) steps.shift();
  return steps;
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    // A stray percent sign: take it as it is written.
    return step;
  }
}

function addressOf(text: string): string | undefined {
  const url = parseUrl(text);
  return url && `${url.host}${url.pathname.replace(/\/$/, '')}`.toLowerCase();
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}
