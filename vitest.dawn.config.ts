import { dirname } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import { findSwiftShader } from './tooling/test-kit/src/chromium.mjs'
import { all, node, ofMpi } from './vitest.config.ts'

// Before the tests' processes start: the loader of Vulkan looks at the environment they begin with.
const driver = findSwiftShader()
if (driver !== undefined) {
  process.env.VK_ICD_FILENAMES ??= driver
  process.env.LD_LIBRARY_PATH ??= dirname(driver)
}

// In Node on WebGPU: cpu and wasm are in `npm test`. What lies on the card is read after each test.
export default mergeConfig(
  node,
  defineConfig({
    test: {
      include: all,
      exclude: ofMpi,
      provide: { backends: ['webgpu'] },
      setupFiles: ['tooling/test-kit/src/dawn.mjs'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      passWithNoTests: true,
    },
  }),
)
