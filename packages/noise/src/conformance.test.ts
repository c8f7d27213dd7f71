import { foldIn, key } from '@chiaro/random'
import {
  describeBackends,
  expectClose,
  expectNoLeak,
  tensorNumericalGradient,
  useTestBackend,
} from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { createNoise } from './create-noise.ts'
import type { NoiseSpec } from './noise-spec.ts'

const gaussian: NoiseSpec = {
  kind: 'gaussian',
  mean: [1, -2],
  covariance: [
    [2, 0.8],
    [0.8, 0.5],
  ],
}
const laplace: NoiseSpec = { kind: 'laplace', mean: [0.5, 0], scale: [1, 2] }
const oneHot: NoiseSpec = { kind: 'oneHot', weights: [3, 1, 0] }
const points = [
  [0, 0],
  [1, 2],
  [-1, 0.5],
]

/** How the gradient in x is known: by differences, or in closed form; whole numbers have none. */
type Slopes = 'differences' | ((row: readonly number[]) => readonly number[]) | 'none'

/** Every noise there is, as JSON. */
const noises: readonly (readonly [string, NoiseSpec, Slopes])[] = [
  ['gaussian, full', gaussian, 'differences'],
  ['gaussian, diagonal', { kind: 'gaussian', mean: [0, 3], deviation: [1, 0.2] }, 'differences'],
  ['uniform', { kind: 'uniform', low: [-1, 0], high: [1, 5] }, () => [0, 0]],
  ['laplace', laplace, 'differences'],
  ['student t', { kind: 'studentT', mean: [0, 1], scale: [1, 2], degreesOfFreedom: 3 }, 'differences'],
  [
    'student t, full',
    { kind: 'studentT', mean: [0, 1], scaleMatrix: gaussian.covariance, degreesOfFreedom: 1.5 },
    'differences',
  ],
  ['mixture', { kind: 'mixture', components: [gaussian, laplace], weights: [0.3, 0.7] }, 'differences'],
  ['kernel density', { kind: 'kernelDensity', points, bandwidth: [0.5, 0.7] }, 'differences'],
  [
    'product',
    { kind: 'product', blocks: [laplace, oneHot] },
    ([a, b]) => [-Math.sign(a - 0.5), -Math.sign(b) / 2, 0, 0, 0],
  ],
  ['one-hot', oneHot, () => [0, 0, 0]],
  ['categorical', { kind: 'categorical', weights: [1, 0, 4] }, 'none'],
  ['log-uniform', { kind: 'logUniform', range: 50 }, 'none'],
  ['unigram', { kind: 'unigram', counts: [5, 0, 3, 9], distortion: 0.75, reserved: [3] }, 'none'],
  ['learned unigram', { kind: 'learnedUnigram', range: 3, counts: [2, 0, 5] }, 'none'],
]

describeBackends('every noise', () => {
  it.each(noises)('%s: is the same again from its spec as JSON', (_, spec) => {
    const noise = createNoise(spec)
    expect(noise.spec.kind).toBe(spec.kind)
    const again = createNoise(JSON.parse(JSON.stringify(noise.spec)) as NoiseSpec)
    const x = noise.sample(key(5), 20)
    expect(again.sample(key(5), 20).dataSync()).toEqual(x.dataSync())
    expect(again.logProb(x).dataSync()).toEqual(noise.logProb(x).dataSync())
    expect(JSON.stringify(again.spec)).toBe(JSON.stringify(noise.spec))
  })
  it.each(noises)('%s: gives [count, …event] rows, reproducibly, with finite log-densities', (_, spec) => {
    const noise = createNoise(spec)
    const x = noise.sample(key(1), 40)
    expect(x.shape).toEqual([40, ...noise.eventShape])
    expect(x.dtype).toBe(noise.eventShape.length === 0 ? 'int32' : 'float32')
    expect(noise.sample(key(1), 40).dataSync()).toEqual(x.dataSync())
    expect(noise.sample(key(2), 40).dataSync()).not.toEqual(x.dataSync())
    const logProb = noise.logProb(x)
    expect(logProb.shape).toEqual([40])
    expect(logProb.dataSync().every(Number.isFinite)).toBe(true)
  })
  it.each(noises)('%s: may be asked for nothing', (_, spec) => {
    const noise = createNoise(spec)
    const none = noise.sample(key(1), 0)
    expect(none.shape).toEqual([0, ...noise.eventShape])
    expect(noise.logProb(none).shape).toEqual([0])
    expect(() => noise.sample(key(1), -1)).toThrow(/count must be an integer of at least 0, got -1/)
  })
  it.each(noises)('%s: refuses what is no event', (_, spec) => {
    const noise = createNoise(spec)
    expect(() => noise.logProb(tf.zeros([2, 7]))).toThrow(TypeError)
    const dtype = noise.eventShape.length === 0 ? 'float32' : 'int32'
    expect(() => noise.logProb(tf.zeros([2, ...noise.eventShape], dtype))).toThrow(TypeError)
  })
  it.each(noises)('%s: keeps no tensor', (_, spec) => {
    const noise = createNoise(spec)
    const x = noise.sample(key(1), 5)
    expectNoLeak(() => noise.sample(key(1), 5))
    expectNoLeak(() => noise.logProb(x))
    if (x.dtype === 'float32') expectNoLeak(() => tf.grad(at => tf.sum(noise.logProb(at)))(x))
  })
  it.each(noises)('%s: has a gradient in x where x are real numbers', (_, spec, slopes) => {
    const noise = createNoise(spec)
    const x = noise.sample(foldIn(key(7), 1), 6)
    expect(slopes === 'none').toBe(x.dtype === 'int32')
    if (slopes === 'none') return
    const expected =
      slopes === 'differences'
        ? tensorNumericalGradient(rows => noise.logProb(rows), [x], Array(6).fill(1))[0]
        : (x.arraySync() as number[][]).map(slopes)
    const gradient = tf.grad(at => tf.sum(noise.logProb(at)))(x)
    expectClose(gradient, expected, { absolute: 5e-3, relative: 5e-3 })
  })
})

describe('draws', () => {
  it.each(noises)('%s: are the same bits on cpu and wasm', async (_, spec) => {
    const drawn: Float32Array[] = []
    for (const backend of ['cpu', 'wasm'] as const) {
      await useTestBackend(backend)
      const x = createNoise(spec).sample(key(11), 100)
      drawn.push(x.dataSync() as Float32Array)
      x.dispose()
    }
    expect(drawn[0]).toEqual(drawn[1])
  })
})

it('an unknown kind is refused by name', () => {
  expect(() => createNoise({ kind: 'cauchy' } as unknown as NoiseSpec)).toThrow(
    /createNoise: spec.kind must be .*, got 'cauchy'/,
  )
})
