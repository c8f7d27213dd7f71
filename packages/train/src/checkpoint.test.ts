import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { restoreCheckpoint, takeCheckpoint } from './checkpoint.ts'
import { exponentialMovingAverage } from './exponential-moving-average.ts'

describeBackends('a checkpoint', () => {
  it('has the averages as its model and the trained weights beside the state', async () => {
    const w = tf.variable(tf.tensor1d([1, 2]))
    const passes = tf.variable(tf.scalar(3, 'int32'), false)
    const ema = exponentialMovingAverage({ w }, { decay: 0.5 })
    ema.update()
    w.assign(tf.tensor1d([4, 5]))
    const trained = { parameters: { w }, buffers: { passes }, ema }
    const checkpoint = await takeCheckpoint(
      7,
      trained,
      { 'm/w': tf.tensor1d([8, 9]) },
      { best: { step: 6, value: 0.5 } },
    )
    expect(checkpoint).toEqual({
      step: 7,
      model: {
        w: { dtype: 'float32', shape: [2], values: Float32Array.of(1, 2) },
        passes: { dtype: 'int32', shape: [], values: Int32Array.of(3) },
      },
      optimizer: {
        'm/w': { dtype: 'float32', shape: [2], values: Float32Array.of(8, 9) },
        'trained/w': { dtype: 'float32', shape: [2], values: Float32Array.of(4, 5) },
      },
      state: { averageCount: 1, best: { step: 6, value: 0.5 } },
    })

    w.assign(tf.zeros([2]))
    passes.assign(tf.scalar(0, 'int32'))
    ema.update()
    const state = restoreCheckpoint(checkpoint, trained, { 'm/w': tf.zeros([2]) })
    expect(Array.from(w.dataSync())).toEqual([4, 5])
    expect(passes.dataSync()[0]).toBe(3)
    expect(Array.from(ema.tensors().w.dataSync())).toEqual([1, 2])
    expect(ema.count()).toBe(1)
    expect(Array.from(state['m/w'].dataSync())).toEqual([8, 9])
    tf.dispose([w, passes])
    tf.dispose(state as tf.TensorContainer)
    ema.dispose()
  })

  it('changes nothing when a tensor does not fit', async () => {
    const w = tf.variable(tf.tensor1d([1, 2]))
    const checkpoint = await takeCheckpoint(1, { parameters: { w }, buffers: {} }, {}, {})
    const v = tf.variable(tf.tensor1d([0]))
    const other = { parameters: { w, v }, buffers: {} }
    w.assign(tf.tensor1d([3, 4]))
    expect(() => restoreCheckpoint(checkpoint, other, {})).toThrow(
      'model: v must be among the tensors, got none',
    )
    expect(Array.from(w.dataSync())).toEqual([3, 4])
    tf.dispose([w, v])
  })
})
