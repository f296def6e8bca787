/**
 * What a page says. A person reads it at 03:12: what is wrong, what changed, what to do, in this order.
 *
 *     CRIT payments-api prod: target 5xx 12 > 5 for 3m
 *     Deployed 14m ago: v1.42.0 by chidi (suspect)
 *     Runbook and ack: https://…/p/Qm41… or reply ACK 7Y
 *
 * Promises: an SMS is one segment where any shortening can make it so, two at most, and its link is whole. Pure.
 */
import type { Digest } from '../digest/gather.ts';
import type { Incident } from '../incident/incident.ts';
import { VERDICTS } from '../incident/verdict.ts';
import type { Suspect } from '../suspect/suspect.ts';
import { duration } from '../time/time.ts';
import { oneLine, plainText, segments, unlinked } from './gsm.ts';
import type { Message } from './message.ts';
import { environmentShort, SEVERITY_SHORT, whatIsWrong } from './phrases.ts';
import { digestSpeech, speech, testSpeech } from './speech.ts';
import { suspectFacts } from './suspect.ts';

/** Everything a channel needs to page about an incident at `now`, with the link that was made for this person. */
export function alertMessage(incident: Incident, now: string, link: string): Message {
  if (incident.test) return testMessage(incident, link);
  return {
    kind: 'alert',
    text: smsText(incident, now, link),
    speech: speech(incident),
    oneWay: { text: smsText(incident, now, link, false), speech: speech(incident, 'link') },
    keys: speech(incident, 'keys'),
    subject: unlinked(oneLine(`${headline(incident)}: ${whatIsWrong(incident.lead, incident.service)}`)).slice(0, 200),
    facts: facts(incident, now),
    link,
    thread: incident.id,
    buttons: BUTTONS[incident.state].map((action) => ({ label: LABELS[action], action })),
  };
}

/** A test page: that nothing is wrong comes first. */
function testMessage(incident: Incident, link: string): Message {
  const answer = `reply ACK ${incident.code}`;
  const words = 'TEST: nothing is wrong. Show that this way works: open';
  return {
    kind: 'alert',
    text: fitting([`${words} ${link} or ${answer}`, `TEST: ${link} or ${answer}`]),
    speech: testSpeech(incident),
    oneWay: { text: fitting([`${words} ${link}`, `TEST: ${link}`]), speech: testSpeech(incident, 'link') },
    keys: testSpeech(incident, 'keys'),
    subject: oneLine(incident.title),
    facts: [
      { label: 'Test', value: 'Nothing is wrong. Answer, and it is known that this way reaches you.' },
      { label: 'Reply code', value: incident.code },
    ],
    link,
    thread: incident.id,
    buttons: incident.state === 'triggered' ? [{ label: 'It works', action: 'acknowledge' }] : [],
  };
}

const LABELS = { acknowledge: 'Acknowledge', escalate: 'Pass on', resolve: 'Resolve' };
const BUTTONS = {
  triggered: ['acknowledge', 'escalate'],
  acknowledged: ['resolve', 'escalate'],
  resolved: [],
} as const satisfies Record<Incident['state'], (keyof typeof LABELS)[]>;

/** What a message that can change says now: how things stand first, then what it said before. */
export function updateMessage(incident: Incident, now: string, link: string): Message {
  const message = alertMessage(incident, now, link);
  const stands = {
    triggered: 'Nobody has it yet',
    acknowledged: `Acknowledged by ${oneLine(incident.acknowledgedBy ?? 'somebody')} at ${(incident.acknowledgedAt ?? now).slice(11, 16)} UTC`,
    resolved: `Resolved${incident.resolvedBy ? ` by ${oneLine(incident.resolvedBy)}` : ''} at ${(incident.resolvedAt ?? now).slice(11, 16)} UTC`,
  }[incident.state];
  return {
    ...message,
    kind: 'update',
    facts: [{ label: 'Now', value: stands }, ...message.facts],
  };
}

/** The message that it is over. */
export function reliefMessage(incident: Incident, link: string): Message {
  const lasted = duration(
    (Date.parse(incident.resolvedAt ?? incident.updatedAt) - Date.parse(incident.openedAt ?? incident.updatedAt)) /
      1000,
  );
  const what = plainText(
    `${incident.service ?? ''} ${incident.environment ? environmentShort(incident.environment) : ''}: ${whatIsWrong(incident.lead, incident.service)}`.trim(),
  );
  const by = incident.resolvedBy ? ` by ${plainText(incident.resolvedBy)}` : '';
  const text = fitting([
    `Resolved after ${lasted}${by}. Go back to sleep.\n${what}`,
    `Resolved after ${lasted}${by}. Go back to sleep.\n${what.slice(0, 60)}`,
    `Resolved after ${lasted}. Go back to sleep.`,
  ]);
  return {
    kind: 'relief',
    text,
    speech: '',
    subject: unlinked(oneLine(`Resolved after ${lasted}: ${whatIsWrong(incident.lead, incident.service)}`)).slice(
      0,
      200,
    ),
    facts: [
      {
        label: 'Resolved',
        value: `after ${lasted}${incident.resolvedBy ? ` by ${oneLine(incident.resolvedBy)}` : ''}`,
      },
    ],
    link,
    thread: incident.id,
    buttons: AFTERWARDS,
  };
}

/** What chat asks when it is over: was it worth waking somebody, and is there a cause to be fixed? */
const AFTERWARDS = [
  ...Object.entries(VERDICTS).map(([action, label]) => ({ label, action })),
  { label: 'Open a problem ticket', action: 'open-problem' },
];

/**
 * The message of a person's digest: how many wait, whose they are and what hangs on them, and the worst of them.
 *
 *     15 wait: 1 ledger (+9 on it), 5 print
 *     CRIT payments-api prod: target 5xx 12 > 5 for 3m
 *     https://…/p/Qm41… or reply ACK ALL
 */
export function digestMessage(worst: Incident, digest: Digest, now: string, link: string): Message {
  const services = countedServices(digest);
  const head = plainText(headline(worst));
  const wrong = plainText(whatIsWrong(worst.lead, worst.service));
  const lead = (shown: number) => `${digest.count} wait${shown === 0 ? ' for you' : `: ${firstOf(services, shown)}`}`;
  const textWith = (answer: string, shortest: string) =>
    fitting([
      ...[services.length, 4, 3, 2, 1, 0].flatMap((shown) =>
        [200, 60, 40, 25].map((length) => `${lead(shown)}\n${cut(`${head}: ${cut(wrong, length)}`, 80)}\n${answer}`),
      ),
      `${lead(0)}\n${shortest}`,
    ]);
  return {
    ...alertMessage(worst, now, link),
    text: textWith(`${link} or reply ACK ALL`, `${link} ACK ALL`),
    speech: digestSpeech(worst, digest),
    oneWay: { text: textWith(link, link), speech: digestSpeech(worst, digest, 'link') },
    keys: digestSpeech(worst, digest, 'keys'),
    answersAll: true,
    buttons: [],
    subject: unlinked(
      oneLine(`${lead(4)}. Worst: ${headline(worst)}: ${whatIsWrong(worst.lead, worst.service)}`),
    ).slice(0, 200),
    facts: [{ label: 'Waiting', value: lead(services.length).slice(0, 600) }, ...facts(worst, now)],
  };
}

/** A chat channel's digest: what else went wrong, counted. A later one of the same storm takes its place. */
export function chatDigestMessage(worst: Incident, digest: Digest, now: string, link: string): Message {
  const services = countedServices(digest);
  const subject = unlinked(oneLine(`${digest.count} more incidents: ${firstOf(services, 4)}`)).slice(0, 200);
  return {
    kind: 'digest',
    text: subject,
    speech: '',
    subject,
    facts: [
      { label: 'By service', value: firstOf(services, services.length).slice(0, 600) },
      {
        label: 'Worst',
        value: unlinked(oneLine(`${headline(worst)}: ${whatIsWrong(worst.lead, worst.service)}`)).slice(0, 300),
      },
      { label: 'As of', value: `${now.slice(11, 16)} UTC` },
    ],
    link,
    thread: 'digest',
    buttons: [],
  };
}

/** `9 payments-api`, `1 ledger (+9 on it)`: what depends on a service is counted after it. */
function countedServices({ services }: Digest): string[] {
  return services.map(({ service, count, below }) =>
    plainText(`${count} ${service}${below === 0 ? '' : ` (+${below} on it)`}`),
  );
}

function firstOf(services: string[], shown: number): string {
  return `${services.slice(0, shown).join(', ')}${services.length > shown ? '..' : ''}`;
}

/** `CRIT payments-api prod` */
function headline(incident: Incident): string {
  const where = incident.environment ? environmentShort(incident.environment) : undefined;
  return [SEVERITY_SHORT[incident.severity], incident.service, where].filter(Boolean).join(' ');
}

/**
 * The SMS: the longest of its shortenings that fits one segment, else two. What changed outlasts the tail of what is wrong.
 * `canReply`: whether a reply can arrive; it is asked for nowhere else.
 */
export function smsText(incident: Incident, now: string, link: string, canReply = true): string {
  const head = plainText(headline(incident));
  const wrong = withHosts(plainText(whatIsWrong(incident.lead, incident.service)), incident.lead);
  const says = withHosts(plainText(sayingMore(incident.lead)), incident.lead);
  const suspect = incident.suspects[0];
  const suspects = suspect ? [suspectLine(suspect, now), suspectShort(suspect, now)] : [undefined];
  const reply = canReply ? `${link} or reply ACK ${incident.code}` : link;
  const answers = [`Runbook and ack: ${reply}`, reply];
  const whole = says === '' ? wrong : `${wrong.replace(/\.$/, '')}: ${says}`;
  // Fewer than so many letters of a sentence say nothing.
  const shorter = [120, 105, 90, 75, 60].filter((length) => length < whole.length && length > wrong.length + 15);
  const lines = (...parts: (string | undefined)[]) =>
    parts.filter((part) => part !== undefined && part !== '').join('\n');
  const candidates = [
    ...[whole, ...shorter.map((length) => cut(whole, length)), wrong].flatMap((text) =>
      suspects.flatMap((changed) => answers.map((answer) => lines(`${head}: ${text}`, changed, answer))),
    ),
    ...[80, 60, 45, 30, 20].map((length) => lines(`${head}: ${cut(wrong, length)}`, suspects.at(-1), reply)),
    ...[60, 30].map((length) => lines(`${cut(head, 40)}: ${cut(wrong, length)}`, undefined, reply)),
    lines(cut(head, 20), undefined, canReply ? `${link} ACK ${incident.code}` : link),
  ];
  return fitting(candidates);
}

/** What the sender says beside its title, where no signal says it better; a runbook it names is linked already. */
function sayingMore({ signal, description = '', title }: Incident['lead']): string {
  if (signal?.name) return '';
  const said = oneLine(description.replace(/\brunbook:\s*\S+/gi, ' '));
  // A description that begins as the title does goes on where the title stops.
  const rest = said.startsWith(title) ? said.slice(title.length).replace(/^[\s.:;,-]+/, '') : said;
  return title.includes(rest) ? '' : rest;
}

/** A bare name of a host, which a reader must find again as it is written. */
const HOST = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}$/i;

/**
 * The watched thing's own name keeps its dots where it is a host's: `pay.example.gov.uk`. A phone may link it, and then it
 * leads to the thing itself; no other name, no path and no address of mail is kept so.
 */
function withHosts(text: string, { resources }: Incident['lead']): string {
  return resources.reduce((said, resource) => {
    const name = resource.name?.replace(/^https?:\/\/|\/$/g, '');
    return name === undefined || !HOST.test(name) || /^www\./i.test(name)
      ? said
      : said.replaceAll(plainText(name), name);
  }, text);
}

function fitting(candidates: string[]): string {
  return (
    candidates.find((text) => segments(text) === 1) ??
    candidates.find((text) => segments(text) === 2) ??
    candidates.at(-1)!
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 2).trimEnd()}..`;
}

/** `Deployed 14m ago: v1.42.0 by chidi (suspect)` */
function suspectLine(suspect: Suspect, now: string): string {
  const version = suspect.version ?? suspect.title ?? 'a change';
  const by = suspect.by ? ` by ${suspect.by}` : '';
  return plainText(
    `Deployed ${age(suspect.at, now)} ago: ${cut(version, 40)}${by}${suspect.likely ? ' (suspect)' : ''}`,
  );
}

function suspectShort(suspect: Suspect, now: string): string {
  const version = cut(suspect.version ?? suspect.title ?? 'a change', 16);
  return plainText(`Deployed ${age(suspect.at, now)} ago: ${version}${suspect.likely ? ' (suspect)' : ''}`);
}

function age(at: string, now: string): string {
  return duration((Date.parse(now) - Date.parse(at)) / 1000);
}

function facts(incident: Incident, now: string): Message['facts'] {
  const rows: Message['facts'] = [
    { label: 'What', value: unlinked(oneLine(whatIsWrong(incident.lead, incident.service))) },
  ];
  if (incident.service)
    rows.push({
      label: 'Service',
      value: oneLine([incident.service, incident.environment].filter(Boolean).join(', ')),
    });
  if (incident.firingSince)
    rows.push({
      label: 'Since',
      value: `${incident.firingSince.slice(11, 16)} UTC (${age(incident.firingSince, now)})`,
    });
  const suspect = incident.suspects[0];
  rows.push({
    label: suspect?.likely ? 'Suspect' : 'Deployed lately',
    value: suspect
      ? suspectLine(suspect, now)
      : `Nothing in the last 24 h${incident.service ? ` to ${oneLine(incident.service)} or what it depends on` : ''}`,
  });
  rows.push(...suspectFacts(suspect));
  rows.push({ label: 'Runbook', value: runbookWords(incident.runbook) });
  if (incident.lead.description)
    rows.push({ label: 'Says', value: unlinked(oneLine(incident.lead.description)).slice(0, 300) });
  const ends = incident.lead.labels?.['ends'];
  if (ends !== undefined) rows.push({ label: 'Ends', value: unlinked(oneLine(ends)) });
  rows.push({ label: 'Reply code', value: incident.code });
  return rows;
}

/** From how much on a page that is no match is worth a look. */
const POSSIBLE = 0.5;

/** The runbook in a few words: its path, the address of one elsewhere, or the page that it may be. */
function runbookWords({ runbook, url, candidates }: Incident['runbook']): string {
  if (runbook !== null) return runbook;
  if (url !== undefined) return url.replace(/^https:\/\//, '');
  const [first] = candidates;
  if (first === undefined || first.score < POSSIBLE) return 'none found: one to write';
  return `none found, possible: ${first.runbook} (${Math.round(first.score * 100)} %)`;
}
