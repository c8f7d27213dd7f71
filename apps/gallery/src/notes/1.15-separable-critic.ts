import { mutualInformationBound } from '@chiaro/objectives'
import { key, normal, split } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Example } from '../beside.ts'

/** r(x′, x) = φ(x′)ᵀφ(x)/τ: with features (x, 1) and (a·x′, −b·x′²) the exact critic is such a product. */
export const separableCriticExample: Example = {
  equation: '1.15',
  title: 'a product of features is a critic, and bounds the mutual information',
  run(beside) {
    const rho = 0.9
    const share = rho / (1 - rho ** 2)
    const repeats = 400
    // Published for the exact critic: E[log K − loss] at K = 2, 8, 64 candidates; the information is .83037.
    for (const [K, published] of [
      [2, 0.336],
      [8, 0.682],
      [64, 0.809],
    ] as const) {
      const bounds = split(key(K), repeats).map(one =>
        tf.tidy(() => {
          const [ofX, ofOwn] = split(one, 2)
          const x = normal(ofX, [K, 1])
          const y = tf.add(tf.mul(x, rho), tf.mul(normal(ofOwn, [K, 1]), Math.sqrt(1 - rho ** 2)))
          const phi = tf.concat([x, tf.onesLike(x)], 1)
          const psi = tf.concat([tf.mul(y, share), tf.mul(tf.square(y), (-rho * share) / 2)], 1)
          const logits = tf.matMul(phi, psi, false, true) as tf.Tensor2D
          return mutualInformationBound(logits, { bound: 'infoNce' }).dataSync()[0]
        }),
      )
      const mean = bounds.reduce((sum, value) => sum + value, 0) / repeats
      const variance = bounds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (repeats - 1)
      // The published figure has an uncertainty of its own, .003.
      beside(`bound at K = ${K}`, mean, published, 3 * Math.sqrt(variance / repeats) + 0.003)
    }
  },
}
