import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allGradients } from './all-gradients.ts'
import { corrections } from './corrections.ts'

// What users load is built files in plain Node, so the package and the one it stands on are built here, from
// these very sources, where their dependencies resolve.
const ops = fileURLToPath(new URL('../..', import.meta.url))
const built = join(ops, 'node_modules', '.registration-test')
const index = join(built, 'index.js')

/** Compiles a package of this workspace into a folder. */
function build(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
  const tsc = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url))
  const project = join(ops, '..', name, 'tsconfig.json')
  spawnSync(process.execPath, [tsc, '-p', project, '--outDir', folder, '--declaration', 'false'])
  expect(existsSync(join(folder, 'index.js')), `the build of ${name}`).toBe(true)
}

beforeAll(() => {
  build('ops', built)
  build('core', join(built, 'node_modules/@chiaro/core'))
})
afterAll(() => rmSync(built, { recursive: true, force: true }))

/** Runs a script in a fresh Node, where only what it imports is loaded, and returns what it prints as JSON. */
function inNode(script: string, type: 'module' | 'commonjs' = 'module'): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, '-e', script], {
    cwd: ops,
    encoding: 'utf8',
  })
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`printed ${stdout}\n${stderr}`)
  }
}

const tfjs = "import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu';"
const ours = `import { gradientReport } from ${JSON.stringify(index)};`
/** Registers all of tfjs's own gradients, as '@tensorflow/tfjs' does. */
const stock = "import '@tensorflow/tfjs-layers';"
/** The gradient of the shared factor of a broadcast product, which stock throws on: sums of ones, here 2 each. */
const gradient =
  'Array.from(tf.grad(b => tf.sum(tf.matMul(tf.ones([2, 1, 2]), b)))(tf.ones([1, 2, 2])).dataSync())'
const others =
  "gradientReport().filter(({ registered }) => registered !== 'chiaro').map(({ kernel }) => kernel)"
const print = `console.log(JSON.stringify({ gradient: ${gradient}, others: ${others} }))`
const right = { gradient: [2, 2, 2, 2], others: [] }

describe('registration in plain Node', () => {
  it('happens on import', () => {
    expect(inNode(`${tfjs}${ours}${print}`)).toEqual(right)
  })
  it('happens on require', () => {
    const script = `const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu')
      const { gradientReport } = require(${JSON.stringify(index)}); ${print}`
    expect(inNode(script, 'commonjs')).toEqual(right)
  })
  it('outlasts an import of tfjs after it', () => {
    expect(inNode(`${tfjs}${ours}${stock}${print}`)).toEqual(right)
  })
  it('replaces what an import of tfjs before it registered', () => {
    expect(inNode(`${tfjs}${stock}${ours}${print}`)).toEqual(right)
  })
  it('gives way to one who unregisters first, and reports it', () => {
    const replace = `tf.unregisterGradient('Cumprod')
      tf.registerGradient({ kernelName: 'Cumprod', gradFunc: () => ({}) })
      tf.unregisterGradient('TopK')
      const report = gradientReport()
      const of = name => report.find(({ kernel }) => kernel === name).registered
      console.log(JSON.stringify([of('Cumprod'), of('TopK'), of('Einsum')]))`
    expect(inNode(`${tfjs}${ours}${replace}`)).toEqual(['other', 'none', 'chiaro'])
  })
  it('lets others register gradients for kernels of their own', () => {
    const add = `tf.registerGradient({ kernelName: 'Mine', gradFunc: () => ({}) })
      console.log(JSON.stringify(tf.getGradient('Mine') !== undefined))`
    expect(inNode(`${tfjs}${ours}${add}`)).toBe(true)
  })
  it('is needed: tfjs-core alone has no gradient, and the stock one throws where the axes broadcast', () => {
    const attempt = `let message = ''; try { ${gradient} } catch (error) { message = error.message }
      console.log(JSON.stringify(message))`
    expect(inNode(`${tfjs}${attempt}`)).toMatch(/gradient function not found/)
    expect(inNode(`${tfjs}${stock}${attempt}`)).toMatch(/does not match/)
  })
  it('covers every gradient that tfjs has', () => {
    const names = "console.log(JSON.stringify([...globalThis._tfGlobals.get('gradRegistry').keys()]))"
    const covered = new Set(allGradients.map(({ kernelName }) => kernelName))
    const missing = (inNode(`${tfjs}${stock}${names}`) as string[]).filter(name => !covered.has(name))
    expect(missing).toEqual([])
  })
})

describe('the table of corrections', () => {
  it('names only gradients that we register', () => {
    const covered = new Set(allGradients.map(({ kernelName }) => kernelName))
    expect(Object.keys(corrections).filter(name => !covered.has(name))).toEqual([])
  })
  it('tells added from corrected: the added are those that tfjs lacks', () => {
    const names = "console.log(JSON.stringify([...globalThis._tfGlobals.get('gradRegistry').keys()]))"
    const stockNames = inNode(`${tfjs}${stock}${names}`) as string[]
    for (const [kernel, { kind }] of Object.entries(corrections))
      expect([kernel, kind]).toEqual([kernel, stockNames.includes(kernel) ? 'corrected' : 'added'])
  })
  it('has each kernel once in the list of gradients', () => {
    const names = allGradients.map(({ kernelName }) => kernelName)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })
})
