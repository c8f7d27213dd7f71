// Compiles assembly/ twice (plain and shared memory), checks both binaries, and writes src/generated/kernels.ts
// with the binaries in base64: Node, Vite and any other bundler then need no asset configuration.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
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
const variants = {
  plain: [],
  // An imported shared memory must state a maximum; tfjs's has 65536 pages.
  shared: ['--enable=threads', '--sharedMemory', '--initialMemory=1', '--maximumMemory=65536'],
}

async function compile(options) {
  let binary
  const { error, stderr } = await asc.main([...common, ...options], {
    baseDir: root,
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents
    },
  })
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  return binary
}

const built = {}
for (const [variant, options] of Object.entries(variants)) {
  const binary = await compile(options)
  built[variant] = { binary, functions: checkKernelModule(binary, variant) }
}

const signatures = built.plain.functions
  .map(({ name, parameters, result }) => `  ${name}(${parameters}): ${result}`)
  .join('\n')
const base64 = variant => Buffer.from(built[variant].binary).toString('base64')
const build = createHash('sha256').update(built.plain.binary).digest('hex').slice(0, 12)

mkdirSync(new URL('../src/generated/', import.meta.url), { recursive: true })
writeFileSync(
  new URL('../src/generated/kernels.ts', import.meta.url),
  `// Written by scripts/build-kernels.mjs from assembly/. Do not edit.

/** What the kernel module exports; every parameter is an address (bytes) or a plain number. */
export interface KernelExports {
${signatures}
}

/** The start of the SHA-256 of the plain binary: names the kernels a run was made with. */
export const kernelBuild = '${build}'

/** The module for a memory of one thread, in base64. */
export const plainKernels =
  '${base64('plain')}'

/** The module for a shared memory, in base64. */
export const sharedKernels =
  '${base64('shared')}'
`,
)
const size = variant => `${variant} ${(built[variant].binary.length / 1024).toFixed(1)} KiB`
console.log(
  `kernels ${build}: ${built.plain.functions.length} functions, ${size('plain')}, ${size('shared')}`,
)
