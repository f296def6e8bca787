/** The tests of the pure core alone: what a mutant of it must fail in. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{incident,rota,pattern,digest}/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 20_000,
  },
});
