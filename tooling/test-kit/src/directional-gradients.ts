import * as tf from '@tensorflow/tfjs-core'
import { expectClose } from './expect-close.ts'
import { unitRows } from './oracles/contrastive.ts'

/**
 * Holds the gradients of a loss that sees only the directions of its rows, at rows of any length, to those at unit rows:
 * in a row of length r it is the unit row's divided by r, in a row of zeros it is 0.
 *
 * @param inputs what the loss takes, as rows
 */
export function expectDirectionalGradients(
  loss: (...embeddings: tf.Tensor2D[]) => tf.Tensor,
  ...inputs: readonly (readonly (readonly number[])[])[]
): void {
  const slopes = tf.grads((...all) => loss(...(all as tf.Tensor2D[])))
  const actual = slopes(inputs.map(rows => tf.tensor2d(rows.map(row => [...row]))))
  const ofUnits = slopes(inputs.map(rows => tf.tensor2d(unitRows(rows))))
  for (const [i, rows] of inputs.entries()) {
    const lengths = rows.map(row => Math.hypot(...row))
    const scaled = tf.mul(actual[i], tf.tensor2d(lengths.map(length => [length || 1])))
    const expected = tf.mul(ofUnits[i], tf.tensor2d(lengths.map(length => [Math.sign(length)])))
    expectClose(scaled, expected, { absolute: 1e-5, relative: 1e-4, what: `gradient ${i}` })
  }
}
