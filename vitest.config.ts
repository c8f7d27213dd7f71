import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Tests run on the sources: the "@chiaro/source" export condition makes a build unnecessary.
const conditions = ['@chiaro/source', 'node', 'import', 'module', 'default']

/** Every test of the workspace. */
export const all = ['{packages,apps,tooling}/*/src/**/*.test.ts']

/** Those that start ranks of MPI, which `npm run test:mpi` runs. */
export const ofMpi = ['packages/*/src/**/*.mpi.test.ts']

/** What every run in Node has, on whichever backend. */
export const node = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    pool: 'forks',
    // Every core: by itself vitest leaves one of two idle.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

/** Files that change their process (threads, flags of the engine, signals, copies of what is loaded), or ask what a new one holds. */
const apart = [
  'packages/{core,ops}/src/copies.test.ts',
  'packages/{backend,backend-wasm,cli}/src/**/*.test.ts',
  'packages/random/src/host.test.ts',
  'packages/data/src/node/load-sharp.test.ts',
  'apps/demo/src/earlier-files.test.ts',
  'packages/tasks/src/density/earlier.test.ts',
]

/** The others share a process, and with it what was loaded and compiled: a third of the time. */
export default defineConfig({
  ...node,
  test: {
    ...node.test,
    projects: [
      {
        extends: true,
        test: { name: 'together', include: all, exclude: [...apart, ...ofMpi], isolate: false },
      },
      { extends: true, test: { name: 'apart', include: apart, exclude: ofMpi } },
    ],
  },
})
