/** `pageturner new runbook --from PAYLOAD`: a runbook for an alert as it came, with a pattern that fits it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { route } from '../../shared/routing/routing.ts';
import { Misuse, openLoaded, saying } from '../folder.ts';
import { draftRunbook } from '../runbooks/draft.ts';

export async function runNewRunbook(options: { from: string; catalogue: string; name?: string }): Promise<void> {
  await saying(async () => {
    const body = await readFile(options.from).catch(() => {
      throw new Misuse(`${options.from} cannot be read.`);
    });
    const { alerts } = normaliseBody(body, undefined, { receivedAt: new Date().toISOString() });
    const alert = alerts.find(({ status }) => status === 'firing') ?? alerts[0];
    if (!alert) throw new Misuse(`${options.from} holds no alert: a runbook needs one that fires.`);
    const loaded = await openLoaded(options.catalogue);
    const { service } = route(alert, { loaded, silences: [], now: alert.at });
    const draft = draftRunbook(alert, service?.name, options.name);
    const file = join(options.catalogue, 'runbooks', `${draft.id}.md`);
    const front = stringify({ title: draft.title, match: draft.match }, { lineWidth: 120 });
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `---\n${front}---\n${draft.body}`, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(
        error.code === 'EEXIST' ? `${file} is there already; name another with --name.` : `${file} cannot be written.`,
      );
    });
    process.stdout.write(`${file}\n`);
  });
}
