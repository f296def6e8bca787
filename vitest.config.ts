import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/local/build.ts'],
    include: ['test/**/*.test.ts'],
    // Both cores of the smallest machine that this is built on: much of the suite waits for real processes.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
