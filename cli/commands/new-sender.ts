/**
 * `pageturner new sender FILE…`: drafts `senders/NAME.yaml` from a body that fires and one that is its end, puts both
 * beside it as samples, and beside each the alert that the draft makes of it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { isFields } from '../../shared/alert/read.ts';
import { parseBody } from '../../shared/intake/body.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { teach } from '../../shared/sender/mapping.ts';
import { Misuse, saying } from '../folder.ts';
import { expectedOf, SAMPLES_AT } from '../lint/senders.ts';
import { isEnd, sketchSender } from '../sketch/sketch.ts';

const SECRET = /token|secret|password|passwd|api_?key|authorization/i;

export async function runNewSender(files: string[], options: { catalogue: string; name?: string }): Promise<void> {
  await saying(async () => {
    if (files.length === 0 || files.length > 2)
      throw new Misuse(
        'Give the body that fires, and the one that is its end: pageturner new sender down.json up.json',
      );
    const bodies = await Promise.all(files.map(readSample));
    const [firing, resolved] =
      bodies.length === 2 && isEnd(bodies[0]!, bodies[1]!) === true ? [bodies[1]!, bodies[0]] : [bodies[0]!, bodies[1]];
    const name = options.name ?? nameOf(files[0]!);
    const samples = [`${name}/firing.json`, ...(resolved === undefined ? [] : [`${name}/resolved.json`])];
    const sender = sketch(name, firing, resolved, samples);
    const folder = join(options.catalogue, 'senders');
    const text = `# yaml-language-server: $schema=../schema/sender.json\n${stringify(sender, { lineWidth: 120 })}`;
    await writeNew(join(folder, `${name}.yaml`), text);
    const teacher = teach({ [name]: sender });
    for (const [index, body] of [firing, resolved].entries()) {
      const sample = samples[index];
      if (body === undefined || sample === undefined) continue;
      const written = `${JSON.stringify(body, null, 2)}\n`;
      const { alerts } = await normaliseTaught(written, undefined, { receivedAt: SAMPLES_AT }, teacher);
      const { id: _id, raw: _raw, at: _at, test: _test, source: _source, endsAt: _endsAt, ...expected } = alerts[0]!;
      await writeNew(join(folder, sample), written);
      await writeNew(join(folder, expectedOf(sample)), `${JSON.stringify(expected, null, 2)}\n`);
      process.stdout.write(`${sample}: ${expected.status}, "${expected.title}"\n`);
    }
    process.stdout.write(
      `${join(folder, `${name}.yaml`)}: read it, correct it, then run 'pageturner lint ${options.catalogue}'.\n`,
    );
    if (sender.alert.status === undefined)
      process.stdout.write('There is no status: without the body of an end nobody can tell what an end looks like.\n');
  });
}

function sketch(name: string, firing: object, resolved: object | undefined, samples: string[]) {
  try {
    return sketchSender(name, firing, resolved, samples);
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

async function readSample(file: string): Promise<object> {
  const body = await readFile(file).catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  const isForm = /^[\w%.+-]+=[^\s{]*&/.test(body.toString('utf8'));
  const { payload } = parseBody(body, isForm ? 'application/x-www-form-urlencoded' : undefined);
  if (!isFields(payload))
    throw new Misuse(`${file} is no JSON object and no form: a sender is described by its fields.`);
  return redacted(payload) as object;
}

/** Samples go into Git: what is called a secret does not. */
function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET.test(name) && typeof item === 'string' ? 'redacted' : redacted(item),
    ]),
  );
}

/** `samples/uptime-kuma-down.json` → `uptime-kuma` */
function nameOf(file: string): string {
  const base = file
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return (
    base.replace(/-?(down|up|firing|fired|resolved|alert|problem|recovery|ok)$/, '').replace(/^-|-$/g, '') || 'sender'
  );
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(
      error.code === 'EEXIST' ? `${path} is there already; name another with --name.` : `${path} cannot be written.`,
    );
  });
}
