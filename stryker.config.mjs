const config = {
  // The code that decides: what is retried, what ends a wait, how a reply and an option are read.
  mutate: [
    'src/api/*.ts',
    'src/internal/{back-off,envelope,read-reply,retry-after,service-words}.ts',
    'src/polling/{decide-after-poll,generate,poll-intervals,poll-until-completed,wait}.ts',
    'src/video-schema.ts',
    'src/options/*.ts',
    'src/errors/*.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  ignorePatterns: ['dist', 'reports', 'examples', 'bench'],
  thresholds: { high: 95, low: 95, break: 95 },
};

export default config;
