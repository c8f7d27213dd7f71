import type * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type GpuBackend, runElementwise } from './gpu-program.ts'
import { keyOf, type Shape } from './kernels/pairwise-shader.ts'

/** Keeps what it is asked to run. */
function recorder() {
  const calls: { program: Record<string, unknown>; uniforms: readonly object[] }[] = []
  const backend = {
    runWebGPUProgram: (
      program: object,
      _inputs: unknown,
      dtype: tf.DataType,
      uniforms: readonly object[],
    ) => {
      calls.push({ program: program as Record<string, unknown>, uniforms })
      return { dataId: {}, shape: [], dtype }
    },
    makeTensorInfo: () => ({ dataId: {}, shape: [], dtype: 'float32' as const }),
    disposeData: () => true,
  } satisfies GpuBackend
  return { backend, calls }
}

it('declares numbers in the order in which it gives them', () => {
  const { backend, calls } = recorder()
  const x = { dataId: {}, shape: [300], dtype: 'float32' as const }
  const code = 'fn main(index : i32) {}'
  runElementwise(backend, { key: 'k', inputs: { x }, shape: [300], floats: { beta: 0.5 }, code })
  expect(calls[0].program).toMatchObject({
    variableNames: ['x'],
    shaderKey: 'chiaro_k',
    uniforms: 'count : i32, beta : f32,',
    dispatch: [3, 1, 1],
  })
  expect(calls[0].uniforms).toEqual([
    { type: 'int32', data: [300] },
    { type: 'float32', data: [0.5] },
  ])
})

it('spreads more workgroups than an axis takes over two', () => {
  const { backend, calls } = recorder()
  const size = 128 * 65_535 + 1
  runElementwise(backend, { key: 'k', inputs: {}, shape: [size], code: '' })
  expect(calls[0].program.dispatch).toEqual([65_535, 2, 1])
})

it('gives shaders that differ keys that differ: tfjs caches them by these', () => {
  const shapes: Shape[] = (['queries', 'keys'] as const).flatMap(outer =>
    [{}, { keyBias: 0 }, { columnOffset: 0 }, { keyBias: 0, columnOffset: 1 }].flatMap(packed =>
      [0, 1, 2, 3, 4, 5, 6, 7].map(bits => ({
        outer,
        packed,
        exclude: (bits & 1) > 0,
        groups: (bits & 2) > 0,
        mask: (bits & 4) > 0,
      })),
    ),
  )
  const keys = shapes.map(keyOf)
  expect(new Set(keys).size).toBe(keys.length)
})
