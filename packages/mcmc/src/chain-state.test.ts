import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainState, type Energy } from './chain-state.ts'
import { halfSquare } from './laws-in-test.ts'

describeBackends('chainState', () => {
  it('has the energy and its gradient at every chain', () => {
    const position = tf.tensor2d([
      [1, 2],
      [-3, 0.5],
    ])
    const state = chainState(halfSquare, position)
    expectClose(state.position, position)
    expectClose(state.energy, [2.5, 4.625])
    expectClose(state.gradient, position)
  })
  it('takes a model for its energy', () => {
    const model = { parameters: {}, energy: halfSquare as (x: tf.Tensor) => tf.Tensor1D }
    expectClose(chainState(model, tf.ones([1, 4])).energy, [2])
  })
  it("lets no gradient through to the energy's parameters or to the start", () => {
    const scaled =
      (w: tf.Tensor): Energy =>
      x =>
        tf.mul(w, tf.sum(tf.square(x), 1))
    const through = (w: tf.Tensor, x: tf.Tensor) => {
      const { position, energy, gradient } = chainState(scaled(w), x)
      const chain = tf.sum(tf.add(tf.add(position, gradient), tf.reshape(energy, [-1, 1])))
      return tf.add(tf.mul(3, tf.add(w, tf.sum(x))), chain)
    }
    const [ofW, ofX] = tf.grads((w, x) => through(w as tf.Tensor, x as tf.Tensor))([
      tf.scalar(2),
      tf.ones([2, 2]),
    ])
    expectClose(ofW, 3)
    expectClose(ofX, [3, 3, 3, 3])
  })
  it('keeps nothing but its three tensors and leaves the start alone', () => {
    const position = tf.ones([3, 2])
    expectNoLeak(() => ({ ...chainState(halfSquare, position) }))
    expectClose(position, tf.ones([3, 2]))
  })
  it('leaves no tensor behind where the energy throws, nor where its gradient does', () => {
    const thrown = () => {
      throw new Error('mine')
    }
    const broken = tf.customGrad(x => ({ value: tf.clone(x as tf.Tensor), gradFunc: thrown }))
    const energies: Energy[] = [
      x => [tf.square(tf.square(x)), thrown()] as never,
      x => tf.sum(broken(tf.square(tf.square(x))), 1) as tf.Tensor1D,
    ]
    const position = tf.ones([3, 2])
    const before = tf.memory().numTensors
    for (const energy of energies) expect(() => chainState(energy, position)).toThrow('mine')
    expect(tf.memory().numTensors).toBe(before)
    position.dispose()
  })
  it('refuses what is no chains, and an energy that is not one number a chain', () => {
    expect(() => chainState(halfSquare, tf.scalar(1))).toThrow(
      /^chainState: start must be float32 \[chains, …event\], got float32 \[\]$/,
    )
    expect(() => chainState(halfSquare, tf.ones([2, 2], 'int32'))).toThrow(
      /start must be float32 \[.*\], got int32/,
    )
    const total = ((x: tf.Tensor) => tf.sum(tf.square(x))) as Energy
    expect(() => chainState(total, tf.ones([2, 2]))).toThrow(
      /energy must be a function that returns \[2\], one number a chain, got float32 \[\]/,
    )
  })
})
