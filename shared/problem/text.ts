/**
 * What stands in a ticket: every part of it, from the facts of the incident.
 *
 * Promises: all text from outside goes through `markdown.ts`, so it formats nothing and holds no phone number; people are called by
 * their part unless the catalogue says names; times are UTC and beside it the catalogue's wall clock. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Entry, Incident, Page } from '../incident/incident.ts';
import { lastedSeconds, pagedAtNight } from '../incident/ticket.ts';
import { whatIsWrong } from '../message/phrases.ts';
import type { Suspect } from '../suspect/suspect.ts';
import { duration, millis } from '../time/time.ts';
import { type Cast, castOf } from './cast.ts';
import { boxes } from './follow-ups.ts';
import { inline, link, table, withoutNumbers } from './markdown.ts';
import type { Problem } from './problem.ts';
import { toldOf } from './sections.ts';
import { DEFAULT_TEMPLATE, fillTemplate, type Part, type Value } from './template.ts';
import { whyTree } from './whys.ts';

/** All that a ticket is written from. */
export type Facts = {
  incident: Incident;
  /** Whole, oldest first. */
  timeline: Entry[];
  /** Of the same cause, newest first. */
  earlier: Incident[];
  /** Of other causes, open at some moment while this one was. */
  around: Incident[];
  problem: Pick<Problem, 'whys' | 'followUps'>;
  catalogue: Catalogue;
  /** Without a slash at the end. */
  baseUrl: string;
  names: boolean;
};

const MAX_TITLE = 200;
const MAX_ROWS = 200;
const MAX_AROUND = 20;

/** `payments-api production: target 5xx 12 > 5 for 3m` on one line; it mentions nobody. */
export function ticketTitle({ incident, catalogue, names }: Pick<Facts, 'incident' | 'catalogue' | 'names'>): string {
  const { service, environment, lead } = incident;
  const where = [service, environment].filter((one) => one !== undefined).join(' ');
  const text = `${where === '' ? '' : `${where}: `}${whatIsWrong(lead, service)}`.replace(/\s+/g, ' ');
  const plain = names ? text : plainOf(castOf(incident, catalogue, names).said(text, 1000));
  return withoutNumbers(plain.replaceAll('@', '@\u200B')).slice(0, MAX_TITLE);
}

/** The title is no Markdown: the escapes would show. */
function plainOf(markdown: string): string {
  return markdown.replace(/\\([^A-Za-z0-9\s])/g, '$1').replaceAll('\u200B', '');
}

/** The whole body by the team's template or the usual one. */
export function ticketBody(facts: Facts, template: string = DEFAULT_TEMPLATE): string {
  const body = fillTemplate(template, partsOf(facts), valuesOf(facts));
  return `${body.trimEnd()}\n\n${toldOf(facts.incident.id)}\n`;
}

/** Every part, by its name in the template. */
export function partsOf(facts: Facts): Record<Part, string> {
  const cast = castOf(facts.incident, facts.catalogue, facts.names);
  return {
    summary: summary(facts, cast),
    impact: impact(facts),
    paged: paged(facts, cast),
    timeline: timeline(facts, cast),
    suspects: suspects(facts, cast),
    runbook: runbook(facts, cast),
    around: around(facts, cast),
    earlier: earlier(facts, cast),
    whys: whyTree(firstWhy(facts, cast), facts.problem.whys),
    factors: factors(facts),
    follow_ups: boxes(facts.problem.followUps),
  };
}

function valuesOf({ incident, baseUrl, catalogue, names }: Facts): Record<Value, string> {
  const { service, environment, severity, openedAt, resolvedAt, lead } = incident;
  const said = castOf(incident, catalogue, names).said;
  return {
    title: said(whatIsWrong(lead, service)),
    service: inline(service ?? 'no service'),
    environment: inline(environment ?? 'no environment'),
    severity,
    started: openedAt ?? 'never',
    ended: resolvedAt ?? 'still open',
    lasted: duration(lastedSeconds(incident)),
    incident: link(incident.id, pageOf(baseUrl, incident)),
  };
}

function summary({ incident, baseUrl }: Facts, { said, called }: Cast): string {
  const { service, environment, severity, lead, openedAt, firingSince, resolvedAt, resolvedBy } = incident;
  const where = `${inline(service ?? 'No service')}${environment === undefined ? '' : ` in ${inline(environment)}`}`;
  const began = firingSince ?? openedAt;
  const ended =
    resolvedAt === undefined
      ? 'It is still open.'
      : `It ended at ${utc(resolvedAt)}${resolvedBy === undefined ? ' by itself' : `, resolved by ${inline(called(resolvedBy))}`}.`;
  return [
    `**${where}: ${said(whatIsWrong(lead, service))}**`,
    ...(lead.description === undefined ? [] : ['', `The sender says: ${said(lead.description)}`]),
    '',
    `It was ${severity}, began at ${began === undefined ? 'an unknown time' : utc(began)} and lasted ${duration(lastedSeconds(incident))}. ${ended} ${link('Open the incident', pageOf(baseUrl, incident))}.`,
  ].join('\n');
}

function impact({ incident, catalogue }: Facts): string {
  const { service } = incident;
  const needs = Object.values(catalogue.services)
    .filter(({ dependsOn }) => service !== undefined && dependsOn.includes(service))
    .map(({ name }) => inline(name));
  return [
    ...(needs.length === 0 ? [] : [`Services that need ${inline(service!)}: ${needs.slice(0, 20).join(', ')}.`, '']),
    '*To be written: who could not do what, how many, and for how long?*',
  ].join('\n');
}

function paged({ incident, catalogue }: Facts, cast: Cast): string {
  const asked = incident.pages.filter(({ kind }) => kind === 'alert');
  const by = new Map<string, Page[]>();
  for (const page of asked) {
    const key = page.person ? page.to : `${page.channel} ${page.to}`;
    by.set(key, [...(by.get(key) ?? []), page]);
  }
  if (by.size === 0) return 'Nobody was paged.';
  const rows = [...by].map(([key, pages]) => {
    const sent = pages.filter(({ state }) => state === 'sent');
    const channels = [...new Set(sent.map(({ channel }) => channel))].join(', ');
    const first = sent.map(({ at, due }) => at ?? due).sort()[0];
    const answered = incident.acknowledgedBy === key ? 'acknowledged' : incident.resolvedBy === key ? 'resolved' : '';
    const name = pages[0]!.person ? inline(cast.called(key)) : inline(key);
    return [name, first === undefined ? 'not sent' : utc(first), channels, `${sent.length}`, answered];
  });
  const night = pagedAtNight(incident, catalogue.defaults.timeZone) ? '\n\nSomebody was paged at night.' : '';
  return `${table(['Who', 'First at', 'By', 'Pages', 'Answer'], rows)}${night}`;
}

function timeline({ timeline: entries, catalogue }: Facts, cast: Cast): string {
  const zone = catalogue.defaults.timeZone;
  const shown = entries.slice(-MAX_ROWS);
  const rows = shown.map(({ at, what, by }) => [
    utc(at),
    local(at, zone),
    cast.said(what, 300),
    by === undefined ? '' : cast.said(by, 100),
  ]);
  const left = entries.length - shown.length;
  const before = left === 0 ? '' : `The ${left} entries before these are on the incident's page.\n\n`;
  return `${before}${table(['UTC', inline(zone), 'What', 'By'], rows)}`;
}

function suspects({ incident, names }: Facts, cast: Cast): string {
  if (incident.suspects.length === 0) return 'No deployment is known that could have caused it.';
  return incident.suspects.map((one) => suspectLine(one, incident, { cast, names })).join('\n');
}

function suspectLine(one: Suspect, incident: Incident, { cast, names }: { cast: Cast; names: boolean }): string {
  const before = (millis(incident.firingSince ?? incident.openedAt ?? one.at) - millis(one.at)) / 1000;
  const what = `${cast.said(one.version ?? one.title ?? 'a change')}${one.service === undefined ? '' : ` of ${inline(one.service)}`}`;
  const when = before >= 0 ? `${duration(before)} before it began` : `${duration(-before)} after it began`;
  const links = [
    ...(one.compare === undefined ? [] : [link('what changed', one.compare)]),
    ...(one.change === undefined ? [] : [link('the change', one.change)]),
    ...(one.run === undefined ? [] : [link('the run', one.run)]),
  ];
  const who = names && (one.author ?? one.by) !== undefined ? ` by ${inline(one.author ?? one.by!)}` : '';
  const title = one.title === undefined || one.version === undefined ? '' : `: ${cast.said(one.title, 200)}`;
  return `- ${one.likely ? '**Suspect**' : 'Deployed lately'}: ${what}${title}, ${when}${who}${links.length === 0 ? '' : ` (${links.join(', ')})`}`;
}

function runbook({ incident, timeline: entries, catalogue, baseUrl }: Facts, { said }: Cast): string {
  const id = incident.runbook.runbook;
  if (id === null) return 'No runbook was found: it is one to write.';
  const helped = entries.some(({ what }) => what.startsWith('The runbook helped'));
  const wrong = entries.find(({ what }) => what.startsWith('Wrong runbook:'))?.what;
  const title = catalogue.runbooks[id]?.title ?? id;
  const found = {
    link: 'by a link of the alert',
    pattern: 'by its pattern',
    person: 'by what a person said',
    words: 'by its words',
  };
  const by = incident.runbook.by === 'none' ? '' : `, found ${found[incident.runbook.by]}`;
  const said_ =
    wrong !== undefined
      ? `People said: ${said(wrong)}.`
      : helped
        ? 'People said that it helped.'
        : 'Nobody said whether it helped.';
  return `${link(title, `${pageOf(baseUrl, incident)}/r/${id}`)}${by}. ${said_}`;
}

function around({ around: others, baseUrl }: Facts, { said }: Cast): string {
  if (others.length === 0) return 'Nothing else was open.';
  const lines = others.slice(0, MAX_AROUND).map((other) => {
    const ended = other.resolvedAt === undefined ? 'still open' : `until ${utc(other.resolvedAt)}`;
    return `- ${link(other.service ?? 'no service', pageOf(baseUrl, other))}: ${said(whatIsWrong(other.lead, other.service))}, ${other.severity}, from ${utc(other.openedAt ?? other.updatedAt)} ${ended}`;
  });
  const left = others.length - lines.length;
  return left <= 0 ? lines.join('\n') : [...lines, `- and ${left} more`].join('\n');
}

function earlier({ incident, earlier: before, baseUrl }: Facts, { said }: Cast): string {
  const known = incident.openings?.length ?? 0;
  if (before.length === 0 && known === 0) return 'This is the first that is known.';
  const lines = before.map((one) => {
    const suspect = one.suspects.find(({ likely }) => likely);
    const after = suspect === undefined ? '' : `, after ${said(suspect.version ?? suspect.title ?? 'a change')}`;
    return `- ${link(utc(one.openedAt ?? one.updatedAt), pageOf(baseUrl, one))}: ${one.severity}, ${duration(lastedSeconds(one))}${after}`;
  });
  const count = known === 0 ? [] : [`People were paged for this cause ${times(known)} in the 90 days before.`, ''];
  return [...count, ...lines].join('\n');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** What people were paged for: the answer to the first why, as Markdown. */
export function firstWhyOf({ incident, catalogue, names }: Pick<Facts, 'incident' | 'catalogue' | 'names'>): string {
  return firstWhy({ incident }, castOf(incident, catalogue, names));
}

function firstWhy({ incident }: Pick<Facts, 'incident'>, { said }: Cast): string {
  const at = incident.firingSince ?? incident.openedAt;
  return `${said(whatIsWrong(incident.lead, incident.service))}${at === undefined ? '' : ` (${utc(at)})`}`;
}

/** What the record itself shows; people add the rest. */
function factors({ incident }: Facts): string {
  const steps = Math.max(0, ...incident.pages.map(({ place }) => (place?.step ?? 0) + (place?.round ?? 0)));
  const known = [
    ...(incident.runbook.runbook === null ? ['No runbook was found.'] : []),
    ...(steps > 0 ? ['The first step of the policy did not answer: others were paged.'] : []),
    ...(incident.suspects.some(({ likely }) => likely) ? ['A deployment shortly before is suspected.'] : []),
    ...((incident.again?.length ?? 0) > 0
      ? [`It fired again ${times(incident.again!.length)} after it seemed over.`]
      : []),
  ];
  return [
    ...known.map((one) => `- ${one}`),
    '- *To be written: what made it possible, likelier, longer or harder to see?*',
  ].join('\n');
}

/** What the ticket is told of a further incident of its cause. `closed`: it was closed so many days before. */
export function furtherNote(facts: Facts, closed: { days: number } | undefined): string {
  const { incident, baseUrl, catalogue } = facts;
  const cast = castOf(incident, catalogue, facts.names);
  const again =
    closed === undefined
      ? 'Again'
      : `Again, ${closed.days === 1 ? '1 day' : `${closed.days} days`} after it was closed`;
  const pages = incident.pages.filter(
    ({ kind, person, state }) => kind === 'alert' && person && state === 'sent',
  ).length;
  const night = pagedAtNight(incident, catalogue.defaults.timeZone) ? ', at night' : '';
  const suspect = incident.suspects.slice(0, 1).map((one) => suspectLine(one, incident, { cast, names: facts.names }));
  return [
    `**${again}**: ${cast.said(whatIsWrong(incident.lead, incident.service))}`,
    '',
    `- From ${utc(incident.openedAt ?? incident.updatedAt)}, ${duration(lastedSeconds(incident))}, ${incident.severity}; ${pages} ${pages === 1 ? 'page' : 'pages'} to people${night}`,
    ...suspect,
    `- ${link('Open the incident', pageOf(baseUrl, incident))}`,
    '',
    toldOf(incident.id),
  ].join('\n');
}

/** What it is told where an incident that it tells of fired again and is over now. */
export function againNote(facts: Facts): string {
  const { incident, baseUrl } = facts;
  return `It fired again after this ticket was written, and is over since ${utc(incident.resolvedAt ?? incident.updatedAt)}; it lasted ${duration(lastedSeconds(incident))} in all. ${link('Open the incident', pageOf(baseUrl, incident))}.`;
}

function pageOf(baseUrl: string, { id }: Pick<Incident, 'id'>): string {
  return `${baseUrl}/k/${id}`;
}

/** `2026-11-23 03:12:04` */
function utc(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}

/** `03:12:04 GMT`: the wall clock of the catalogue. */
function local(at: string, timeZone: string): string {
  const format = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone, timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...format, hourCycle: 'h23' }).format(millis(at));
}
