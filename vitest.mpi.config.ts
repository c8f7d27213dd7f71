import { defineConfig, mergeConfig } from 'vitest/config'
import { node, ofMpi } from './vitest.config.ts'

// Programs on several ranks, which take both cores each: one after the other.
export default mergeConfig(
  node,
  defineConfig({
    test: { include: ofMpi, fileParallelism: false, testTimeout: 120_000 },
  }),
)
