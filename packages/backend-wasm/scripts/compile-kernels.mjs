// A worker of build-kernels.mjs: compiles assembly/ in one way, { options, wide }, and posts { plain, kernels }: the binary
// and what it exports.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import asc from 'assemblyscript/asc'
import { kernelsOf } from './kernel-interface.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { options, wide } = workerData

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

/** AssemblyScript decorates functions, TypeScript cannot: a line `// @inline` above one is the decorator. */
function decorated(source, name) {
  const other = source.match(/^ *\/\/ *@(?!inline$).*/m)
  if (other) throw new Error(`${name}: "${other[0].trim()}" must be "// @inline"`)
  return source.replace(/^\/\/ @inline$/gm, '@inline')
}

let plain
let program
let kernels
const { error, stderr } = await asc.main([...common, ...options], {
  baseDir: root,
  transforms: [
    {
      afterInitialize: initialized => {
        program = initialized
      },
      afterCompile: () => {
        kernels = kernelsOf(program)
      },
    },
  ],
  readFile: (name, folder) => {
    const path = join(folder, name)
    if (!existsSync(path)) return null
    const source = decorated(readFileSync(path, 'utf8'), name)
    return name === 'assembly/wide.ts' ? source.replace('= false', `= ${wide}`) : source
  },
  writeFile: (name, contents) => {
    if (name.endsWith('.wasm')) plain = contents
  },
})
if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
parentPort.postMessage({ plain, kernels })
