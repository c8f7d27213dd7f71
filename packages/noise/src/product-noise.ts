import { checkInteger, checkLength, checkShape, typeError } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Noise } from './noise.ts'
import type { NoiseSpec } from './noise-spec.ts'

export interface ProductNoiseSpec {
  readonly kind: 'product'
  readonly blocks: readonly NoiseSpec[]
}

/**
 * Independent blocks of columns side by side: log q(x) = Σ_b log q_b(x's columns of b). A table of numbers and categories is
 * one block of numbers and an `oneHotNoise` for each categorical column. Block b draws with foldIn(key, b).
 *
 * @param blocks noises of float32 rows, [d_b] each; their columns follow each other
 * @throws RangeError for no block; TypeError for a block whose events are no rows
 *
 * @example
 * ```ts
 * import { gaussianNoise, oneHotNoise, productNoise } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 *
 * const noise = productNoise([gaussianNoise({ mean: [170], deviation: [9] }), oneHotNoise({ weights: [1, 1] })])
 * noise.sample(key(1), 3).print() // [3, 3]: a number, then one of two columns is 1
 * ```
 */
export function productNoise(blocks: readonly Noise[]): Noise<ProductNoiseSpec> {
  const where = 'productNoise'
  checkLength(where, { blocks }, { least: 1 })
  for (const [b, { eventShape, spec }] of blocks.entries()) {
    if (eventShape.length === 1) continue
    const advice = eventShape.length === 0 ? ` (${spec.kind}; take oneHotNoise for categories)` : ''
    throw typeError(
      where,
      `blocks[${b}]`,
      'a noise of rows [d]',
      `events [${eventShape.join(', ')}]${advice}`,
    )
  }
  const widths = blocks.map(block => block.eventShape[0])
  const d = widths.reduce((sum, width) => sum + width, 0)
  return {
    eventShape: [d],
    spec: { kind: 'product', blocks: blocks.map(block => block.spec) },
    sample(key, count) {
      checkInteger(where, { count }, { least: 0 })
      // tfjs's cpu backend makes tensors it can't read of nothing and nothing.
      if (count === 0) return tf.zeros([0, d])
      return tf.tidy(() => {
        const parts = blocks.map((block, b) => block.sample(foldIn(key, b), count))
        return parts.length === 1 ? parts[0] : tf.concat(parts, 1)
      })
    },
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch', d])
      if (x.shape[0] === 0) return tf.zeros([0])
      return tf.tidy(() => {
        let column = 0
        const parts = blocks.map((block, b) => {
          const own = tf.slice(x, [0, column], [x.shape[0], widths[b]])
          column += widths[b]
          return block.logProb(own)
        })
        return tf.addN(parts) as tf.Tensor1D
      })
    },
  }
}
