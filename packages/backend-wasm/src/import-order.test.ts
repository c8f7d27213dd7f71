import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What users run is plain Node on built files, so that is what is tried here: the packages are compiled to a
// folder of their own, beside links to tfjs's.
const packages = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'chiaro-import-order-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function compile(name: string): void {
  const target = join(folder, 'node_modules/@chiaro', name)
  mkdirSync(target, { recursive: true })
  copyFileSync(join(packages, name, 'package.json'), join(target, 'package.json'))
  const tsc = join(packages, '../node_modules/typescript/bin/tsc')
  const project = join(packages, name, 'tsconfig.json')
  const options = [
    '--outDir',
    join(target, 'dist'),
    '--noEmitOnError',
    'false',
    '--customConditions',
    '@chiaro/source',
  ]
  spawnSync(process.execPath, [tsc, '-p', project, ...options])
}

beforeAll(() => {
  compile('core')
  compile('ops')
  compile('backend-wasm')
  const tfjs = join(packages, 'backend-wasm/node_modules/@tensorflow')
  symlinkSync(tfjs, join(folder, 'node_modules/@tensorflow'), 'junction')
  // A second copy of tfjs's wasm backend, as two versions in one tree would bring; it finds the first's core.
  const second = join(folder, 'node_modules/second-wasm')
  mkdirSync(second)
  copyFileSync(join(tfjs, 'tfjs-backend-wasm/dist/tf-backend-wasm.node.js'), join(second, 'index.cjs'))
})

const chiaro = "await import('@chiaro/backend-wasm')"
const tfjs = ['tfjs-backend-cpu', 'tfjs-layers', 'tfjs-backend-wasm'].map(
  name => `await import('@tensorflow/${name}')`,
)
const secondCopy = "await import('second-wasm/index.cjs')"

const program = `
import * as tf from '@tensorflow/tfjs-core'
IMPORTS
await tf.setBackend('wasm')
const pool = tf.grad(x => tf.maxPool(x, 2, 2, 'valid'))(tf.tensor4d([-4, -1, -3, -2], [1, 2, 2, 1]))
const table = tf.grad(x => tf.sum(tf.gather(x, tf.tensor1d([1, 1], 'int32'))))(tf.ones([3, 1]))
const filter = tf.grad(w => tf.sum(tf.conv2d(tf.ones([1, 3, 3, 1]), w, 1, 'valid')))(tf.ones([2, 2, 1, 1]))
const product = tf.grad(x => tf.sum(tf.matMul(x, tf.ones([3, 2, 2]))))(tf.ones([2, 2]))
const same = tf.grad(x => tf.sum(tf.avgPool(x, 2, 2, 'same')))(tf.ones([1, 3, 3, 1]))
const chosen = tf.cast(tf.tensor1d([0.5, 256]), 'bool')
const all = { pool, table, filter, product, same, chosen }
const { kernelReport } = await import('@chiaro/backend-wasm')
const { gradientReport } = await import('@chiaro/ops')
const others = [...kernelReport(), ...gradientReport()].filter(({ registered }) => registered !== 'chiaro')
const values = Object.entries(all).map(([name, tensor]) => [name, Array.from(tensor.dataSync())])
console.log(JSON.stringify({ ...Object.fromEntries(values), others }))
`

function run(imports: readonly string[]): { result: unknown; noise: string } {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program.replace('IMPORTS', imports.join('\n')))
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  const lines = stdout.trim().split('\n')
  if (status !== 0) throw new Error(stderr)
  return { result: JSON.parse(lines.pop() as string), noise: lines.join('\n') + stderr }
}

/** By hand: where the maximum is, how often a row is looked up, how many windows a tap or an element is in. */
const expected = {
  pool: [0, 1, 0, 0],
  table: [0, 2, 0],
  filter: [4, 4, 4, 4],
  product: [6, 6, 6, 6],
  same: [0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1],
  chosen: [1, 1],
  others: [],
}

describe('importing @chiaro/backend-wasm in plain Node', () => {
  it('alone trains, without a word on the console', () => {
    expect(run([chiaro])).toEqual({ result: expected, noise: '' })
  })
  it('before or after tfjs gives the same kernels and gradients', () => {
    expect(run([chiaro, ...tfjs])).toEqual({ result: expected, noise: '' })
    expect(run([...tfjs, chiaro])).toEqual({ result: expected, noise: '' })
  })
  it("when tfjs's backend runs already", () => {
    const start = ["await import('@tensorflow/tfjs-backend-wasm')", "await tf.setBackend('wasm')"]
    expect(run([...start, chiaro])).toEqual({ result: expected, noise: '' })
  })
  it('outlasts a second copy of the stock backend', () => {
    expect(run([chiaro, secondCopy]).result).toEqual(expected)
  })
  it('works from CommonJS', () => {
    const file = join(folder, 'program.cjs')
    writeFileSync(
      file,
      `const tf = require('@tensorflow/tfjs-core')
       import('@chiaro/backend-wasm').then(() => tf.setBackend('wasm')).then(() => {
         console.log(tf.grad(x => tf.sum(tf.square(x)))(tf.tensor1d([3])).dataSync()[0])
       })`,
    )
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim()).toBe('6')
  })
})
