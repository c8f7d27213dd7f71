import * as tf from '@tensorflow/tfjs-core'

/**
 * log ∫ exp(−E) over a box by the midpoint rule, summed in float64: exact to rounding for smooth densities that have
 * died out at the edges.
 */
export function gridLogIntegral(
  energy: (x: tf.Tensor) => tf.Tensor,
  box: { readonly dimension: 1 | 2; readonly halfWidth: number; readonly steps: number },
): number {
  const { dimension, halfWidth, steps } = box
  const width = (2 * halfWidth) / steps
  const at = (i: number) => -halfWidth + (i + 0.5) * width
  const points = Float32Array.from({ length: steps ** dimension * dimension }, (_, i) =>
    at(dimension === 1 ? i : i % 2 === 0 ? Math.floor(i / 2 / steps) : Math.floor(i / 2) % steps),
  )
  const energies = tf.tidy(() => energy(tf.tensor(points, [steps ** dimension, dimension])).dataSync())
  let sum = 0
  for (const e of energies) sum += Math.exp(-e)
  return Math.log(sum) + dimension * Math.log(width)
}
