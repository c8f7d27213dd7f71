// Compiles assembly/ for plain and for shared memory, each in three ways (products and sums rounded each; fused, by
// relaxed SIMD; fused in tiles for wide registers), checks the binaries, and writes src/generated/kernels.ts with them
// in base64: Node, Vite and any other bundler then need no asset configuration.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { checkKernelModule } from './check-kernel-module.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const common = [
  'assembly/index.ts',
  '--runtime=stub',
  '--use=abort=',
  '--noAssert',
  '--importMemory',
  '--enable=simd',
  '-O3',
  '--converge',
  '--outFile=kernels.wasm',
]
// An imported shared memory must state a maximum; tfjs's has 65536 pages.
const shared = ['--enable=threads', '--sharedMemory', '--initialMemory=1', '--maximumMemory=65536']
const fused = ['--enable=relaxed-simd']
const ways = {
  separate: { options: [], wide: false },
  fused: { options: fused, wide: false },
  wide: { options: fused, wide: true },
}

async function compile({ options, wide }) {
  let binary
  const { error, stderr } = await asc.main([...common, ...options], {
    baseDir: root,
    readFile: (name, folder) => {
      const path = join(folder, name)
      if (!existsSync(path)) return null
      const source = readFileSync(path, 'utf8')
      return name === 'assembly/wide.ts' ? source.replace('= false', `= ${wide}`) : source
    },
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents
    },
  })
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  return binary
}

const built = {}
let functions = []
for (const [name, { options, wide }] of Object.entries(ways)) {
  const plain = await compile({ options, wide })
  const both = { plain, shared: await compile({ options: [...options, ...shared], wide }) }
  functions = checkKernelModule(both.plain, false)
  checkKernelModule(both.shared, true)
  built[name] = both
}

const signatures = functions
  .map(({ name, parameters, result }) => `  ${name}(${parameters}): ${result}`)
  .join('\n')
const base64 = binary => Buffer.from(binary).toString('base64')
const buildOf = binary => createHash('sha256').update(binary).digest('hex').slice(0, 12)
const binaries = ({ plain, shared }) => `{
  build: '${buildOf(plain)}',
  plain:
    '${base64(plain)}',
  shared:
    '${base64(shared)}',
}`

mkdirSync(new URL('../src/generated/', import.meta.url), { recursive: true })
writeFileSync(
  new URL('../src/generated/kernels.ts', import.meta.url),
  `// Written by scripts/build-kernels.mjs from assembly/. Do not edit.

/** What the kernel module exports; every parameter is an address (bytes) or a plain number. */
export interface KernelExports {
${signatures}
}

/** One way the kernels are compiled. */
export interface KernelBinaries {
  /** The start of the SHA-256 of the plain binary: names the kernels a run was made with. */
  readonly build: string
  /** The module for a memory of one thread, in base64. */
  readonly plain: string
  /** The module for a shared memory, in base64. */
  readonly shared: string
}

/** Products and sums rounded each: any engine with SIMD, the same bits on each. */
export const separateKernels: KernelBinaries = ${binaries(built.separate)}

/** Multiplication and addition as one instruction: engines with relaxed SIMD. */
export const fusedKernels: KernelBinaries = ${binaries(built.fused)}

/** The same in tiles for engines that join registers to wide ones. */
export const wideKernels: KernelBinaries = ${binaries(built.wide)}
`,
)
const sizes = Object.entries(built).map(
  ([name, { plain }]) => `${name} ${(plain.length / 1024).toFixed(1)} KiB`,
)
console.log(`kernels: ${functions.length} functions, ${sizes.join(', ')}`)
