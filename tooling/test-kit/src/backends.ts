import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject } from 'vitest'
import { exceptionFor } from './exceptions.ts'
import { settleComparisons } from './expect-close.ts'
import { lostDevice } from './lost-device.ts'

/** The float32 reference in plain JavaScript, the one Chiaro trains on, and the two of the graphics card. */
export type BackendName = 'cpu' | 'wasm' | 'webgl' | 'webgpu'

/** What `describeBackends` may be told. */
export interface BackendMatrixOptions {
  /** Where the tests run, of those the run has; default: all of them. */
  readonly backends?: readonly BackendName[]
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The backends of this run; default cpu and wasm, which need no more than Node. */
    backends?: readonly BackendName[]
  }
  interface TaskMeta {
    /** Why the test is left out on its backend. */
    leftOut?: string
    /** How the graphics device was lost under a test that failed. */
    lost?: string
  }
}

const ofThisRun: readonly BackendName[] = inject('backends') ?? ['cpu', 'wasm']

const loaders: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  // By path: as declared dependencies they would close a cycle, since every package tests with this one.
  wasm: () => import('../../../packages/backend-wasm/src/index.ts'),
  webgl: () => import('../../../packages/backend-webgl/src/index.ts'),
  webgpu: async () => {
    await import('../../../packages/backend-webgpu/src/index.ts')
    if (typeof OffscreenCanvas === 'function') (await import('./pooled-canvases.ts')).poolCanvases()
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

/** A test that must have a tensor's numbers at once ends there, as left out. */
function leaveOutWhatReadsAtOnce(skip: (because: string) => never): void {
  Object.assign(tf.backend(), {
    readSync: () => skip('reads tensors at once, which WebGPU does by a canvas, and Node has none'),
  })
}

/**
 * Runs the tests of `body` once on each backend of this run, as `describe("title on cpu")`, `describe("title on wasm")`.
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
  const backends = ofThisRun.filter(name => options.backends?.includes(name) ?? true)
  describe.each(backends)(`${title} on %s`, backend => {
    beforeAll(() => useTestBackend(backend))
    let tensorsBefore = 0
    beforeEach(context => {
      const leaveOut = (because: string): never => {
        context.task.meta.leftOut = because
        return context.skip(because)
      }
      const because = exceptionFor(expect.getState().currentTestName ?? '', backend)
      if (because !== undefined) leaveOut(because)
      if (backend === 'webgpu' && typeof OffscreenCanvas === 'undefined') leaveOutWhatReadsAtOnce(leaveOut)
      tensorsBefore = tf.memory().numTensors
      tf.engine().startScope()
    })
    afterEach(async ({ task }) => {
      let failed = task.result?.state === 'fail'
      try {
        await settleComparisons()
      } catch (error) {
        failed = true
        throw error
      } finally {
        tf.engine().endScope()
        if (failed) task.meta.lost = await lostDevice()
      }
      expect(tf.memory().numTensors - tensorsBefore, 'tensors kept by the test').toBe(0)
    })
    afterAll(() => {
      tf.disposeVariables()
    })
    body(backend)
  })
}
