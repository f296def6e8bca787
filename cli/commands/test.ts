/** `pageturner test [DIR]`: runs the catalogue's tests and the samples of its senders. Exit 1 where one fails. */
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { type Judged, judge } from '../cases/cases.ts';
import { type Placed, readCases, writeExpectations } from '../cases/read.ts';
import { readCatalogueFolder } from '../catalogue/read.ts';
import type { Finding } from '../finding.ts';
import { Misuse, openCatalogue, sayFinding, saying } from '../folder.ts';
import { lintSamplesOf } from '../lint/lint.ts';

type Outcome = Placed & Judged;

export async function runTest(folder: string, options: { write?: boolean; json?: boolean }): Promise<void> {
  await saying(async () => {
    const { cases, findings } = await readCases(folder);
    const outcomes: Outcome[] = [];
    for (const one of cases) outcomes.push({ ...one, ...(await judgeAt(folder, one)) });
    const samples = await sampleFindings(folder);
    if (options.write) {
      const changed = outcomes.filter((one) => one.now && (one.written.expect === undefined || isBroken(one)));
      const files = await writeExpectations(
        folder,
        changed.map((one) => ({ case: one, expect: one.now! })),
      );
      process.stdout.write(`${changed.length} tests now say what is so, in ${files.join(', ') || 'no file'}.\n`);
      return;
    }
    const failed = outcomes.filter(isBroken).length + findings.length + samples.length;
    if (options.json) process.stdout.write(`${JSON.stringify(asJson(outcomes, [...findings, ...samples]))}\n`);
    else process.stdout.write(asText(outcomes, [...findings, ...samples]));
    if (failed > 0) process.exitCode = 1;
  });
}

/** The catalogue as it would be compiled at the instant of the case: calendars and holidays of then. */
async function judgeAt(folder: string, { written, payload }: Placed): Promise<Judged> {
  const catalogue = await openCatalogue(folder, Date.parse(written.at));
  const runbooks = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
  return judge(written, load(catalogue, runbooks), payload);
}

async function sampleFindings(folder: string): Promise<Finding[]> {
  const { files } = await readCatalogueFolder(folder).catch((error: Error) => {
    throw new Misuse(error.message);
  });
  return (await lintSamplesOf(files, Date.now())).filter(({ level }) => level === 'error');
}

function isBroken({ differences, problem, written }: Outcome): boolean {
  return differences.length > 0 || problem !== undefined || written.expect === undefined;
}

function asText(outcomes: Outcome[], findings: Finding[]): string {
  const lines = outcomes.map((one) => {
    const place = `${one.file}:${one.line}`;
    if (!isBroken(one)) return `ok    ${place}  ${one.written.name}\n`;
    return `FAIL  ${place}  ${one.written.name}\n${whyNot(one)}`;
  });
  const failed = outcomes.filter(isBroken).length;
  const count = `${outcomes.length - failed} passed, ${failed} failed${findings.length === 0 ? '' : `, ${findings.length} cannot be read or differ`}\n`;
  return `${lines.join('')}${findings.map(sayFinding).join('')}${count}`;
}

function whyNot({ differences, problem, written }: Outcome): string {
  if (problem !== undefined) return `        ${problem}\n`;
  if (written.expect === undefined)
    return "        It expects nothing. Write expect, or let 'pageturner test --write' write what is so.\n";
  return differences
    .map(
      ({ field, wanted, found }) =>
        `        ${field.padEnd(12)}wanted ${wanted}\n        ${''.padEnd(12)}is     ${found}\n`,
    )
    .join('');
}

function asJson(outcomes: Outcome[], findings: Finding[]): object {
  return {
    passed: outcomes.filter((one) => !isBroken(one)).length,
    failed: outcomes.filter(isBroken).length,
    findings,
    tests: outcomes.map((one) => ({
      file: one.file,
      line: one.line,
      name: one.written.name,
      ok: !isBroken(one),
      differences: one.differences,
      ...(one.problem === undefined ? {} : { problem: one.problem }),
    })),
  };
}
