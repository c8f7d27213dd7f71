// tfjs's WASM with SIMD, copied beside our code: an address relative to a module is one that bundlers carry along, and
// right without a bundler. node scripts/copy-wasm.mjs [folder, default src]
import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
const target = fileURLToPath(new URL(`../${process.argv[2] ?? 'src'}/generated`, import.meta.url))
mkdirSync(target, { recursive: true })
for (const name of ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'])
  copyFileSync(join(dirname(manifest), 'dist', name), join(target, name))
