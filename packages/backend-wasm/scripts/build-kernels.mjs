// Compiles assembly/ in three ways (products and sums rounded each; fused, by relaxed SIMD; fused in tiles for wide
// registers), checks the binaries, and writes src/generated/kernels.ts with them in base64: Node, Vite and any other
// bundler then need no asset configuration. src/generated/kernel-exports.ts says what they export. For a shared memory
// `withSharedMemory` changes their import where they run.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { checkKernelModule } from './check-kernel-module.mjs'
import { interfaceSource } from './kernel-interface.mjs'

const fused = ['--enable=relaxed-simd']
const ways = {
  separate: { options: [], wide: false },
  fused: { options: fused, wide: false },
  wide: { options: fused, wide: true },
}

let exported = []
const built = Object.fromEntries(
  await Promise.all(
    Object.entries(ways).map(async ([name, workerData]) => {
      const worker = new Worker(new URL('./compile-kernels.mjs', import.meta.url), { workerData })
      const [{ plain, kernels }] = await once(worker, 'message')
      exported = kernels
      checkKernelModule(plain, false)
      return [name, plain]
    }),
  ),
)

const base64 = binary => Buffer.from(binary).toString('base64')
const buildOf = binary => createHash('sha256').update(binary).digest('hex').slice(0, 12)
const binaries = plain => `{
  build: '${buildOf(plain)}',
  plain:
    '${base64(plain)}',
}`

const generated = new URL('../src/generated/', import.meta.url)
mkdirSync(generated, { recursive: true })
writeFileSync(new URL('kernel-exports.ts', generated), interfaceSource(exported))
writeFileSync(
  new URL('kernels.ts', generated),
  `// Written by scripts/build-kernels.mjs from assembly/. Do not edit.

/** One way the kernels are compiled. */
export interface KernelBinaries {
  /** The start of the SHA-256 of the plain binary: names the kernels a run was made with. */
  readonly build: string
  /** The module for a memory of one thread, in base64. */
  readonly plain: string
}

/** Products and sums rounded each: any engine with SIMD, the same bits on each. */
export const separateKernels: KernelBinaries = ${binaries(built.separate)}

/** Multiplication and addition as one instruction: engines with relaxed SIMD. */
export const fusedKernels: KernelBinaries = ${binaries(built.fused)}

/** The same in tiles for engines that join registers to wide ones. */
export const wideKernels: KernelBinaries = ${binaries(built.wide)}
`,
)
const sizes = Object.entries(built).map(([name, plain]) => `${name} ${(plain.length / 1024).toFixed(1)} KiB`)
console.log(`kernels: ${exported.length} functions, ${sizes.join(', ')}`)
