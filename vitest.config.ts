import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Tests run on the sources: the "@chiaro/source" export condition makes a build unnecessary.
const conditions = ['@chiaro/source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages,apps,tooling}/*/src/**/*.test.ts'],
    pool: 'forks',
    // Every core: by itself vitest leaves one of two idle.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
