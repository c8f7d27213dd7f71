import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'

/** The backends Node can test: the float32 reference in plain JavaScript, and the one Chiaro trains on. */
export type BackendName = 'cpu' | 'wasm'

/** What `describeBackends` may be told. */
export interface BackendMatrixOptions {
  /** Where the tests run; default: cpu and wasm. */
  readonly backends?: readonly BackendName[]
}

const loaders: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm')
    // By path: as a declared dependency it would close a cycle, since every package tests with this one.
    await import('../../../packages/backend-wasm/src/index.ts')
  },
}

/** Loads the backend and makes it tfjs's current one; throws when it does not start. */
export async function useTestBackend(name: BackendName): Promise<void> {
  await loaders[name]()
  if (!(await tf.setBackend(name))) throw new Error(`backend ${name} did not start`)
  await tf.ready()
  if (name === 'cpu') writeQuietly()
}

/** The cpu backend greets on its first write, in Node; tests keep the console clean. */
function writeQuietly(): void {
  const before = tf.env().getBool('IS_TEST')
  tf.env().set('IS_TEST', true)
  tf.dispose(tf.scalar(0))
  tf.env().set('IS_TEST', before)
}

/**
 * Runs the tests of `body` once on each backend, as `describe("title on cpu")`, `describe("title on wasm")`.
 *
 * Every test runs inside a tensor scope of its own, so it need not dispose what it makes; a variable or a
 * kept tensor that outlives its test fails it. Tensors made in `body` itself (while tests are collected) have
 * no backend yet: make them in the tests.
 */
export function describeBackends(
  title: string,
  body: (backend: BackendName) => void,
  options: BackendMatrixOptions = {},
): void {
  const { backends = ['cpu', 'wasm'] } = options
  describe.each(backends)(`${title} on %s`, backend => {
    beforeAll(() => useTestBackend(backend))
    let tensorsBefore = 0
    beforeEach(() => {
      tensorsBefore = tf.memory().numTensors
      tf.engine().startScope()
    })
    afterEach(() => {
      tf.engine().endScope()
      expect(tf.memory().numTensors - tensorsBefore, 'tensors kept by the test').toBe(0)
    })
    afterAll(() => {
      tf.disposeVariables()
    })
    body(backend)
  })
}
