import { disposeModel } from '@chiaro/core'
import { bilinearCritic } from '@chiaro/energy'
import { mutualInformationBound } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'
import { descend } from '../descend.ts'

/** p(x′ given x) ∝ p_n(x′) exp(r(x′, x)): for correlated Gaussians r is bilinear and quadratic, and is learned. */
export const critic: Example = {
  equation: '1.14',
  title: 'a critic is a conditional density relative to the noise',
  async run(beside) {
    const rho = 0.8
    const n = 256
    const model = bilinearCritic({ xDimension: 1, yDimension: 1, quadratic: true }, key(14))
    let step = 0
    const loss = () => {
      const x = normal(foldIn(key(15), 2 * step), [n, 1])
      const own = normal(foldIn(key(15), 2 * step++ + 1), [n, 1])
      const y = tf.add(tf.mul(x, rho), tf.mul(own, Math.sqrt(1 - rho ** 2)))
      return tf.neg(
        mutualInformationBound(model.logits(x, y) as tf.Tensor2D, { bound: 'infoNce' }),
      ) as tf.Scalar
    }
    await descend(model.parameters, loss, { steps: 600, peak: 0.05 })
    const [bilinear, quadratic] = tf.tidy(() => {
      const at = (x: number, y: number) => {
        const [there, atZero] = model.logits(tf.tensor2d([[x]]), tf.tensor2d([[y], [0]])).dataSync()
        return there - atZero
      }
      // r(x, y) − r(x, 0) = a·xy − b·y².
      return [(at(1, 1) - at(-1, 1)) / 2, (at(1, 1) + at(-1, 1)) / 2]
    })
    const share = rho / (1 - rho ** 2)
    beside('coefficient of x·x′', bilinear, share, 0.1)
    beside('coefficient of x′²', quadratic, (-rho * share) / 2, 0.05)
    disposeModel(model)
  },
}
