import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { suites } from './tooling/checks/suites.mjs'
import { findChromium } from './tooling/test-kit/src/chromium.mjs'

const conditions = ['@chiaro/source', 'browser', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  // What runs side by side bundles its dependencies apart.
  cacheDir: `node_modules/.vite/lane-${process.env.CHIARO_LANE ?? 0}`,
  test: {
    include: suites.map(name => `packages/${name}/src/**/*.test.ts`),
    // They start processes, or load modules anew: for Node alone.
    exclude: ['**/register-gradients.test.ts', '**/copies.test.ts'],
    provide: { backends: (process.env.CHIARO_BACKENDS ?? 'cpu,wasm,webgl,webgpu').split(',') },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: findChromium(),
          args: [
            '--no-sandbox',
            '--enable-unsafe-webgpu',
            '--enable-features=Vulkan',
            '--use-vulkan=swiftshader',
            '--use-webgpu-adapter=swiftshader',
            '--enable-unsafe-swiftshader',
            '--use-angle=swiftshader',
            '--ignore-gpu-blocklist',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
