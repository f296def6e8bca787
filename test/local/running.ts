/** A whole Pageturner for a test: its own ports and folder, the sample catalogue in force. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import { OUT } from '../../infra/build/build.ts';
import type { Received } from '../../infra/local/phone.ts';
import { type Stack, type StackOptions, startStack } from '../../infra/local/stack.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { publishCatalogue } from '../../shared/store/catalogues.ts';
import { openTable } from '../../shared/store/store.ts';

const CATALOGUE = join(import.meta.dirname, '../../catalogue');

export type Running = Stack & { folder: string; restart: () => Promise<Running>; end: () => Promise<void> };

export type RunOptions = {
  /** Where state is; left out, a new folder. */
  folder?: string;
  /** What becomes of the sample catalogue before it is published. */
  catalogue?: (sample: Catalogue) => Catalogue;
  settings?: Record<string, string>;
  environment?: Record<string, string>;
  onReport?: StackOptions['onReport'];
};

/** Every page by itself: for whoever counts pages, and not messages. */
export function withoutDigests(sample: Catalogue): Catalogue {
  return { ...sample, defaults: { ...sample.defaults, digest: { firstSeconds: 0, thenSeconds: 0 } } };
}

export async function run(port: number, options: RunOptions = {}): Promise<Running> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'pageturner-'));
  // All that the functions would ever say is said: the suite looks for what no log may hold.
  const environment = { POWERTOOLS_LOG_LEVEL: 'DEBUG', ...options.environment };
  const stack = await startStack({
    port,
    folder,
    bundles: OUT,
    environment,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.onReport === undefined ? {} : { onReport: options.onReport }),
  });
  const { files } = await readCatalogueFolder(CATALOGUE);
  const { catalogue: sample } = lintFiles(files, Date.now());
  if (!sample) throw new Error('The sample catalogue does not compile.');
  const catalogue = options.catalogue?.(sample) ?? sample;
  const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
  await publishCatalogue(
    openTable(stack.table.name, stack.table.client),
    catalogue,
    prepared,
    new Date().toISOString(),
    'test',
  );
  return {
    ...stack,
    folder,
    restart: async () => {
      await stack.stop();
      return run(port, { ...options, folder });
    },
    end: async () => {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The first message that fits, come already or within the time. */
export function expectMessage(
  stack: Stack,
  fits: (message: Received) => boolean,
  withinMilliseconds: number,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const come = stack.phone.messages().find(fits);
    if (come) return resolve(come);
    const timer = setTimeout(() => {
      unwatch();
      reject(
        new Error(
          `No such message within ${withinMilliseconds} ms; the phone has ${JSON.stringify(stack.phone.messages())}`,
        ),
      );
    }, withinMilliseconds);
    const unwatch = stack.phone.watch((message) => {
      if (!fits(message)) return;
      clearTimeout(timer);
      unwatch();
      resolve(message);
    });
  });
}
