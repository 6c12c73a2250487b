import { defineConfig } from 'vitest/config';

/** Where the results are to be written for a program to read, or nothing. */
const { VITEST_JSON } = process.env;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Times of day are printed in UTC and texts in English unless a test says otherwise, wherever it runs.
    env: { TZ: 'UTC', LANG: 'C', LC_ALL: '', LC_MESSAGES: '', NO_COLOR: '', FORCE_COLOR: '', COLUMNS: '' },
    // One worker less than cores is the default: of two cores, one would stand idle.
    maxWorkers: '100%',
    // To load the sources anew for each of 160 files takes longer than half of the tests; no test leaves anything behind in them.
    isolate: false,
    testTimeout: 60_000,
    reporters: VITEST_JSON ? ['default', ['json', { outputFile: VITEST_JSON }]] : ['default'],
  },
});
