/** The tests of one folder of the pure core alone: what a mutant of it must fail in. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [`test/${process.env.FOLDER ?? 'incident'}/**/*.test.ts`],
    maxWorkers: 1,
    // One worker for all files of a mutant, a new one for the next: the tests of the core leave nothing behind.
    isolate: false,
    testTimeout: 20_000,
  },
});
