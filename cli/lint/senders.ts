/**
 * Senders of the catalogue: whether their expressions can be run, and whether each sample becomes the alert beside it.
 *
 * `lintSenders` judges what is written, `lintSamples` runs the samples; both are handed the files. No input or output.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../../shared/alert/alert.ts';
import { fields, isFields } from '../../shared/alert/read.ts';
import type { Catalogue, Sender } from '../../shared/catalogue/catalogue.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { expressionMistake, teach } from '../../shared/sender/mapping.ts';
import type { Where } from '../catalogue/compile.ts';
import type { CatalogueFile } from '../catalogue/source.ts';
import type { Finding } from '../finding.ts';

/** When the samples of a catalogue are taken to come in: an expected alert may hold a time. */
export const SAMPLES_AT = '2030-01-01T00:00:00.000Z';

type Path = (string | number)[];

/** What is wrong with a sender as it is written. */
export function lintSenders({ senders = {} }: Catalogue, files: CatalogueFile[], where: Where): Finding[] {
  const known = new Set(files.map(({ path }) => path));
  return Object.values(senders).flatMap((sender) => [
    ...lintExpressions(sender, where),
    ...lintEnds(sender, where),
    ...sender.samples.flatMap((sample, index) =>
      [sample, expectedOf(sample)]
        .filter((path) => !known.has(`senders/${path}`))
        .map((path) =>
          finding(
            'error',
            'missing-sample',
            where('sender', sender.name, ['samples', index]),
            `There is no file senders/${path}.`,
            `Put it there: 'pageturner new sender' writes both, the body and the alert that it must become.`,
          ),
        ),
    ),
  ]);
}

function lintExpressions({ name, alert }: Sender, where: Where): Finding[] {
  return expressionsOf(alert, ['alert']).flatMap(([path, expression]) => {
    const mistake = expressionMistake(expression);
    if (mistake === undefined) return [];
    return finding(
      'error',
      'bad-expression',
      where('sender', name, path),
      `The expression ${expression.slice(0, 100)} cannot be read: ${mistake}`,
      'See jsonata.org for the language; names with spaces or dashes go in backticks.',
    );
  });
}

/** Every expression with its path; `map`, `else`, `resolved` hold none. */
function expressionsOf(value: unknown, path: Path): [Path, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionsOf(item, [...path, index]));
  if (!isFields(value)) return [];
  if (typeof value.path === 'string' && ('map' in value || 'resolved' in value))
    return [[[...path, 'path'], value.path]];
  return Object.entries(value).flatMap(([name, item]) => expressionsOf(item, [...path, name]));
}

function lintEnds({ name, alert, samples }: Sender, where: Where): Finding[] {
  if (alert.status === undefined)
    return [
      finding(
        'warning',
        'never-ends',
        where('sender', name, ['alert']),
        `Nothing of ${name} is ever over: there is no status.`,
        'Add status: { path: …, resolved: […] }, if the sender says when it is over.',
      ),
    ];
  if (samples.length > 0) return [];
  return [
    finding(
      'warning',
      'no-samples',
      where('sender', name),
      `${name} has no samples, so nothing shows that its mapping works.`,
      "Add a firing and a resolved body: 'pageturner new sender FILE…' does it.",
    ),
  ];
}

/** Runs each sample through the mappings and compares it with the alert beside it. */
export async function lintSamples(
  { senders = {} }: Catalogue,
  files: CatalogueFile[],
  where: Where,
): Promise<Finding[]> {
  const teacher = teach(senders);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const findings: Finding[] = [];
  for (const sender of Object.values(senders)) {
    const read: Alert[] = [];
    for (const [index, sample] of sender.samples.entries()) {
      const at = where('sender', sender.name, ['samples', index]);
      const [body, expected] = [texts.get(`senders/${sample}`), texts.get(`senders/${expectedOf(sample)}`)];
      if (body === undefined || expected === undefined) continue;
      const { alerts, degraded } = await normaliseTaught(body, formOf(body), { receivedAt: SAMPLES_AT }, teacher);
      const [alert] = alerts;
      if (alert !== undefined) read.push(alert);
      const wrong =
        degraded?.[0] ??
        (alert?.source.variant === sender.name
          ? undefined
          : `${sample} is not read by ${sender.name}: its match does not fit, or another sender's comes first.`);
      if (wrong !== undefined)
        findings.push(
          finding('error', 'sample-not-read', at, wrong, 'Change match or the expression that the sentence names.'),
        );
      else
        findings.push(
          ...differences(expected, alert).map((what) =>
            finding(
              'error',
              'sample-differs',
              at,
              `${sample}: ${what}`,
              `Change the mapping, or senders/${expectedOf(sample)} where the new value is right.`,
            ),
          ),
        );
    }
    findings.push(...lintPairs(sender, read, where));
  }
  return findings;
}

/** A firing and its end must meet under one key; samples that only fire show no end. */
function lintPairs({ name, alert, samples }: Sender, read: Alert[], where: Where): Finding[] {
  if (alert.status === undefined || read.length < samples.length || read.length === 0) return [];
  const over = read.filter(({ status }) => status === 'resolved');
  if (over.length === 0)
    return [
      finding(
        'warning',
        'never-ends',
        where('sender', name, ['samples']),
        `No sample of ${name} is an end.`,
        'Add the body that it posts when it is over.',
      ),
    ];
  const firing = new Set(read.filter(({ status }) => status === 'firing').map(({ key }) => key));
  if (firing.size === 0 || over.some(({ key }) => firing.has(key))) return [];
  return [
    finding(
      'error',
      'ends-never-meet',
      where('sender', name, ['alert', 'key']),
      `The ends among the samples of ${name} have other keys than what fires, so they would end nothing.`,
      'Build key from what is the same in both.',
    ),
  ];
}

/** Every field of the expected alert must be met; what it leaves out is not judged. */
function differences(expected: string, alert: Alert | undefined): string[] {
  let wanted: unknown;
  try {
    wanted = JSON.parse(expected);
  } catch {
    return ['the expected alert is not JSON'];
  }
  return Object.entries(fields(wanted)).flatMap(([name, value]) => {
    const got = fields(alert)[name];
    return isDeepStrictEqual(value, got)
      ? []
      : [`${name} must be ${JSON.stringify(value)} and is ${JSON.stringify(got) ?? 'absent'}`.slice(0, 300)];
  });
}

/** `statuscake/down.json` → `statuscake/down.alert.json` */
export function expectedOf(sample: string): string {
  return `${sample.replace(/\.(json|txt)$/, '')}.alert.json`;
}

/** Samples in .txt that are forms, as StatusCake posts them. */
function formOf(body: string): string | undefined {
  return /^[\w%.+-]+=[^\s{]*&/.test(body) ? 'application/x-www-form-urlencoded' : undefined;
}

function finding(
  level: Finding['level'],
  code: string,
  at: { file: string; line?: number },
  message: string,
  mend: string,
): Finding {
  return { level, code, ...at, message, mend };
}
