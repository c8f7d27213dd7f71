import { checkLength, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type BinaryNceOptions, binaryNceLoss } from './binary-nce.ts'
import type { Reduced, Reduction } from './reduction.ts'

/** One bridge's log ratio r_k at both its ends. */
export interface BridgeLogRatios {
  /** [n] r_k at waymark k, the end nearer to the data. */
  readonly logRatioData: tf.Tensor1D
  /** [κn] r_k at waymark k + 1, the end nearer to the noise. */
  readonly logRatioNoise: tf.Tensor1D
}

/**
 * Telescoping density-ratio estimation in nats (Rhodes, Xu and Gutmann 2020, "Telescoping Density-Ratio Estimation"):
 * the mean over bridges of `binaryNceLoss`, in which bridge k learns r_k = log p_k − log p_{k+1} between neighbouring
 * waymarks. Two densities so far apart that one classifier tells them without learning their ratio are joined by
 * bridges that are hard enough to learn; `telescopedLogRatio` adds them up.
 *
 * @param bridges one or more, with the same n
 * @param options as for `binaryNceLoss`, for every bridge
 * @returns a scalar, or [n] with reduction 'none'
 * @throws RangeError for no bridge; TypeError for a bridge with another n than the first; what `binaryNceLoss` throws
 *
 * @example
 * ```ts
 * import { telescopingLoss, waymarks } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const marks = waymarks(normal(key(1), [200, 2]), normal(key(2), [200, 2], { standardDeviation: 5 }), [0, 0.3, 1])
 * const ratio = (x: tf.Tensor): tf.Tensor1D => tf.sub(1, tf.mul(tf.sum(tf.square(x), 1), 0.1))
 * const bridges = [0, 1].map(k => ({ logRatioData: ratio(marks[k]), logRatioNoise: ratio(marks[k + 1]) }))
 * telescopingLoss(bridges).print()
 * ```
 */
export function telescopingLoss<R extends Reduction = 'mean'>(
  bridges: readonly BridgeLogRatios[],
  options: BinaryNceOptions<R> = {},
): Reduced<R> {
  const where = 'telescopingLoss'
  checkLength(where, { bridges }, { least: 1 })
  const rows = bridges.map(({ logRatioData }, k) => [`bridges[${k}].logRatioData`, logRatioData])
  checkShape(where, Object.fromEntries(rows), ['n'])
  return tf.tidy(() => {
    const losses = bridges.map(({ logRatioData, logRatioNoise }) =>
      binaryNceLoss(logRatioData, logRatioNoise, options),
    )
    return tf.div(tf.addN(losses as tf.Tensor[]), bridges.length)
  }) as Reduced<R>
}

/**
 * log p_data − log p_noise in nats as the sum of its bridges, Σ_k r_k(x) (Rhodes, Xu and Gutmann 2020).
 *
 * @param logRatios for each bridge r_k at the same x, [n]
 * @returns [n]
 * @throws RangeError for none; TypeError for lengths that differ
 *
 * @example
 * ```ts
 * import { telescopedLogRatio } from '@chiaro/objectives'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * // Of three bridges from data to noise, for two rows.
 * const bridges = [[0.5, 1], [0.2, -1], [0.1, 2]].map(ratios => tf.tensor1d(ratios))
 * telescopedLogRatio(bridges).print() // [0.8, 2]
 * ```
 */
export function telescopedLogRatio(logRatios: readonly tf.Tensor1D[]): tf.Tensor1D {
  const where = 'telescopedLogRatio'
  checkLength(where, { logRatios }, { least: 1 })
  checkShape(where, Object.fromEntries(logRatios.map((ratio, k) => [`logRatios[${k}]`, ratio])), ['n'])
  return tf.tidy(() => tf.addN([...logRatios]))
}
