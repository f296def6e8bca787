/**
 * Mutants of one folder of the pure core, killed or not by the tests of that folder alone. Stryker is no dependency: it is
 * asked now and then, and brings 150 packages.
 *
 *   FOLDER=incident npx --yes --package @stryker-mutator/core@9.6.1 stryker run test/mutation/stryker.config.js
 *
 * The command runner, because the one for Vitest reported mutants alive that this one kills; no TypeScript, because Stryker
 * asks for an API that TypeScript 7 does not have.
 */
const folder = process.env.FOLDER ?? 'incident';

export default {
  testRunner: 'command',
  commandRunner: {
    command: `node node_modules/vitest/vitest.mjs run --config test/mutation/vitest.config.ts --bail 1 --no-isolate test/${folder}`,
  },
  mutate: [`shared/${folder}/*.ts`, '!shared/rota/schema.ts'],
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'off',
  concurrency: 1,
  timeoutMS: 15_000,
  tsconfigFile: 'none.json',
  ignorePatterns: ['/bench', '/docs', '/.build', '/.stryker'],
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.stryker/tmp',
};
