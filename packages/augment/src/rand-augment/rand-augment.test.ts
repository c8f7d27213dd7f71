import { key } from '@chiaro/random'
import { describeBackends, expectNoLeak, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { randAugmentViews } from '../recipes.ts'
import { operationNames, operations } from './operations.ts'
import { randAugment } from './rand-augment.ts'

const pictures = (count: number, channels = 3, side = 20) =>
  tf.tensor4d(uniformValues(1, count * side * side * channels, 0, 1), [count, side, side, channels])
const noKey = undefined as unknown as ReturnType<typeof key>
const madeOn = new Map<string, string>()

describeBackends('randAugment', () => {
  it('gives the same pictures for the same key, on every backend to the bit', () => {
    for (const channels of [1, 3]) {
      const x = pictures(40, channels)
      const [a, again, b] = [3, 3, 4].map(seed => randAugment({ magnitude: 14.5 })(key(seed), x).dataSync())
      expect(a).toEqual(again)
      expect(a).not.toEqual(b)
      expect(a.every(value => value >= 0 && value <= 1)).toBe(true)
      const text = a.join()
      expect(madeOn.get(String(channels)) ?? text).toBe(text)
      madeOn.set(String(channels), text)
    }
    const x = pictures(3)
    expectNoLeak(() => randAugment()(key(1), x).dispose())
  })

  it('draws all fourteen operations alike, both signs, for each picture alone', () => {
    const [count, side, magnitude] = [700, 20, 12]
    const x = tf.tile(pictures(1), [count, 1, 1, 1])
    const one = pictures(1).dataSync<'float32'>()
    const made = randAugment({ operations: 1, magnitude, fill: 0.5 })(key(5), x).dataSync()
    const outcomes = new Map<string, string>()
    for (const name of operationNames) {
      for (const sign of [1, -1] as const) {
        const values = one.slice()
        operations[name](magnitude / 30, sign, 0.5)({ values, height: side, width: side, channels: 3 })
        outcomes.set(values.join(), name)
      }
    }
    // Nine of them go both ways.
    expect(outcomes.size).toBe(14 + 9)
    const counts = new Map<string, number>()
    for (let i = 0; i < count; i++) {
      const name = outcomes.get(made.slice(i * one.length, (i + 1) * one.length).join()) ?? 'none of them'
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(14)
    // Binomial(700, 1/14): standard deviation 6.8.
    for (const name of operationNames) expect(Math.abs((counts.get(name) ?? 0) - 50)).toBeLessThan(31)
  })

  it('none draws nothing; what is out of bounds is refused by name', () => {
    const x = pictures(2)
    expect(randAugment({ operations: 0 })(noKey, x).dataSync()).toEqual(x.dataSync())
    expect(() => randAugment({ operations: 1.5 })).toThrow(
      /operations must be an integer of at least 0, got 1\.5/,
    )
    expect(() => randAugment({ magnitude: 31 })).toThrow(/magnitude must be a number from 0 to 30, got 31/)
    expect(() => randAugment({ fill: Number.NaN })).toThrow(/fill must be a number from 0 to 1, got NaN/)
    expect(() => randAugment()(key(1), tf.zeros([1, 8, 8, 2]))).toThrow(
      /channels of batch must be 1 or 3, got 2/,
    )
  })

  it('randAugmentViews of no operation is the crop alone', () => {
    const options = { size: 12, operations: 0, scale: [1, 1] } as const
    const values = randAugmentViews(options)(key(1), pictures(4, 1, 12)).dataSync()
    const x = pictures(4, 1, 12)
    const mirrored = tf.reverse(x, 2).dataSync()
    const before = x.dataSync()
    for (let i = 0; i < 4; i++) {
      const distance = (of: ArrayLike<number>) =>
        Math.max(...Array.from({ length: 144 }, (_, p) => Math.abs(of[i * 144 + p] - values[i * 144 + p])))
      expect(Math.min(distance(before), distance(mirrored))).toBeLessThan(1e-5)
    }
  })
})
