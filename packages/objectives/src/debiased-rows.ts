import { checkNumber } from '@chiaro/core'
import { pairwiseLogSumExp, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'
import { stackedViews, type Views, type ViewsOptions } from './stacked-views.ts'

export interface DebiasedOptions extends ScaleOptions, ViewsOptions {
  /** τ⁺, the probability that a negative is of the anchor's class after all; 0 ≤ τ⁺ < 1. Default 0.1. */
  readonly tauPlus?: number
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
}

/** What both debiased losses need of each anchor (V·n, view-major). */
export interface DebiasedRows {
  /** [V·n], the mean over an anchor's positives. */
  readonly losses: tf.Tensor
  /** bool [V·n], whether the estimate met its lower bound for a positive. */
  readonly clamped: tf.Tensor
}

/**
 * The rows of the debiased losses in log space. With w = log Σ over the N negatives j of ω_j·e^{z_j − z_p},
 * ω_j = e^{βz_j} / mean e^{βz} (1 for β = 0), the estimate relative to the positive is
 *
 *   log N_g − z_p = max( log(e^w − τ⁺·N) − log(1 − τ⁺), log N − s − z_p ),
 *
 * and the row is softplus of it. Everything is taken relative to z_p before it is exponentiated.
 */
export function debiasedRows(
  where: string,
  views: Views,
  options: DebiasedOptions,
  beta: number,
): DebiasedRows {
  const { tauPlus = 0.1, normalize = true } = options
  const scale = logitScaleOf(where, options, 1 / 0.1)
  checkNumber(where, { tauPlus }, { least: 0, below: 1 })
  checkNumber(where, { beta }, { least: 0 })
  const { stacked, count, n } = stackedViews(where, views, options)
  const anchors = count * n
  const negatives = anchors - count
  const z = prepared(stacked, normalize)
  // Without negatives the positive is certain: a loss of 0, and nothing was clamped.
  if (n <= 1) return { losses: tf.sum(tf.zerosLike(z), 1), clamped: tf.zeros([anchors], 'bool') }
  const own = Array.from({ length: count }, (_, v) =>
    Int32Array.from({ length: anchors }, (_, i) => v * n + (i % n)),
  )
  const logNegatives = Math.log(negatives)

  /** log Σ over negatives of exp(power·(z_j − offset)), power·offset given. */
  const overNegatives = (power: number, offset: tf.Tensor): tf.Tensor =>
    pairwiseLogSumExp(z, z, {
      scale: power === 1 ? scale : tf.mul(scale, power),
      exclude: own,
      rowOffset: (power === 1 ? offset : tf.mul(offset, power)) as tf.Tensor1D,
    })

  const rows: tf.Tensor[] = []
  let clamped: tf.Tensor = tf.zeros([anchors], 'bool')
  for (let shift = 1; shift < count; shift++) {
    const positive = tf.mul(tf.sum(tf.mul(z, rolled(z, shift * n)), 1), scale)
    const weighted =
      beta === 0
        ? overNegatives(1, positive)
        : tf.add(tf.sub(overNegatives(1 + beta, positive), overNegatives(beta, positive)), logNegatives)
    const bound = tf.sub(tf.sub(logNegatives, scale), positive)
    const { estimate, above } = corrected(weighted, bound, tauPlus, logNegatives)
    rows.push(softplus(tf.where(above, estimate, bound)))
    clamped = tf.logicalOr(clamped, tf.logicalNot(above))
  }
  return { losses: tf.div(tf.addN(rows), rows.length), clamped }
}

/** log(e^w − τ⁺·N) − log(1 − τ⁺) where it lies above the bound; elsewhere some number without a gradient. */
function corrected(w: tf.Tensor, bound: tf.Tensor, tauPlus: number, logNegatives: number) {
  if (tauPlus === 0) return { estimate: w, above: tf.greater(w, bound) }
  const share = Math.log(tauPlus) + logNegatives
  const positive = tf.greater(w, share)
  // In the branch not taken, log of 0 or less would be differentiated too.
  const safe = tf.where(positive, w, tf.fill(w.shape, share + 1))
  const rest = tf.sub(1, tf.exp(tf.sub(share, safe)))
  const left = tf.greater(rest, 0)
  const logRest = tf.log(tf.where(left, rest, tf.onesLike(rest)))
  const estimate = tf.sub(tf.add(safe, logRest), Math.log1p(-tauPlus))
  return { estimate, above: tf.logicalAnd(tf.logicalAnd(positive, left), tf.greater(estimate, bound)) }
}

/** The rows of z from `shift` on, then those before: row i is the anchor's sample in a later view. */
function rolled(z: tf.Tensor2D, shift: number): tf.Tensor {
  return tf.concat([tf.slice(z, shift, z.shape[0] - shift), tf.slice(z, 0, shift)])
}
