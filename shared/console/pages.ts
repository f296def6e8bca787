/**
 * The pages as HTML. Pure: a function of values; `html` escapes everything that is put into it.
 */
import { html, raw } from 'hono/html';
import type { Around } from '../incident/around.ts';
import type { Entry, Incident } from '../incident/incident.ts';
import { firingKeys } from '../incident/incident.ts';
import { listedState } from '../incident/listed.ts';
import { VERDICTS } from '../incident/verdict.ts';
import { oneLine } from '../message/gsm.ts';
import { whatIsWrong } from '../message/phrases.ts';
import type { LastTime } from '../problem/last-time.ts';
import type { Why } from '../problem/problem.ts';
import { runbookAt } from '../runbook/relative.ts';
import { firstSteps, withoutTitle } from '../runbook/steps.ts';
import type { Suspect } from '../suspect/suspect.ts';
import { duration } from '../time/time.ts';
import { renderMarkdown } from './markdown.ts';

type Html = ReturnType<typeof html>;

function layout(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body><main>${body}</main></body>
</html>`;
}

export type IncidentView = {
  incident: Incident;
  timeline: Entry[];
  earlier: Incident[];
  /** What came of it last time. */
  last: LastTime | undefined;
  /** The answer that was given last to a why: the next is asked of it. */
  lastWhy: Why | undefined;
  markdown: string | undefined;
  around: Around;
  who: string;
  /** Where the buttons post to. */
  address: string;
  now: string;
  names: Record<string, string>;
  imageHosts: string[];
  /** Whether a problem ticket can be opened for it. */
  hasTracker: boolean;
  /** Whether the catalogue in force has a runbook of that ID. */
  isRunbook: (id: string) => boolean;
};

/** An incident as one person sees it: what is wrong, what to do first, what changed; the answer in reach of the thumb. */
export function incidentPage(view: IncidentView): Html {
  const { incident, now } = view;
  const title = oneLine(whatIsWrong(incident.lead, incident.service));
  return layout(
    `${incident.service ?? 'Incident'}: ${title}`,
    html`
<p><span class="badge ${incident.severity}">${incident.severity}</span> <span class="badge ${incident.state}">${incident.state}</span>
${incident.service ?? 'no service'}${incident.environment ? html`, ${incident.environment}` : ''}</p>
<h1>${title}</h1>
<p class="dim">${since(incident, now)}${incident.lead.title === title ? '' : html` · ${oneLine(incident.lead.title)}`}${incident.lead.labels?.['ends'] === undefined ? '' : html` · ${oneLine(incident.lead.labels['ends'])}`}</p>
${standing(view)}
${ticketOf(incident)}
${verdict(view)}
${nextWhy(view)}
${above(view)}
${lastTime(view)}
${firstCard(view)}
${suspects(incident, now)}
${links(incident)}
${below(view)}
${rest(view)}
${history(view.earlier)}
<h2>Signals</h2>
<ul class="plain">${Object.values(incident.alerts).map((alert) => html`<li><span class="${alert.status === 'firing' && !alert.closed ? alert.severity : 'resolved'}">${alert.status}</span> ${oneLine(alert.title)} <span class="dim">${clock(alert.at)}</span></li>`)}</ul>
<h2>Timeline</h2>
<div class="table" tabindex="0" role="region" aria-label="Timeline"><table><tbody>${[...view.timeline].reverse().map((entry) => html`<tr><td class="dim">${clock(entry.at)}</td><td>${oneLine(entry.what)}${entry.by ? html` <span class="dim">by ${oneLine(entry.by)}</span>` : ''}</td></tr>`)}</tbody></table></div>
${more(view)}
<p class="dim">Incident ${incident.id}, reply code ${incident.code}. You are ${view.names[view.who] ?? view.who}. <a href="/contact-card.vcf">The numbers that page you</a>, to be let through at night.</p>
${buttons(incident, view.address)}`,
  );
}

function since(incident: Incident, now: string): string {
  const began = incident.firingSince ?? incident.openedAt ?? incident.updatedAt;
  const end = incident.resolvedAt ?? now;
  const long = duration((Date.parse(end) - Date.parse(began)) / 1000);
  return incident.state === 'resolved' ? `Lasted ${long}, from ${clock(began)}` : `For ${long}, since ${clock(began)}`;
}

function standing({ incident, names }: IncidentView): Html | string {
  if (incident.state === 'acknowledged') {
    return html`<p class="card acknowledged">${personNamed(names, incident.acknowledgedBy)} has it, since ${clock(incident.acknowledgedAt ?? incident.updatedAt)}. Nobody else is paged.</p>`;
  }
  if (incident.state === 'resolved') {
    return html`<p class="card resolved">Resolved at ${clock(incident.resolvedAt ?? incident.updatedAt)}${incident.resolvedBy ? html` by ${names[incident.resolvedBy] ?? incident.resolvedBy}` : ''}.</p>`;
  }
  const firing = firingKeys(incident).length;
  return firing > 1 ? html`<p class="dim">${firing} signals fire.</p>` : '';
}

/** Once it is over, one press says whether it was worth it: the report of toil and what pays off first follow from it. */
function verdict({ incident, address, names }: IncidentView): Html | string {
  if (incident.test || incident.state !== 'resolved') return '';
  const said = incident.verdict;
  const buttons = Object.entries(VERDICTS).map(
    ([name, label]) =>
      html`<button name="verdict" value="${name}" aria-pressed="${said?.is === name ? 'true' : 'false'}">${label}</button> `,
  );
  return html`<form method="post" action="${address}" class="card more"><h2>Was it worth waking somebody?</h2>
${said === undefined ? '' : html`<p>${VERDICTS[said.is]}, says ${personNamed(names, said.by)}.</p>`}<input type="hidden" name="action" value="judge">${buttons}</form>`;
}

/** The problem ticket of its cause, or that one is on its way. */
function ticketOf({ problem, ticket }: Incident): Html | string {
  if (problem !== undefined && isWeb(problem.url))
    return html`<p>Problem ticket: <a rel="noopener noreferrer" href="${problem.url}">${problem.name}</a></p>`;
  return ticket === undefined ? '' : html`<p class="dim">A problem ticket is on its way.</p>`;
}

/** One why at a time; `pageturner why` asks them all. */
function nextWhy({ incident, address, lastWhy }: IncidentView): Html | string {
  if (incident.test || incident.state !== 'resolved') return '';
  const asks = lastWhy === undefined ? oneLine(whatIsWrong(incident.lead, incident.service)) : lastWhy.text;
  const under =
    lastWhy === undefined
      ? ''
      : html`<input type="hidden" name="under" value="${lastWhy.id}"><label><input type="checkbox" name="another" value="yes"> Another reason, not of this one</label>`;
  return html`<details class="card"><summary>Ask why</summary><form method="post" action="${address}" class="more"><label>Why: ${asks}? Ask what and how, not who. <input name="text" maxlength="500" required></label>${under}<button name="action" value="why">Keep the answer</button></form></details>`;
}

/** What its review said: what helps until the cause is gone comes before the runbook. */
function lastTime({ last, earlier }: IncidentView): Html | string {
  if (last === undefined || (last.workaround === undefined && last.reasons.length + last.todo.length === 0)) return '';
  const list = (texts: string[]) => html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<section class="card"><h2>${earlier.length === 0 ? 'What came of it' : 'What came of it last time'}</h2>
${last.workaround === undefined ? '' : html`<p><strong>Workaround:</strong> ${last.workaround}</p>`}
${last.reasons.length === 0 ? '' : html`<p>Because:</p>${list(last.reasons)}`}
${last.todo.length === 0 ? '' : html`<p>Still to be done:</p>${list(last.todo)}`}</section>`;
}

/** A person by name. Others that act are known only by the name of their token, which must not read as a person's. */
function personNamed(names: Record<string, string>, who: string | undefined): string {
  if (who === undefined) return 'Somebody';
  return names[who] ?? `Somebody (signed in as ${who})`;
}

/** Before anybody follows the runbook of what may only be a consequence. */
function above({ around }: IncidentView): Html | string {
  if (around.above.length === 0) return '';
  return html`<section class="card suspect"><h2>Perhaps because of</h2>${openOnes(around.above)}</section>`;
}

function below({ around }: IncidentView): Html | string {
  if (around.below.length === 0) return '';
  return html`<section class="card"><h2>Depends on this, and is open too</h2>${openOnes(around.below)}</section>`;
}

function openOnes(incidents: Incident[]): Html {
  return html`<ul class="plain">${incidents.slice(0, 10).map((incident) => html`<li><span class="${incident.severity}">${incident.severity}</span> <a href="/k/${incident.id}">${incident.service}: ${oneLine(whatIsWrong(incident.lead))}</a> <span class="dim">${incident.state}${incident.acknowledgedBy ? ` by ${incident.acknowledgedBy}` : ''}</span></li>`)}</ul>${incidents.length > 10 ? html`<p class="dim">And ${incidents.length - 10} more.</p>` : ''}`;
}

/** From how much on a page that is no match is listed. */
const WORTH_A_LOOK = 0.05;

function firstCard(view: IncidentView): Html {
  const { incident, markdown } = view;
  if (incident.test)
    return html`<section class="card first"><h2>This is a test</h2><p>Nothing is wrong. Acknowledge, and it is known that ${incident.test.channel} reaches you.</p></section>`;
  if (markdown === undefined) {
    const possible = incident.runbook.candidates.filter(({ score }) => score >= WORTH_A_LOOK);
    const listed = html`${possible.length > 0 ? html`<p>Possible: ${possible.map((candidate) => html`<a href="${runbookPath(view.address, candidate.runbook)}">${candidate.runbook}</a> (${Math.round(candidate.score * 100)} %) `)}</p>` : ''}`;
    const { url } = incident.runbook;
    if (url !== undefined)
      return html`<section class="card first"><h2>Runbook</h2><p>The alert links to it: <a rel="noopener noreferrer" href="${url}">${url}</a></p>
${listed}</section>`;
    return html`<section class="card first"><h2>No runbook was found</h2><p>Write one afterwards: <code>pageturner new runbook --from PAYLOAD</code> makes a first draft.</p>
${listed}</section>`;
  }
  const { first } = firstSteps(markdown);
  return first
    ? html`<section class="card first"><h2>First: ${first.heading}</h2>${raw(renderMarkdown(first.body, aroundOf(view)))}</section>`
    : html`<section class="card first"><h2>Runbook</h2>${raw(renderMarkdown(firstSteps(markdown).rest, aroundOf(view)))}</section>`;
}

/** Our own page of a runbook, below the page that leads to it: a person who may read one may read the other. */
function runbookPath(address: string, id: string, anchor = ''): string {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return `${address}/r/${path}${anchor === '' ? '' : `#${encodeURIComponent(anchor)}`}`;
}

/** What a runbook is shown with: values for its commands, and where its links to other runbooks lead. */
function aroundOf(
  { incident, address, isRunbook }: Pick<IncidentView, 'incident' | 'address' | 'isRunbook'>,
  own = incident.runbook.runbook ?? '',
) {
  const pathOf = (target: string) => {
    const found = runbookAt(own, target, isRunbook);
    return found === undefined ? undefined : runbookPath(address, found.id, found.anchor);
  };
  return { values: valuesOf(incident), pathOf };
}

export type RunbookView = Pick<IncidentView, 'incident' | 'address' | 'isRunbook'> & {
  id: string;
  title: string;
  markdown: string;
};

/** Another runbook than the incident's, on the way from it: with the same values in its commands. */
export function runbookPage(view: RunbookView): Html {
  const body = withoutTitle(view.markdown);
  return layout(
    view.title,
    html`
<p><a href="${view.address}">Back to the incident</a></p>
<h1>${view.title}</h1>
<p class="dim">Runbook ${view.id}</p>
<section>${raw(renderMarkdown(body, aroundOf(view, view.id)))}</section>`,
  );
}

/** What a runbook's commands may name. */
function valuesOf(incident: Incident): object {
  const { lead, service, environment, severity } = incident;
  const { title, resources, labels = {}, signal = {} } = lead;
  return { title, service, environment, severity, resources, labels, signal, ...ownDeployment(incident) };
}

/** The commands of a runbook are about its service: another service's deployments must never appear in them. */
function ownDeployment({ suspects, service, environment }: Incident): { deployment?: object } {
  const own = suspects.find(
    (suspect) => suspect.score > 0 && suspect.service === service && suspect.environment === environment,
  );
  return own === undefined ? {} : { deployment: { version: own.version, lastGood: own.lastGood } };
}

function rest(view: IncidentView): Html | string {
  const { incident, markdown } = view;
  if (markdown === undefined) return '';
  const { first, rest: others } = firstSteps(markdown);
  const why = incident.runbook.candidates[0]?.why;
  return html`<section><h2>Runbook: ${incident.runbook.runbook}</h2><p class="dim">Found by ${incident.runbook.by}${why ? html`: ${oneLine(why)}` : ''}.</p>${first ? raw(renderMarkdown(others, aroundOf(view))) : ''}</section>`;
}

function suspects(incident: Incident, now: string): Html | string {
  if (incident.test) return '';
  if (incident.suspects.length === 0) {
    return html`<section class="card"><h2>What changed</h2><p>Nothing deployed in the last 24 h${incident.service ? html` to ${incident.service} or what it depends on` : ''}.</p></section>`;
  }
  return html`<section class="card suspect"><h2>${incident.suspects[0]!.likely ? 'Suspect' : 'Deployed lately'}</h2>${incident.suspects.slice(0, 3).map((suspect) => suspectLine(suspect, now))}</section>`;
}

function suspectLine(suspect: Suspect, now: string): Html {
  const age = duration((Date.parse(now) - Date.parse(suspect.at)) / 1000);
  return html`<p><strong>${suspect.version ?? 'a change'}</strong> of ${suspect.service ?? suspect.deployment}, ${suspect.status} ${age} ago${suspect.by ? html` by ${suspect.author ?? suspect.by}` : ''}
${suspect.title ? html`: ${oneLine(suspect.title)}` : ''} ${leadsTo(suspect.compare, 'compare')} ${leadsTo(suspect.change, changeCalled(suspect.change))} ${leadsTo(suspect.run, 'pipeline')} ${suspect.lastGood ? html`Last good: <strong>${oneLine(suspect.lastGood)}</strong>.` : ''} <span class="dim">${suspect.why}</span></p>${suspect.rollback ? html`<p>Roll back:</p><pre tabindex="0"><code>${suspect.rollback}</code></pre>` : ''}`;
}

function leadsTo(url: string | undefined, called: string): Html | string {
  return url && isWeb(url) ? html`<a rel="noopener noreferrer" href="${url}">${called}</a>` : '';
}

function changeCalled(url: string | undefined): string {
  if (url?.includes('/merge_requests/')) return 'merge request';
  return url?.includes('/pull/') ? 'pull request' : 'commit';
}

function links(incident: Incident): Html | string {
  const shown = Object.entries({ ...incident.lead.links, runbook: undefined }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isWeb(entry[1]),
  );
  if (shown.length === 0) return '';
  return html`<p>${shown.map(([name, url]) => html`<a rel="noopener noreferrer" href="${url}">${LINK_NAMES[name] ?? name}</a> `)}</p>`;
}

/** What a link of an alert leads to, as a person knows it. */
const LINK_NAMES: Record<string, string> = { source: 'Open at the sender', graph: 'Graph', query: 'Query' };

function isWeb(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

function history(earlier: Incident[]): Html | string {
  if (earlier.length === 0) return '';
  return html`<h2>How this went before</h2><ul class="plain">${earlier.map((incident) => {
    const lasted = duration(
      (Date.parse(incident.resolvedAt ?? incident.updatedAt) - Date.parse(incident.openedAt ?? incident.updatedAt)) /
        1000,
    );
    return html`<li>${(incident.openedAt ?? '').slice(0, 10)}: ${lasted}${incident.resolvedBy ? html`, resolved by ${incident.resolvedBy}` : ', cleared by itself'}</li>`;
  })}</ul>`;
}

/** What else can be done, out of the thumb's way: each a separate form, so that it works without JavaScript. */
function more(view: IncidentView): Html | string {
  const { incident, address, names } = view;
  const form = (fields: Html, action: string, label: string) =>
    html`<form method="post" action="${address}" class="more">${fields}<button name="action" value="${action}">${label}</button></form>`;
  const people = Object.entries(names).map(([id, name]) => html`<option value="${id}">${name}</option>`);
  const times = (label: string) =>
    html`<label>${label} <select name="for">${DURATIONS.map(([value, shown]) => html`<option value="${value}">${shown}</option>`)}</select></label>`;
  const over = incident.state === 'resolved';
  return html`<details class="card"><summary>More</summary>
${over ? '' : form(html`<label>Hand over to <select name="to">${people}</select></label>`, 'hand-over', 'Hand over')}
${over ? '' : form(times('Have it, and be paged again in'), 'snooze', 'Snooze')}
${form(times('Record this signal and page nobody for'), 'silence', 'Silence')}
${form(html`<label>Note <input name="text" maxlength="1000" required></label>`, 'note', 'Add note')}
${form(html`<label>The right runbook, if you know it <input name="right" maxlength="200" placeholder="payments/5xx"></label>`, 'wrong-runbook', 'Wrong runbook')}
${incident.runbook.runbook === null ? '' : form(html``, 'runbook-helped', 'This runbook helped')}
${view.hasTracker && incident.problem === undefined && incident.ticket === undefined ? form(html``, 'open-problem', 'Open a problem ticket') : ''}
</details>`;
}

const DURATIONS = [
  ['30m', '30 minutes'],
  ['1h', '1 hour'],
  ['2h', '2 hours'],
  ['8h', '8 hours'],
  ['1d', '1 day'],
];

function buttons(incident: Incident, address: string): Html | string {
  if (incident.state === 'resolved') return '';
  return html`<div class="bar"><form method="post" action="${address}">
${incident.state === 'triggered' ? html`<button class="act" name="action" value="acknowledge">Acknowledge</button><button name="action" value="escalate">Pass on</button>` : html`<button class="act" name="action" value="resolve">Resolve</button><button name="action" value="escalate">Pass on</button>`}
</form></div>`;
}

/** `03:12 UTC` */
function clock(at: string): string {
  return `${at.slice(11, 16)} UTC`;
}

/** Open incidents, then those that are over. */
export function incidentsPage(open: Incident[], over: Incident[], now: string, who: string): Html {
  const tests = open.filter(({ test }) => test !== undefined).length;
  const real = open.length - tests;
  const said = real === 0 ? 'Nothing is open' : `${real} open`;
  return layout(
    `${real} open: Pageturner`,
    html`<h1>${said}${tests === 0 ? '' : `, and ${tests} ${tests === 1 ? 'test page' : 'test pages'}`}</h1>${table(open, now, 'Open incidents')}<h2>Over</h2>${table(over, now, 'Incidents that are over')}<p class="dim">You are ${who}.</p>`,
  );
}

function table(incidents: Incident[], now: string, label: string): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th scope="col">What</th><th scope="col">Severity</th><th scope="col">State</th><th scope="col">Since</th></tr></thead>
<tbody>${incidents.map((incident) => html`<tr><td><a href="/k/${incident.id}">${incident.service ?? 'no service'}: ${oneLine(whatIsWrong(incident.lead))}</a></td><td class="${incident.severity}">${incident.severity}</td><td>${listedState(incident, now)}</td><td>${since(incident, now)}</td></tr>`)}</tbody></table></div>`;
}

export function signInPage(to: string, failed: boolean): Html {
  return layout(
    'Sign in: Pageturner',
    html`<h1>Sign in</h1>${failed ? html`<p class="card error" role="alert">Nobody has this token. Nothing was changed.</p>` : ''}
<form method="post" action="/sign-in"><input type="hidden" name="to" value="${to}"><label>Token <input type="password" name="token" autocomplete="current-password" required></label><button class="act">Sign in</button></form>`,
  );
}

export function messagePage(title: string, text: string): Html {
  return layout(`${title}: Pageturner`, html`<h1>${title}</h1><p>${text}</p>`);
}
