import { defineConfig } from 'vitest/config'

// Tests run on the sources: the "@chiaro/source" export condition makes a build unnecessary.
const conditions = ['@chiaro/source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages,apps,tooling}/*/src/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
