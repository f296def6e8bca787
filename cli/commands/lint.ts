/** `pageturner lint [DIR]`: every mistake in a catalogue, and what would go wrong in the next 90 days. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { readCatalogueFolder } from '../catalogue/read.ts';
import type { Finding } from '../finding.ts';
import { instantOption, Misuse, sayFinding, saying } from '../folder.ts';
import { lintFiles, lintSamplesOf } from '../lint/lint.ts';
import { lintReview } from '../reviews/lint.ts';
import { readReviews } from '../reviews/read.ts';
import type { ServerOptions } from '../server.ts';
import { liveFindings } from './contacts.ts';
import { nobodysFindings } from './deployments.ts';
import { learnedFindings, lessonsAt } from './learned.ts';

export async function runLint(
  folder: string,
  options: ServerOptions & { at?: string; live?: boolean; codeQuality?: string },
): Promise<void> {
  await saying(async () => {
    const now = instantOption('at', options.at);
    const read = await readCatalogueFolder(folder).catch((error: Error) => {
      throw new Misuse(error.message);
    });
    const samples = await lintSamplesOf(read.files, now);
    const linted = lintFiles(read.files, now);
    const live = options.live ? await liveFindingsOf(options, now, Object.keys(linted.catalogue?.runbooks ?? {})) : [];
    const reviews = await readReviews(folder);
    const today = new Date(now).toISOString().slice(0, 10);
    const reviewed = reviews.files.flatMap((file) => lintReview(file, linted.catalogue, today));
    const findings = [...read.findings, ...linted.findings, ...samples, ...live, ...reviews.findings, ...reviewed];
    const errors = findings.filter(({ level }) => level === 'error').length;
    const warnings = findings.length - errors;
    if (options.codeQuality !== undefined)
      await writeFile(
        options.codeQuality,
        `${JSON.stringify(findings.map((finding) => asCodeQuality(folder, finding)))}\n`,
      );
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ errors, warnings, findings })}\n`);
    } else {
      const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
      process.stdout.write(findings.map(sayFinding).join(''));
      process.stdout.write(
        `${count(errors, 'error')}, ${count(warnings, 'warning')} in ${count(read.files.length + reviews.files.length, 'file')}\n`,
      );
    }
    if (errors > 0) process.exitCode = 1;
  });
}

/** What the running Pageturner knows beside the catalogue in hand, whose runbooks are named. */
async function liveFindingsOf(options: ServerOptions, now: number, runbooks: string[]): Promise<Finding[]> {
  return [
    ...(await liveFindings(options, now)),
    ...(await nobodysFindings(options, now)),
    ...learnedFindings(await lessonsAt(options), new Set(runbooks)),
  ];
}

/** A finding as merge requests of GitLab show it at its line. Source: GitLab, "Code Quality report format". */
function asCodeQuality(folder: string, { level, code, file, line, message, mend }: Finding): object {
  const path = posix.join(folder.replaceAll('\\', '/'), file);
  return {
    description: `${message} ${mend}`,
    check_name: code,
    // Not of the line: a finding that moves is the same finding.
    fingerprint: createHash('sha256').update(`${path}\n${code}\n${message}`).digest('hex'),
    severity: level === 'error' ? 'major' : 'minor',
    location: { path, lines: { begin: line ?? 1 } },
  };
}
