import { checkShape, joined } from '@chiaro/core'
import { type ClipLossOptions, logitScaleOf } from '@chiaro/objectives'
import { customGradient, l2Normalize, logSumExp, pairwiseLogSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { floatsOf, gathered, splitBy } from './all-gather.ts'
import type { Communicator } from './communicator.ts'
import { meanOverRanks } from './mean-over-ranks.ts'
import { checkCounts } from './own-first.ts'

/**
 * This rank's share of `clipLoss` over the pairs of all ranks; the shares' sum is the loss (docs/notes.md eq. 1.20).
 *
 * A rank has the logits of its own images beside all texts, so the texts are gathered once and no image is. Of each text it
 * has a part of the log-sum-exp over images; the text's own rank gets the parts and takes them together, in the order of
 * ranks. A step costs 8·n·N·d operations and 2·N·d numbers a rank. The gradient of a scale tensor is a share too, to be
 * summed over ranks like any parameter's.
 *
 * @param image [n, d], of this rank; n may differ from rank to rank
 * @param text [n, d]; row i belongs to image row i
 * @returns a scalar
 * @throws as `clipLoss`; RangeError on every rank for one without pairs
 */
export function clipLossOverRanks(
  image: tf.Tensor,
  text: tf.Tensor,
  communicator: Communicator,
  options: ClipLossOptions = {},
): tf.Scalar {
  const where = 'clipLossOverRanks'
  const { normalize = true } = options
  const scale = logitScaleOf(where, options, 1 / 0.07)
  checkShape(where, { image, text }, ['n', 'd'])
  const unit = (x: tf.Tensor) => (normalize ? l2Normalize(x) : x) as tf.Tensor2D
  return tf.tidy(() => {
    const [images, own] = [unit(image), unit(text)]
    const { rows: texts, counts } = gathered(where, own, communicator)
    checkCounts(where, 'text', counts)
    const right = tf.mul(tf.sum(tf.mul(images, own), 1), scale) as tf.Tensor1D
    const rightOfAll = gathered(where, right, communicator).rows as tf.Tensor1D
    const before = counts.slice(0, communicator.rank).reduce((sum, count) => sum + count, 0)
    const { rows, columns } = pairwiseLogSumExp(images, texts as tf.Tensor2D, {
      ...{ scale, rowOffset: right, columnOffset: rightOfAll, columns: true },
      exclude: [Int32Array.from({ length: own.shape[0] }, (_, i) => before + i)],
    })
    const byText = logSumExp(parts(columns, counts, communicator), 0)
    return meanOverRanks(tf.mul(tf.add(softplus(rows), softplus(byText)), 0.5), communicator)
  }) as tf.Scalar
}

/** [W, n] of [N]: for each rank its numbers of the rows that are this one's. */
function parts(x: tf.Tensor, counts: readonly number[], { size, exchange }: Communicator): tf.Tensor {
  return customGradient(input => {
    const received = exchange(splitBy(floatsOf(input), counts, 1))
    const n = received[0].length
    return {
      value: tf.tensor2d(joined(received), [size, n]),
      saved: [],
      gradient: dy => [tf.tensor1d(joined(exchange(splitBy(floatsOf(dy), Array(size).fill(n), 1))))],
    }
  }, x)
}
