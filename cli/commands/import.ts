/** `pageturner import TOOL FILE…`: a plan first; nothing is written until `--write` says so, and nothing is overwritten. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Misuse, sayFinding, saying } from '../folder.ts';
import type { ImportPlan, Proof } from '../import/import.ts';
import { readTerraform, TerraformDocument } from '../import/terraform/terraform.ts';
import { lintFiles } from '../lint/lint.ts';

const EXPORT = /\.(json|tf|tfvars)$/;
const TERRAFORM = /\.(tf|tfvars)(\.json)?$/;
const MOST_FILES = 2000;

type Planner = (documents: unknown[], now: number) => ImportPlan;

/** One file a tool, imported only when asked for. */
const TOOLS: Record<string, () => Promise<Planner>> = {
  'jira-service-management': async () => (await import('../import/opsgenie.ts')).planOpsgenie,
  opsgenie: async () => (await import('../import/opsgenie.ts')).planOpsgenie,
  'incident-manager': async () => (await import('../import/incident-manager.ts')).planIncidentManager,
  'grafana-oncall': async () => (await import('../import/grafana-oncall.ts')).planGrafanaOncall,
  goalert: async () => (await import('../import/goalert.ts')).planGoalert,
  pagerduty: async () => (await import('../import/pagerduty.ts')).planPagerduty,
};

const OF_TERRAFORM = new Set(['pagerduty', 'opsgenie', 'jira-service-management', 'grafana-oncall']);

type Options = { into: string; write?: boolean; json?: boolean; at?: string };

export async function runImport(tool: string, files: string[], options: Options): Promise<void> {
  await saying(async () => {
    const now = options.at === undefined ? Date.now() : Date.parse(options.at);
    if (Number.isNaN(now)) throw new Misuse('--at: write an instant, like 2026-11-23T03:12:04Z.');
    const open = Object.hasOwn(TOOLS, tool) ? TOOLS[tool] : undefined;
    if (!open) throw new Misuse(`There is no import from '${tool}'. Write one of ${Object.keys(TOOLS).join(', ')}.`);
    const documents = (await Promise.all(files.map(readAll))).flat();
    if (!OF_TERRAFORM.has(tool) && documents.some((document) => document instanceof TerraformDocument))
      throw new Misuse(`An import from ${tool} reads the answers of its API, not Terraform.`);
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

/** A file, or every file of a folder that may be part of an export. */
async function readAll(path: string): Promise<unknown[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => {
      throw new Misuse(`${path} cannot be read.`);
    },
  );
  if (!isFolder) return [await readDocument(path)];
  const names = await readdir(path, { recursive: true });
  // A folder of Terraform holds JSON that is not of the tool, like package.json.
  const kind = names.some((name) => name.endsWith('.tf')) ? TERRAFORM : EXPORT;
  const files = names
    .filter((name) => kind.test(name) && !/(^|\/)(\.terraform|\.git|node_modules)\//.test(name))
    .sort();
  if (files.length === 0) throw new Misuse(`${path} holds no .json, .tf or .tfvars file.`);
  return Promise.all(files.slice(0, MOST_FILES).map((name) => readDocument(join(path, name))));
}

async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  if (TERRAFORM.test(file)) {
    try {
      return readTerraform(file, text);
    } catch (error) {
      throw error instanceof RangeError ? new Misuse(`Terraform that cannot be read: ${error.message}`) : error;
    }
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new Misuse(`${file} is not JSON: save the API's answer as it came.`);
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
  process.stdout.write(`\n${files.length} files are in ${into}/. Next: npx --no pageturner lint ${into}\n`);
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
