/** The tests of one folder of the pure core alone: what a mutant of it must fail in. */
import { statSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files first: vectors and tables kill most mutants in a moment, properties take seconds. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return [...files].sort((a, b) => size(a) - size(b));
  }
}

export default defineConfig({
  test: {
    include: [`test/${process.env.FOLDER ?? 'incident'}/**/*.test.ts`],
    maxWorkers: 1,
    // One worker for all files of a mutant, a new one for the next: the tests of the core leave nothing behind.
    isolate: false,
    sequence: { sequencer: SmallestFirst },
    testTimeout: 20_000,
  },
});
