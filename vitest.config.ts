import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first: whatever begins last must not be what takes longest. */
const LONG = [
  'kill.test',
  'bite.test',
  'storm.test',
  'escalation.test',
  'simulation.test',
  'start.test',
  'local/standby.test',
  'hostile.test',
  'template.test',
  'package.test',
  'contract.test',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.includes(name));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/local/build.ts'],
    include: ['test/**/*.test.ts'],
    // One more than the smallest machine that this is built on has cores: much of the suite waits for real processes.
    maxWorkers: 3,
    // A worker for each file would cost every one of them the start of Node and the modules that all share.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
