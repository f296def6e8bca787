/**
 * What no table knows. It is an alert all the same, of source `unknown`, with everything it said kept: an alert that is
 * badly formed at 03:12 is still an alert. It is read as a person would read it: `telling.ts` says what it tells,
 * `identity.ts` which signal it belongs to.
 *
 * Pure; called by the intake.
 */
import { type Draft, digest } from './draft.ts';
import type { Envelope } from './envelope.ts';
import { keyOfLeaves } from './identity.ts';
import { instant } from './instant.ts';
import { leavesOf } from './leaves.ts';
import { fieldsIn } from './lines.ts';
import { plainProse } from './prose.ts';
import { isFields, isShallow, prose, text } from './read.ts';
import { severityIn } from './severity.ts';
import { stateIn } from './state.ts';
import { told } from './telling.ts';

/** What a page says of a sender whose end nobody would recognise. */
export const ENDLESS: [string, string] = ['ends', 'This sender does not tell us when it is over'];

type Reading = Omit<Draft, 'source'>;

/** `said` is the body's text where it has one that people can read. */
export function unknownNotice(payload: unknown, said: string | undefined, envelope: Envelope): Draft {
  const isDeep = !isShallow(payload);
  const reading = typeof payload === 'string' ? readText(payload, envelope) : isDeep ? {} : readBody(payload, envelope);
  return {
    ...reading,
    source: { kind: 'unknown' },
    key: isDeep && said !== undefined ? digest(said) : reading.key,
    notice: envelope.messageId ?? (said === undefined ? undefined : digest(said)),
    title: reading.title ?? firstLine(said) ?? 'Empty notice',
    at: reading.at ?? instant(envelope.sentAt),
  };
}

export function firstLine(said: string | undefined): string | undefined {
  return said === undefined ? undefined : text(/\S[^\n\r]{0,2000}/.exec(said.slice(0, 20_000))?.[0]);
}

/** A parsed body, by what its names and values say. */
export function readBody(body: unknown, envelope: Envelope, ...scope: (string | undefined)[]): Reading {
  const leaves = leavesOf(body);
  const { isTold, isTitled: _, ...reading } = told(leaves, { subject: envelope.subject });
  return {
    ...reading,
    key: keyOfLeaves(leaves, envelope.topicArn, envelope.subject, ...scope),
    labels: isTold || reading.status === 'resolved' ? reading.labels : [...reading.labels, ENDLESS],
  };
}

/** RFC 3164 and 5424: priority, time, host and program before what is said; F5 puts a code there, too. */
const SYSLOG =
  /^<[0-9]{1,3}>(?:1 )?(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9T:.Z+-]{19,35}) \S{1,255} (?:notice |err |warning |crit |alert |emerg |info )?[\w./-]{1,60}(?:\[[0-9]{1,9}\])?: (?:[0-9a-f]{8}:[0-7]: )?/;

/** An ARN in a sentence takes all the room of a text message: its last part names the thing. */
function withoutArns(said: string | undefined): string | undefined {
  return said?.replace(/arn:aws[a-z-]{0,10}:[a-z0-9-]{1,40}:[a-z0-9-]{0,20}:[0-9]{0,12}:([^\s,;'")]{1,300})/g, '$1');
}

/** Text: its fields where it has some, else its first line as title and all of it as description. */
export function readText(said: string, envelope: Envelope): Reading {
  const found = fieldsIn(said);
  if (found !== undefined && isFields(found)) {
    const reading = readBody(found, envelope);
    return { ...reading, description: reading.description ?? prose(plainProse(said.slice(0, 20_000))) };
  }
  const plain = plainProse(said.slice(0, 20_000).replace(SYSLOG, '')) ?? '';
  const line = withoutArns(
    firstLine(plain)
      ?.replace(/^[#*=\s-]{3,100}|[#*=-]{3,100}$/g, '')
      .trim(),
  );
  const title = envelope.subject ?? line;
  const state = stateIn(title ?? '') ?? stateIn(line ?? '') ?? stateIn(plain.slice(0, 600));
  return {
    key: keyOfLeaves(leavesOf({ text: said }), envelope.topicArn, envelope.subject),
    status: state === 'over' ? 'resolved' : 'firing',
    severity: severityIn(title),
    title,
    description: plain === title ? undefined : prose(plain),
    labels: state === undefined ? [ENDLESS] : [],
    links: {},
  };
}
