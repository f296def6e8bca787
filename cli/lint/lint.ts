/**
 * Lint: what compiles and would still go wrong: gaps, people who cannot be reached, runbooks past review, holiday data
 * that ends. Looks 90 days ahead.
 *
 * Promises: an error is something that costs a page; a warning is something that may. Pure; `now` is handed in.
 */

import type { Catalogue, Channel, Person } from '../../shared/catalogue/catalogue.ts';
import { hasContact } from '../../shared/incident/escalation.ts';
import { type CompiledRota, compileRota } from '../../shared/rota/compile.ts';
import { calendarEnd } from '../../shared/rota/holidays.ts';
import { gapsBetween, mergeStints, type Stint, stintsBetween } from '../../shared/rota/shifts.ts';
import { readDate } from '../../shared/rota/wall.ts';
import type { Interval } from '../../shared/rota/windows.ts';
import { DAY, instantOf, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import { compileCatalogue, sortFindings, type Where } from '../catalogue/compile.ts';
import type { CatalogueFile } from '../catalogue/source.ts';
import type { Finding } from '../finding.ts';
import { sayInstant, sayInterval, sayLength } from '../say.ts';
import { lintDeployments } from './deployments.ts';
import { checkReadiness, type Horizon } from './readiness.ts';
import { lintRunbooks } from './runbooks.ts';
import { lintSamples, lintSenders } from './senders.ts';
import { lintUnused } from './unused.ts';

export const HORIZON_DAYS = 90;

type Scene = { catalogue: Catalogue; rotas: Map<string, CompiledRota>; horizon: Horizon; zone: Zone; where: Where };

/** Why a gap begins: the layer that had the rota last, and what becomes of it. */
function causeOf(rota: CompiledRota, stints: Stint[], gap: Interval): string {
  const before = stints.find(({ end }) => end === gap.start);
  const ended = rota.layers.find(({ ends }) => ends === gap.start);
  if (ended !== undefined) return `Layer ${ended.name} is silent from its until on`;
  const unborn = rota.layers.filter(({ begins }) => begins > gap.start);
  if (before === undefined && unborn.length === rota.layers.length) return `Layer ${unborn[0]?.name} has not begun`;
  if (before === undefined) return 'No layer is active then';
  if (before.layer === 'override') return 'An override ends and no layer is active under it';
  return `Layer ${before.layer} closes and no other is active`;
}

function checkGaps({ rotas, horizon: { from, to }, where }: Scene): Finding[] {
  return [...rotas].flatMap(([name, rota]) => {
    const stints = mergeStints(stintsBetween(rota, from, to));
    const gaps = gapsBetween(stints, from, to);
    const [first] = gaps;
    if (first === undefined) return [];
    const total = gaps.reduce((sum, { start, end }) => sum + end - start, 0);
    const more = gaps.length === 1 ? '' : `; ${gaps.length} gaps in ${HORIZON_DAYS} days, ${sayLength(total)} in all`;
    const layer = rota.layers.findIndex((found) => found.name === stints.find(({ end }) => end === first.start)?.layer);
    return {
      level: 'error',
      code: 'rota-gap',
      ...where('rota', name, layer < 0 ? ['layers'] : ['layers', layer]),
      message: `Nobody is on call in ${name} on ${sayInterval(rota.zone, first.start, first.end)}${more}. ${causeOf(rota, stints, first)}.`,
      mend: 'Add a layer below the others that is always active, or an override for that time.',
    };
  });
}

function checkContacts({ catalogue, where }: Scene): Finding[] {
  const needs: Record<Channel, string> = {
    sms: 'phone',
    voice: 'phone',
    email: 'email',
    slack: 'slack',
    teams: 'teams',
    webhook: 'webhook',
  };
  return Object.values(catalogue.people).flatMap((person: Person) => {
    const rules = [...person.rules.high, ...person.rules.low];
    const idle = [...new Set(rules.map(({ channel }) => channel))].filter((channel) => !hasContact(person, channel));
    const findings: Finding[] = [];
    if (idle.length > 0) {
      const contacts = [...new Set(idle.map((channel) => needs[channel]))].join(' and ');
      findings.push({
        level: 'warning',
        code: 'no-contact',
        ...where('person', person.id, ['rules']),
        message: `${person.id} has no ${contacts}, so the rules for ${idle.join(' and ')} are skipped.`,
        mend: `Add ${contacts} to contact, or take the rules out.`,
      });
    }
    if (Object.values(person.contact).every((contact) => contact === undefined)) {
      findings.push({
        level: 'error',
        code: 'unreachable-person',
        ...where('person', person.id, ['contact']),
        message: `${person.id} cannot be reached at all: contact is empty.`,
        mend: 'Add a phone.',
      });
    }
    return findings;
  });
}

function checkReviews({ catalogue, horizon, zone, where }: Scene): Finding[] {
  return Object.values(catalogue.runbooks).flatMap((runbook) => {
    const day = runbook.reviewBy === undefined ? undefined : readDate(runbook.reviewBy);
    if (day === undefined || instantOf(zone, day * DAY) > horizon.from) return [];
    return {
      level: 'warning',
      code: 'review-due',
      ...where('runbook', runbook.id, ['review_by']),
      message: `${runbook.title} was to be reviewed by ${runbook.reviewBy}.`,
      mend: 'Read it against what it describes, then set review_by anew.',
    };
  });
}

function checkCalendars({ catalogue, horizon, where }: Scene): Finding[] {
  return Object.values(catalogue.rotas).flatMap((rota) => {
    const zone = zoneNamed(rota.time_zone);
    const end = calendarEnd(rota.holidays);
    if (zone === undefined || end === undefined || instantOf(zone, end) > horizon.to) return [];
    return {
      level: 'warning',
      code: 'holidays-end',
      ...where('rota', rota.name, ['holidays']),
      message: `The holidays of ${String(rota.holidays)} are known until ${sayInstant(zone, instantOf(zone, end))}; after that none is a holiday.`,
      mend: 'Update Pageturner, or write the dates into the rota.',
    };
  });
}

/** The stretches in which two plans have the same person. */
function together(a: Stint[], b: Stint[]): Stint[] {
  const found: Stint[] = [];
  let j = 0;
  for (const stint of a) {
    while (j < b.length && b[j]!.end <= stint.start) j++;
    for (let k = j; k < b.length && b[k]!.start < stint.end; k++) {
      const other = b[k]!;
      if (other.person !== stint.person) continue;
      found.push({ ...stint, start: Math.max(stint.start, other.start), end: Math.min(stint.end, other.end) });
    }
  }
  return found;
}

/** Somebody on call in two rotas of one policy: the step that should wake another wakes the same sleeper. */
function checkDoubles({ catalogue, rotas, horizon: { from, to }, where }: Scene): Finding[] {
  const plans = new Map([...rotas].map(([name, rota]) => [name, mergeStints(stintsBetween(rota, from, to))]));
  const names = [...rotas.keys()];
  const findings: Finding[] = [];
  for (const [i, one] of names.entries()) {
    for (const two of names.slice(i + 1)) {
      const both = together(plans.get(one)!, plans.get(two)!);
      const policies = Object.values(catalogue.policies)
        .filter(({ steps }) => {
          const asked = steps.flatMap(({ notify }) => notify.filter(({ kind }) => kind === 'rota'));
          return [one, two].every((rota) => asked.some(({ name }) => name === rota));
        })
        .map(({ name }) => name);
      for (const person of new Set(both.map((stint) => stint.person))) {
        const stretches = both.filter((stint) => stint.person === person);
        const total = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
        const [first] = stretches as [Stint];
        const so = policies.length === 0 ? '' : `; a later step of ${policies.join(', ')} then wakes nobody new`;
        findings.push({
          level: 'warning',
          code: 'on-call-twice',
          ...where('rota', one, ['layers']),
          message: `${person} is on call in ${one} and ${two} at once on ${sayInterval(rotas.get(one)!.zone, first.start, first.end)}, ${sayLength(total)} in ${HORIZON_DAYS} days${so}.`,
          mend: 'Shift the order of people in one of them, or add an override with instead_of.',
        });
      }
    }
  }
  return findings;
}

/**
 * What is wrong with a catalogue that compiles, in the 90 days from `now` on.
 *
 * @param now epoch milliseconds
 * @param where of `compileCatalogue`
 */
export function lintCatalogue(catalogue: Catalogue, now: number, where: Where): Finding[] {
  const rotas = new Map(Object.entries(catalogue.rotas).map(([name, rota]) => [name, compileRota(rota)]));
  const zone = zoneNamed(catalogue.defaults.timeZone)!;
  const horizon = { from: now, to: now + HORIZON_DAYS * DAY };
  const scene = { catalogue, rotas, horizon, zone, where };
  return [
    ...checkGaps(scene),
    ...checkContacts(scene),
    ...checkReadiness(catalogue, rotas, horizon, zone, where),
    ...checkDoubles(scene),
    ...lintUnused(scene),
    ...checkReviews(scene),
    ...checkCalendars(scene),
    ...lintDeployments(catalogue, where),
    ...lintRunbooks(
      Object.values(catalogue.runbooks),
      { services: Object.keys(catalogue.services), environments: catalogue.defaults.environments },
      (id, path) => where('runbook', id, path),
    ),
  ];
}

/** Compiles and lints in one go: every finding, by file and line. There is a catalogue where no file has an error. */
export function lintFiles(files: CatalogueFile[], now: number): { catalogue?: Catalogue; findings: Finding[] } {
  const { catalogue, findings, where } = compileCatalogue(files, now);
  if (catalogue === undefined) return { findings };
  const found = [...findings, ...lintCatalogue(catalogue, now, where), ...lintSenders(catalogue, files, where)];
  return { catalogue, findings: sortFindings(found) };
}

/** Findings of samples of senders that do not become the alerts beside them: mappings are run, so it takes a moment. */
export async function lintSamplesOf(files: CatalogueFile[], now: number): Promise<Finding[]> {
  const { catalogue, where } = compileCatalogue(files, now);
  return catalogue === undefined ? [] : sortFindings(await lintSamples(catalogue, files, where));
}
