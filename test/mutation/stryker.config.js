/**
 * Mutants of one folder of the pure core, killed or not by the tests of that folder alone. Stryker is no dependency: it is
 * asked now and then, and brings 170 packages. A mutant takes half a second on an idle machine.
 *
 *   FOLDER=incident npx --yes --package @stryker-mutator/core@10.1.1 --package @stryker-mutator/vitest-runner@10.1.1 \
 *     stryker run test/mutation/stryker.config.js
 *
 * What was killed is asked again only where its code or the test that killed it changed, what lives where a test is new:
 * `.stryker/<folder>.json` remembers; delete it to begin anew. No TypeScript, because Stryker asks for an API that
 * TypeScript 7 does not have. Texts are left alone: most are said, not decided by.
 */
import { mkdirSync, symlinkSync } from 'node:fs';

const folder = process.env.FOLDER ?? 'incident';
const tempDirName = '.stryker/tmp';
const CORE_OF_ROTA = ['compile', 'hours', 'oncall', 'rotation', 'shifts', 'windows'];

// The tests read the shared vectors beside the project; Stryker's copy of it stands in this folder.
mkdirSync(tempDirName, { recursive: true });
try {
  symlinkSync('../../../shared', `${tempDirName}/shared`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
}

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: folder === 'rota' ? CORE_OF_ROTA.map((name) => `shared/rota/${name}.ts`) : [`shared/${folder}/*.ts`],
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: `.stryker/${folder}.json`,
  concurrency: 1,
  timeoutMS: 15_000,
  tsconfigFile: 'none.json',
  ignorePatterns: ['/bench', '/docs', '/.build', '/.stryker'],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName,
};
