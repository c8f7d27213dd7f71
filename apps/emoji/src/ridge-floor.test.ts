import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { fitRidgeFloor, randomConvolutionFeatures } from './ridge-floor.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const colours = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]
/** Eight plain pictures of each colour, a little brighter each. */
function plainPictures(): { pictures: tf.Tensor4D; captions: string[] } {
  const captions: string[] = []
  const pictures = tf.tidy(() =>
    tf.stack(
      colours.flatMap((colour, c) =>
        Array.from({ length: 8 }, (_, i) => {
          captions.push(['red', 'green', 'blue'][c])
          return tf.mul(tf.ones([32, 32, 3]), tf.mul(tf.tensor1d(colour), 0.6 + i * 0.05))
        }),
      ),
    ),
  ) as tf.Tensor4D
  return { pictures, captions }
}

test('predicts the word of the colour it is shown, and leaks nothing', async () => {
  const before = tf.memory().numTensors
  const { pictures, captions } = plainPictures()
  const features = randomConvolutionFeatures(pictures, { filters: 16 })
  const [floor] = fitRidgeFloor(features, captions, [10])
  const predicted = floor.predict(features)
  const texts = floor.tfIdf(['red', 'green', 'blue', 'never seen'])
  const nearest = tf.tidy(() => tf.argMax(tf.matMul(predicted, texts, false, true), 1))
  const found = Array.from(await nearest.data(), i => ['red', 'green', 'blue'][i])
  expect(found).toEqual(captions)
  tf.dispose([pictures, features, predicted, texts, nearest])
  floor.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('TF-IDF rows have unit length, rarer words more weight, unknown words none', async () => {
  const features = tf.zeros([3, 2]) as tf.Tensor2D
  const [floor] = fitRidgeFloor(features, ['red heart', 'blue heart', 'heart'], [1])
  const rows = floor.tfIdf(['red heart', 'gold'])
  const [blue, heart, red] = (await rows.array())[0]
  // idf of a word in one of three captions: ln(4/2) + 1; in all three: ln(4/4) + 1 = 1.
  const length = Math.hypot(Math.log(2) + 1, 1)
  expect(blue).toBe(0)
  expect(red).toBeCloseTo((Math.log(2) + 1) / length, 6)
  expect(heart).toBeCloseTo(1 / length, 6)
  expect((await rows.array())[1]).toEqual([0, 0, 0])
  tf.dispose([features, rows])
  floor.dispose()
})

test('features are 256 filters averaged over a 3 × 3 grid, the same for the same seed', async () => {
  const pictures = tf.ones([2, 32, 32, 3]) as tf.Tensor4D
  const [first, again, other] = [1, 1, 2].map(seed => randomConvolutionFeatures(pictures, { seed }))
  expect(first.shape).toEqual([2, 9 * 256])
  expect(await again.data()).toEqual(await first.data())
  expect(await other.data()).not.toEqual(await first.data())
  // A plain picture answers the same in all nine cells.
  const values = await first.data()
  for (let i = 0; i < 256; i++) expect(values[i + 256 * 4]).toBeCloseTo(values[i], 5)
  tf.dispose([pictures, first, again, other])
})
