/**
 * From the files that people wrote to the catalogue that every decision is handed, or to what is wrong with them.
 *
 *   read each file → check its shape → compile it → check the names between them → digest
 *
 * Promises: there is a catalogue only where there is no error; every file is read, also where others have errors, so
 * that one run shows all mistakes. Pure.
 */

import { createHash } from 'node:crypto';
import type { Severity } from '../../shared/alert/alert.ts';
import type {
  Catalogue,
  Channel,
  Defaults,
  Heartbeat,
  Person,
  Policy,
  Rule,
  Sender,
  Service,
  Target,
  Urgency,
} from '../../shared/catalogue/catalogue.ts';
import { checkRota } from '../../shared/rota/check.ts';
import { asWritten } from '../../shared/rota/compile.ts';
import type { Hours } from '../../shared/rota/hours.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import { zoneNamed } from '../../shared/rota/zone.ts';
import { isPage, splitPage, unreadForm } from '../../shared/runbook/foreign.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import type { Path } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';
import { withCalendars } from './calendars.ts';
import { checkNames } from './check.ts';
import type { Drafts } from './drafts.ts';
import { errorAt, findingsOf, toFinding } from './findings.ts';
import { compileDefaultProblems, compileProblems, compileTracker, compileTrackers } from './problems.ts';
import { readRunbook } from './runbook.ts';
import {
  KINDS,
  type Kind,
  type WrittenDefaults,
  type WrittenPerson,
  type WrittenPolicy,
  type WrittenSender,
  type WrittenService,
} from './schema.ts';
import { type CatalogueFile, parseSource, type Source, type Sourced } from './source.ts';

const USUAL_URGENCY: Record<Severity, Urgency> = { critical: 'high', error: 'high', warning: 'low', info: 'none' };

/** Rules for a person who writes none: the channels they have, likeliest to wake first. */
function usualRules(contact: Person['contact']): Person['rules'] {
  const high: Rule[] = [];
  if (contact.phone !== undefined) {
    high.push(
      { channel: 'sms', afterSeconds: 0 },
      { channel: 'voice', afterSeconds: 120 },
      { channel: 'voice', afterSeconds: 300 },
    );
  }
  const quiet = (['slack', 'teams', 'email', 'webhook'] as const).filter((channel) => contact[channel] !== undefined);
  const low = quiet.slice(0, 1).map((channel) => ({ channel, afterSeconds: 0 }));
  return { high: high.length > 0 ? high : low, low };
}

function compileRules(written: NonNullable<NonNullable<WrittenPerson['rules']>['high']>): Rule[] {
  return written.map((rule) => {
    const [channel, delay] = Object.entries(rule)[0] as [Channel, string];
    return { channel, afterSeconds: readDuration(delay) };
  });
}

function compilePerson(written: WrittenPerson, defaults: Defaults | undefined): Person {
  const usual = usualRules(written.contact as Person['contact']);
  return {
    id: written.id,
    name: written.name,
    contact: written.contact as Person['contact'],
    rules: {
      high: written.rules?.high ? compileRules(written.rules.high) : usual.high,
      low: written.rules?.low ? compileRules(written.rules.low) : usual.low,
    },
    ...(written.logins === undefined ? {} : { logins: written.logins }),
    ...(written.handle === undefined ? {} : { handle: written.handle }),
    ...(written.time_zone === undefined ? {} : { timeZone: written.time_zone }),
    ...(written.quiet_hours === undefined
      ? {}
      : {
          quietHours: { timeZone: written.time_zone ?? defaults?.timeZone ?? 'UTC', ...written.quiet_hours } as Hours,
        }),
  };
}

function compileService(written: WrittenService, defaults: Defaults | undefined, files: CatalogueFile[]): Service {
  const { depends_on, aliases, urgency, tracker, problems, ...rest } = written;
  return {
    ...rest,
    ...(tracker === undefined ? {} : { tracker: compileTracker(tracker) }),
    ...(problems === undefined ? {} : { problems: problems === 'none' ? problems : compileProblems(problems, files) }),
    aliases: aliases ?? [],
    dependsOn: depends_on ?? [],
    urgency: { ...(defaults?.urgency ?? USUAL_URGENCY), ...urgency },
  } as Service;
}

function compileTarget(written: string): Target {
  const colon = written.indexOf(':');
  const kind = written.slice(0, colon) as Target['kind'];
  const name = written.slice(colon + 1);
  return { kind, name: kind === 'slack' && !name.startsWith('#') ? `#${name}` : name };
}

function compilePolicy(written: WrittenPolicy, defaults: Defaults | undefined): Policy {
  const hours = written.working_hours;
  return {
    name: written.name,
    steps: written.steps.map(({ after, notify }) => ({
      afterSeconds: after === undefined ? 0 : readDuration(after),
      notify: notify.map(compileTarget),
    })),
    repeat: written.repeat ?? 0,
    ...(written.ack_expires === undefined ? {} : { ackExpiresSeconds: readDuration(written.ack_expires) }),
    ...(hours === undefined
      ? {}
      : {
          workingHours: {
            timeZone: hours.time_zone ?? defaults?.timeZone ?? 'UTC',
            days: hours.days,
            from: hours.from,
            to: hours.to,
            ...(hours.holidays === undefined ? {} : { holidays: hours.holidays }),
          },
        }),
  };
}

function compileDefaults(written: WrittenDefaults, files: CatalogueFile[]): Defaults {
  return {
    policy: written.policy,
    severity: written.severity ?? 'error',
    urgency: { ...USUAL_URGENCY, ...written.urgency } as Defaults['urgency'],
    timeZone: written.time_zone ?? 'UTC',
    runbookHosts: written.runbook_hosts ?? [],
    environments: written.environments ?? {},
    ...(written.webhooks === undefined ? {} : { webhooks: written.webhooks as Record<string, string> }),
    ...(written.shadow === undefined ? {} : { shadow: written.shadow }),
    ...(written.trackers === undefined ? {} : { trackers: compileTrackers(written.trackers) }),
    ...(written.problems === undefined ? {} : { problems: compileDefaultProblems(written.problems, files) }),
    ...(written.heartbeats === undefined
      ? {}
      : {
          heartbeats: written.heartbeats.map(({ every, ...rest }) => ({
            ...(rest as Omit<Heartbeat, 'everySeconds'>),
            everySeconds: readDuration(every),
          })),
        }),
    ...(written.digest === undefined
      ? {}
      : {
          digest: { firstSeconds: readDuration(written.digest.first), thenSeconds: readDuration(written.digest.next) },
        }),
  };
}

function kindOf(path: string): Kind | undefined {
  if (path === 'catalogue.yaml') return 'catalogue';
  if (path.startsWith('runbooks/')) return isPage(path) ? 'runbook' : undefined;
  if (!/^[a-z]+\/[^/]+\.yaml$/.test(path)) return undefined;
  return (Object.keys(KINDS) as Kind[]).find(
    (kind) => KINDS[kind].folder !== '' && path.startsWith(KINDS[kind].folder),
  );
}

/** A file in the catalogue's folders that nothing reads: most likely somebody believes that it is in force. */
function unreadFile(path: string): Finding[] {
  const form = path.startsWith('runbooks/') ? unreadForm(path) : undefined;
  if (form !== undefined)
    return [
      {
        level: 'warning',
        code: 'runbook-not-read',
        file: path,
        message: `This is ${form}, and runbooks are read as Markdown: nobody is shown this file.`,
        mend: 'Save it as Markdown, or take it out of runbooks/.',
      },
    ];
  if (!/\.(ya?ml|md)$/.test(path) || /^(schema\/|[^/]*\.md$|templates\/[^/]+\.md$)/.test(path)) return [];
  const folders = Object.values(KINDS).map(({ folder }) => folder);
  const mend = path.endsWith('.yml')
    ? 'Rename it to .yaml.'
    : `Put it in one of ${folders.filter(Boolean).join(', ')} (Markdown in runbooks/), or take it away.`;
  return [{ level: 'error', code: 'unread-file', file: path, message: 'Nothing reads this file.', mend }];
}

/** Puts a named thing into its map; the second of a name is refused. */
function add<T>(map: Map<string, Sourced<T>>, name: string, key: string, entry: Sourced<T>, findings: Finding[]): void {
  const other = map.get(name);
  if (other === undefined) {
    map.set(name, entry);
    return;
  }
  const message = `${name} is in ${other.source.path} too.`;
  findings.push(errorAt(entry.source, [key], 'duplicate-name', message, 'Give one of them another name.'));
}

function checkZone(source: Source, path: string[], zone: string | undefined): Finding[] {
  if (zone === undefined || zoneNamed(zone) !== undefined) return [];
  return [
    errorAt(
      source,
      path,
      'unknown-time-zone',
      `There is no time zone ${zone}.`,
      'Write an IANA name, like Europe/London.',
    ),
  ];
}

/** The file's own name stands for the name in it; what can be read of that counts too. */
function markBroken(drafts: Drafts, kind: Kind, path: string, value: unknown): void {
  const { folder, nameKey } = KINDS[kind];
  drafts.broken.add(`${kind}:${path.slice(folder.length, -'.yaml'.length)}`);
  if (nameKey === undefined || typeof value !== 'object' || value === null) return;
  drafts.broken.add(`${kind}:${String((value as Record<string, unknown>)[nameKey])}`);
}

function readOne(
  kind: Kind,
  source: Source,
  drafts: Drafts,
  people: ReadonlySet<string>,
  findings: Finding[],
  { files, now }: { files: CatalogueFile[]; now: number | undefined },
): void {
  const mistakes = findingsOf(source, KINDS[kind].schema);
  if (mistakes.length > 0) {
    findings.push(...mistakes);
    markBroken(drafts, kind, source.path, source.value);
    return;
  }
  const defaults = drafts.defaults?.value;
  if (kind === 'catalogue') {
    const written = source.value as WrittenDefaults;
    findings.push(...checkZone(source, ['time_zone'], written.time_zone));
    drafts.defaults = { source, value: compileDefaults(written, files) };
  } else if (kind === 'person') {
    const value = compilePerson(source.value as WrittenPerson, defaults);
    findings.push(...checkZone(source, ['time_zone'], value.timeZone));
    add(drafts.people, value.id, 'id', { source, value }, findings);
  } else if (kind === 'service') {
    const value = compileService(source.value as WrittenService, defaults, files);
    add(drafts.services, value.name, 'name', { source, value }, findings);
  } else if (kind === 'policy') {
    const value = compilePolicy(source.value as WrittenPolicy, defaults);
    findings.push(...checkZone(source, ['working_hours', 'time_zone'], value.workingHours?.timeZone));
    add(drafts.policies, value.name, 'name', { source, value }, findings);
  } else if (kind === 'sender') {
    const { samples = [], ...written } = source.value as WrittenSender;
    add(drafts.senders, written.name, 'name', { source, value: { ...written, samples } as Sender }, findings);
  } else if (kind === 'rota') {
    const named = [...drafts.people.values()].map((person) => person.value);
    const { rota: value, findings: ofCalendars } = withCalendars(source, files, named, now);
    const wrong = checkRota(asWritten(value), people);
    findings.push(...wrong.map((mistake) => toFinding(source, mistake)), ...ofCalendars);
    add(drafts.rotas, value.name, 'name', { source, value }, findings);
  }
}

/** In this order, because services and policies take defaults from the first and rotas look people up. */
const ORDER: Kind[] = ['catalogue', 'person', 'policy', 'service', 'rota', 'sender'];

function readAll(files: CatalogueFile[], findings: Finding[], now: number | undefined): Drafts {
  const drafts: Drafts = {
    people: new Map(),
    services: new Map(),
    rotas: new Map(),
    policies: new Map(),
    runbooks: new Map(),
    senders: new Map(),
    broken: new Set(),
    files,
  };
  const byKind = new Map<Kind, CatalogueFile[]>();
  for (const file of files) {
    const kind = kindOf(file.path);
    if (kind === undefined) findings.push(...unreadFile(file.path));
    else byKind.set(kind, [...(byKind.get(kind) ?? []), file]);
  }
  for (const kind of ORDER) {
    const unread = [...drafts.broken].filter((name) => name.startsWith('person:')).map((name) => name.slice(7));
    const people = new Set([...drafts.people.keys(), ...unread]);
    for (const file of byKind.get(kind) ?? []) {
      const { source, findings: wrong } = parseSource(file.path, file.text);
      findings.push(...wrong);
      if (source === undefined) markBroken(drafts, kind, file.path, undefined);
      else readOne(kind, source, drafts, people, findings, { files, now });
    }
  }
  for (const { path, text } of byKind.get('runbook') ?? []) {
    const { runbook, findings: wrong } = readRunbook(path, text);
    findings.push(...wrong);
    const other = drafts.runbooks.get(runbook.id);
    if (other !== undefined) {
      const message = `${other.source.path} and this file are one runbook, ${runbook.id}.`;
      findings.push({ level: 'error', code: 'duplicate-name', file: path, message, mend: 'Rename one of them.' });
    }
    drafts.runbooks.set(runbook.id, { source: frontMatterOf(path, text), value: runbook });
  }
  return drafts;
}

/** The front matter once more, for the lines of findings about names in it. */
function frontMatterOf(path: string, text: string): Source {
  const split = splitPage(text);
  const parsed = split === undefined || split.end === 0 ? undefined : parseSource(path, split.front, 1).source;
  return parsed ?? { path, value: null, lineOf: () => 1 };
}

function record<T>(map: Map<string, Sourced<T>>): Record<string, T> {
  const names = [...map.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, map.get(name)!.value]));
}

/** SHA-256 over all files by path; the order in which a disk lists them does not matter. */
function digestOf(files: CatalogueFile[], rotas: Rota[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\0${Buffer.byteLength(text)}\0${text}`);
  // The shifts of a calendar change from day to day, and are in force like written ones: they are part of the digest.
  for (const layer of rotas.flatMap((rota) => rota.layers ?? []))
    if (layer.shifts !== undefined) hash.update(JSON.stringify(layer.shifts));
  return hash.digest('hex');
}

/** Where a named thing was written: its file, and the line of a path into it. */
export type Where = (
  kind: 'catalogue' | 'person' | 'service' | 'rota' | 'policy' | 'runbook' | 'sender',
  name: string,
  path?: Path,
) => { file: string; line?: number };

function whereIn(drafts: Drafts): Where {
  const maps = {
    person: drafts.people,
    service: drafts.services,
    rota: drafts.rotas,
    policy: drafts.policies,
    runbook: drafts.runbooks,
    sender: drafts.senders,
  };
  return (kind, name, path = []) => {
    const entry = kind === 'catalogue' ? drafts.defaults : maps[kind].get(name);
    const line = entry?.source.lineOf(path);
    return { file: entry?.source.path ?? name, ...(line === undefined ? {} : { line }) };
  };
}

/** By file, then by line. */
export function sortFindings(findings: Finding[]): Finding[] {
  return findings.sort((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1));
}

/**
 * Compiles the files of a catalogue's folder.
 *
 * @param now epoch milliseconds, for what calendars come to; without it layers with a calendar are empty
 * @returns the catalogue, unless a finding is an error; all findings, by file and line; and where each thing was written
 */
export function compileCatalogue(
  files: CatalogueFile[],
  now?: number,
): { catalogue?: Catalogue; findings: Finding[]; where: Where } {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const findings: Finding[] = [];
  const drafts = readAll(sorted, findings, now);
  findings.push(...checkNames(drafts, findings));
  sortFindings(findings);
  const where = whereIn(drafts);
  if (drafts.defaults === undefined || findings.some(({ level }) => level === 'error')) return { findings, where };
  const catalogue: Catalogue = {
    format: 1,
    digest: digestOf(
      sorted,
      [...drafts.rotas.values()].map(({ value }) => value),
    ),
    defaults: drafts.defaults.value,
    people: record(drafts.people),
    services: record(drafts.services),
    rotas: record(drafts.rotas),
    policies: record(drafts.policies),
    runbooks: record(drafts.runbooks),
    ...(drafts.senders.size === 0 ? {} : { senders: record(drafts.senders) }),
  };
  return { catalogue, findings, where };
}
