import { clipLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** Half of both directions, with the scale learned through its logarithm. */
export const clip: Example = {
  equation: '1.20',
  title: 'CLIP is the mean of both directions',
  run(beside) {
    const n = 64
    const alike = tf.tidy(() => clipLoss(tf.ones([n, 4]), tf.ones([n, 4]), { logitScale: 10 }).dataSync()[0])
    beside('all embeddings alike, N = 64', alike, Math.log(n), 1e-4)

    // Unit vectors with cosines C, so that logits are S = s·C.
    const cosines = [0.8, -0.2]
    const angle = cosines.map(Math.acos)
    const [logScale, s] = [Math.log(3), 3]
    const { value, slope } = tf.tidy(() => {
      const image = tf.tensor2d([
        [1, 0],
        [0, 1],
      ])
      const text = tf.tensor2d(angle.map(a => [Math.cos(a), Math.sin(a)]))
      const loss = (t: tf.Tensor) => clipLoss(image, text, { logitScale: tf.exp(t) as tf.Scalar })
      const { value, grad } = tf.valueAndGrad(loss)(tf.scalar(logScale))
      return { value: value.dataSync()[0], slope: grad.dataSync()[0] }
    })
    // Logits of picture i (e₁, e₂) and text j, then the mean cross-entropy of rows and columns and its slope in log s.
    const S = [angle.map(a => s * Math.cos(a)), angle.map(a => s * Math.sin(a))]
    const lines = [S[0], [S[1][1], S[1][0]], [S[0][0], S[1][0]], [S[1][1], S[0][1]]]
    const total = (line: number[]) => Math.exp(line[0]) + Math.exp(line[1])
    const mean = (f: (line: number[]) => number) => lines.reduce((sum, line) => sum + f(line), 0) / 4
    beside(
      'loss of two pairs',
      value,
      mean(line => Math.log(total(line)) - line[0]),
      1e-5,
    )
    const pull = (line: number[]) => (Math.exp(line[1]) / total(line)) * (line[1] - line[0])
    beside('its slope in log s', slope, mean(pull), 1e-5)
  },
}
