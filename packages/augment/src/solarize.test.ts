import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { randomVerticalFlip } from './compose.ts'
import { randomSolarize, solarize } from './solarize.ts'

describeBackends('solarize', () => {
  it('turns values round from the threshold on', () => {
    const x = tf.tensor4d([0, 0.49, 0.5, 0.8, 1], [1, 1, 5, 1])
    expectClose(solarize(x, 0.5), [0, 0.49, 0.5, 0.2, 0])
    expectClose(solarize(x, 0.9), [0, 0.49, 0.5, 0.8, 0])
  })

  it('is drawn for whole pictures, as often as asked', async () => {
    const x = tf.ones([400, 2, 2, 1]) as tf.Tensor4D
    const values = randomSolarize(0.2)(key(1), x).dataSync()
    const turned = Array.from({ length: 400 }, (_, i) => values.slice(4 * i, 4 * i + 4))
    for (const picture of turned) expect(new Set(picture).size).toBe(1)
    // Binomial, standard deviation √(400·0.2·0.8) = 8.
    expect(Math.abs(turned.filter(picture => picture[0] === 0).length - 80)).toBeLessThan(40)
    await expectNoLeak(() => randomSolarize(1)(key(2), x).dispose())
    expect(() => randomSolarize(0.5, Number.NaN)).toThrow(/threshold must be a finite number, got NaN/)
  })
})

describeBackends('randomVerticalFlip', () => {
  it('turns pictures upside down with a probability', () => {
    const values = uniformValues(1, 2 * 3 * 4 * 2)
    const x = tf.tensor4d(values, [2, 3, 4, 2])
    const at = (i: number, y: number) => Array.from(values.slice((i * 3 + y) * 8, (i * 3 + y + 1) * 8))
    expectClose(
      randomVerticalFlip(1)(key(1), x),
      [0, 1].flatMap(i => [2, 1, 0].flatMap(y => at(i, y))),
    )
    expectClose(randomVerticalFlip(0)(key(1), x), Array.from(values))
  })
})
