import type { RandomKey } from '@chiaro/core'
import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { awaitedChainLoop, chainLoop } from './chain-loop.ts'

type Walk = { readonly position: tf.Tensor }

/** A random walk that says how far it went. */
const walk = ({ position }: Walk, stepKey: RandomKey) => {
  const change = normal(stepKey, position.shape)
  return { state: { position: tf.add(position, change) }, info: { change } }
}

describeBackends('chainLoop', () => {
  it('gives the start, then every step, which draws from foldIn(key, step)', () => {
    let expected = [1, 2]
    let count = 0
    for (const { step, state, info } of chainLoop({ position: tf.tensor1d([1, 2]) }, walk, {
      key: key(3),
      steps: 4,
    })) {
      expect(step).toBe(count++)
      if (step === 0) expect(info).toBeUndefined()
      else {
        const change = normal(foldIn(key(3), step), [2]).dataSync()
        expectClose((info as { change: tf.Tensor }).change, change)
        expected = expected.map((x, i) => x + change[i])
      }
      expectClose(state.position, expected)
    }
    expect(count).toBe(5)
  })
  it('goes on from chains put in place of its own', () => {
    const ends: number[] = []
    for (const turn of chainLoop({ position: tf.zeros([1]) }, walk, { key: key(1), steps: 2 })) {
      if (turn.step === 1) {
        tf.dispose(turn.state)
        turn.state = { position: tf.tensor1d([100]) }
      }
      ends.push(turn.state.position.dataSync()[0])
    }
    expect(ends[2]).toBeCloseTo(100 + normal(foldIn(key(1), 2), [1]).dataSync()[0], 4)
  })
  it('keeps nothing: not at its end, not when it is left, not when a step throws', () => {
    const before = tf.memory().numTensors
    const run = (look: (step: number) => boolean) => {
      const turns = chainLoop({ position: tf.zeros([3]) }, walk, { key: key(1), steps: 5 })
      for (const { step } of turns) {
        expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2)
        if (look(step)) break
      }
    }
    run(() => false)
    expect(tf.memory().numTensors).toBe(before)
    run(step => step === 3)
    expect(tf.memory().numTensors).toBe(before)
    const broken = chainLoop(
      { position: tf.zeros([3]) },
      (state, stepKey, step) => {
        if (step === 2) throw new Error('no further')
        return walk(state, stepKey)
      },
      { key: key(1), steps: 5 },
    )
    expect(() => Array.from(broken)).toThrow('no further')
    expect(tf.memory().numTensors).toBe(before)
  })
})

describeBackends('awaitedChainLoop', () => {
  const late = async (state: Walk, stepKey: RandomKey, step: number) => {
    await Promise.resolve()
    if (step === 4) throw new Error('no further')
    return tf.tidy(() => walk(state, stepKey))
  }
  it('gives the turns of chainLoop, of kernels that wait', async () => {
    const options = { key: key(3), steps: 3 }
    const expected = Array.from(chainLoop({ position: tf.zeros([2]) }, walk, options), turn =>
      Array.from(turn.state.position.dataSync()),
    )
    let count = 0
    for await (const { step, state, info } of awaitedChainLoop({ position: tf.zeros([2]) }, late, options)) {
      expect(step).toBe(count)
      expect(info === undefined).toBe(step === 0)
      expectClose(state.position, expected[count++], { absolute: 0, relative: 0 })
    }
    expect(count).toBe(4)
  })
  it('keeps nothing: not at its end, not when it is left, not when a step throws', async () => {
    const before = tf.memory().numTensors
    const run = async (steps: number, last: number) => {
      const turns = awaitedChainLoop({ position: tf.zeros([3]) }, late, { key: key(1), steps })
      for await (const { step } of turns) {
        expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2)
        if (step === last) break
      }
    }
    await run(3, 9)
    expect(tf.memory().numTensors).toBe(before)
    await run(3, 2)
    expect(tf.memory().numTensors).toBe(before)
    await expect(run(5, 9)).rejects.toThrow('no further')
    expect(tf.memory().numTensors).toBe(before)
  })
})
