/** `pageturner import TOOL FILE…`: a plan first; nothing is written until `--write` says so, and nothing is overwritten. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Misuse, sayFinding, saying } from '../folder.ts';
import type { ImportPlan, Proof } from '../import/import.ts';
import { lintFiles } from '../lint/lint.ts';

type Planner = (documents: unknown[], now: number) => ImportPlan;

/** One file a tool, imported only when asked for. */
const TOOLS: Record<string, () => Promise<Planner>> = {
  opsgenie: async () => (await import('../import/opsgenie.ts')).planOpsgenie,
  'incident-manager': async () => (await import('../import/incident-manager.ts')).planIncidentManager,
  'grafana-oncall': async () => (await import('../import/grafana-oncall.ts')).planGrafanaOncall,
  goalert: async () => (await import('../import/goalert.ts')).planGoalert,
  pagerduty: async () => (await import('../import/pagerduty.ts')).planPagerduty,
};

type Options = { into: string; write?: boolean; json?: boolean; at?: string };

export async function runImport(tool: string, files: string[], options: Options): Promise<void> {
  await saying(async () => {
    const now = options.at === undefined ? Date.now() : Date.parse(options.at);
    if (Number.isNaN(now)) throw new Misuse('--at: write an instant, like 2026-11-23T03:12:04Z.');
    const open = Object.hasOwn(TOOLS, tool) ? TOOLS[tool] : undefined;
    if (!open) throw new Misuse(`There is no import from '${tool}'. Write one of ${Object.keys(TOOLS).join(', ')}.`);
    const documents = await Promise.all(files.map(readDocument));
    const plan = planned(await open(), documents, now);
    const { findings } = lintFiles(plan.files, now);
    if (options.json) process.stdout.write(`${JSON.stringify({ ...plan, findings })}\n`);
    else {
      process.stdout.write(
        section(
          'Files',
          plan.files.map(({ path }) => path),
        ),
      );
      process.stdout.write(section('Odd in what was read', plan.audit));
      process.stdout.write(section('Not carried over', plan.lost));
      process.stdout.write(section('Proof: the coming weeks beside the export', plan.proof.flatMap(proofLines)));
      process.stdout.write(`Lint of what would be written:\n${findings.map(sayFinding).join('') || '  nothing\n'}`);
    }
    if (options.write) await writeAll(plan, options.into);
    else if (!options.json)
      process.stdout.write(`\nNothing was written. Add --write to write it into ${options.into}/.\n`);
  });
}

function planned(plan: Planner, documents: unknown[], now: number): ImportPlan {
  try {
    return plan(documents, now);
  } catch (error) {
    if (error instanceof RangeError) throw new Misuse(error.message);
    throw error;
  }
}

async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  if (file.endsWith('.tf')) return readTerraform(file, text);
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse(`${file} is not JSON: save the API's answer as it came.`);
  }
}

/** Terraform's own language as JSON. By a name that the compiler does not follow: its types bring those of browsers along. */
async function readTerraform(file: string, text: string): Promise<unknown> {
  const { parse } = (await import('@cdktf/hcl2json' as string)) as {
    parse: (name: string, text: string) => Promise<unknown>;
  };
  try {
    return await parse(file, text);
  } catch (error) {
    throw new Misuse(`${file} is not Terraform that can be read: ${String(error).slice(0, 200)}`);
  }
}

async function writeAll({ files }: ImportPlan, into: string): Promise<void> {
  for (const { path, text } of files) {
    const file = join(into, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(
        error.code === 'EEXIST'
          ? `${file} is there already; nothing is overwritten. Import into a new folder with --into.`
          : `${file} cannot be written.`,
      );
    });
  }
  process.stdout.write(`\n${files.length} files are in ${into}/. Next: npx pageturner lint ${into}\n`);
}

function section(title: string, lines: string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join('') || '  nothing\n'}\n`;
}

function proofLines({ schedule, from, to, agreedHours, differences }: Proof): string[] {
  const who = (people: string[]) => people.join(' and ') || 'nobody';
  return [
    `${schedule}, ${from.slice(0, 10)} to ${to.slice(0, 10)}: ${agreedHours} hours agree, ${differences.length} differences`,
    ...differences.map((one) => `  ${one.from} to ${one.to}: here ${who(one.ours)}, there ${who(one.theirs)}`),
  ];
}
