import { checkShape, described, typeError } from '@chiaro/core'
import {
  embeddingBag,
  type Indices,
  type PairMask,
  pairwiseLogSumExp,
  softplus,
  stopGradient,
} from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { type Positives, resolvePositives } from './positives.ts'
import { prepared } from './prepared.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { rowProducts } from './row-products.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'

export interface InfoNceOptions<R extends Reduction = Reduction> extends ScaleOptions {
  /** Default: key i is right for query i. */
  readonly positives?: Positives
  /** Which keys take part; a bool [n, m] may also span the queue. Default: all. */
  readonly mask?: PairMask
  /** [q, d] further negatives after the keys (MoCo); they get no gradient. Default: none. */
  readonly queue?: tf.Tensor
  /** Leave positives out of the denominator (DCL, Yeh et al. 2022); the loss can then be negative. Default false. */
  readonly decoupled?: boolean
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/**
 * InfoNCE in nats (van den Oord et al. 2018; docs/notes.md eq. 1.12–1.19): with logits z_ij = s·q_iᵀk_j and P_i the
 * right keys of query i,
 *
 *   L_i = 1/|P_i| Σ_{p ∈ P_i} [ log Σ_j exp z_ij − z_ip ],
 *
 * the sum over all keys that take part, right ones included unless `decoupled`; the loss is the mean over queries
 * that have a right key. A query without one gives 0 and leaves the mean. A query with nothing in its denominator
 * but its positive gives 0 (also where decoupled leaves the denominator empty). The temperature is 0.1 unless given.
 *
 * With one positive a query this is softplus(log Σ_{j≠p} exp(z_ij − z_ip)): tiny losses keep their digits, and a
 * constant added to all logits changes nothing. Memory is that of `pairwiseLogSumExp`: no n×m logits.
 *
 * Positives and groups on the host are checked at once; index tensors where that costs no device read; group tensors
 * are read.
 *
 * @param queries [n, d]
 * @param keys [m, d], m ≥ n unless positives are given
 * @returns a scalar, or [n] with reduction 'none'
 * @throws TypeError for shapes or dtypes that don't fit, for temperature beside logitScale; RangeError for positives
 *   outside the keys or left out by the mask
 *
 * @example
 * ```ts
 * import { infoNceLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 *
 * const [queries, keys] = [normal(key(1), [4, 16]), normal(key(2), [6, 16])]
 * infoNceLoss(queries, keys, { temperature: 0.1 }).print() // key i is right for query i
 * infoNceLoss(queries, keys, { positives: [5, 4, 3, 2], reduction: 'none' }).print() // [4]
 * ```
 */
export function infoNceLoss<R extends Reduction = 'mean'>(
  queries: tf.Tensor,
  keys: tf.Tensor,
  options: InfoNceOptions<R> = {},
): Reduced<R> {
  const where = 'infoNceLoss'
  const { positives, mask, queue, decoupled = false, normalize = true, reduction = 'mean' } = options
  const scale = logitScaleOf(where, options, 1 / 0.1)
  const { n, d } = checkShape(where, { queries }, ['n', 'd'])
  const { m } = checkShape(where, { keys }, ['m', d])
  if (queue !== undefined) checkShape(where, { queue }, ['q', d])
  const right = resolvePositives(where, positives, mask, { queries: n, keys: m })
  return tf.tidy(() => {
    const q = prepared(queries, normalize)
    const k = prepared(keys, normalize)
    const negatives = queue === undefined ? undefined : stopGradient(prepared(queue, normalize))
    const all = negatives === undefined ? k : tf.concat([k, negatives])
    const spanned = negatives === undefined ? mask : spanQueue(mask, n, m, negatives.shape[0])
    const { mean, counts, exclude, single } = rightKeys(right, k, n, decoupled)
    // One logit for each query is taken out before summing: the positive's, or the mean of several.
    const positive = tf.mul(rowProducts(q, mean as tf.Tensor2D), scale) as tf.Tensor1D
    const others = pairwiseLogSumExp(q, all, { scale, mask: spanned, exclude, rowOffset: positive })
    const losses = decoupled ? orZeroIfEmpty(others) : coupled(others, single)
    return reduce(where, losses, reduction, counts)
  }) as Reduced<R>
}

interface Right {
  /** [n, d] the right key of each query, or the mean of several; anything where there is none. */
  readonly mean: tf.Tensor
  /** bool [n], has a right key; undefined when all have. */
  readonly counts: tf.Tensor | undefined
  /** Keys that stay out of the sum. */
  readonly exclude: Indices[]
  /** bool [n], has at most one right key; undefined when all have. */
  readonly single: tf.Tensor | undefined
}

function rightKeys(
  right: ReturnType<typeof resolvePositives>,
  keys: tf.Tensor2D,
  n: number,
  decoupled: boolean,
): Right {
  if (right.kind === 'single') {
    const { index } = right
    const own = index instanceof tf.Tensor ? index : tf.tensor1d(Int32Array.from(index), 'int32')
    const inOrder = !(index instanceof tf.Tensor) && index.every((key, i) => key === i)
    const allHaveOne = !(index instanceof tf.Tensor) && index.every(key => key >= 0)
    const mean = keys.shape[0] === 0 ? tf.zeros([n, keys.shape[1]]) : keysAt(keys, own, inOrder)
    return {
      mean,
      counts: allHaveOne ? undefined : tf.greaterEqual(own, 0),
      exclude: [index],
      single: undefined,
    }
  }
  const lists = right.keys
  const longest = Math.max(...lists.map(list => list.length))
  // Decoupled leaves all positives out; coupled only a lone one, whose loss softplus restores exactly.
  const kept = lists.map(list => (decoupled || list.length === 1 ? list : []))
  const exclude = Array.from({ length: decoupled ? longest : 1 }, (_, e) =>
    Int32Array.from(kept, list => list[e] ?? -1),
  )
  const counts = tf.tensor1d(
    Array.from(lists, list => list.length > 0),
    'bool',
  )
  const single = tf.tensor1d(
    Array.from(lists, list => list.length <= 1),
    'bool',
  )
  return { mean: meanOfKeys(lists, keys), counts, exclude, single }
}

function keysAt(keys: tf.Tensor2D, index: tf.Tensor1D, inOrder: boolean): tf.Tensor {
  if (!inOrder) return tf.gather(keys, tf.maximum(index, tf.scalar(0, 'int32')))
  return index.size === keys.shape[0] ? keys : tf.slice(keys, 0, index.size)
}

/** [n, d]: for each list the mean of its keys, 0 for none. No [Σ |P_i|, d] of gathered keys is stored on wasm. */
function meanOfKeys(lists: readonly (readonly number[])[], keys: tf.Tensor2D): tf.Tensor {
  const longest = Math.max(...lists.map(list => list.length))
  const ids = new Int32Array(lists.length * longest)
  const weights = new Float32Array(ids.length)
  lists.forEach((list, i) => {
    ids.set(list, i * longest)
    weights.fill(1 / list.length, i * longest, i * longest + list.length)
  })
  const shape: [number, number] = [lists.length, longest]
  return embeddingBag(keys, tf.tensor2d(ids, shape, 'int32'), tf.tensor2d(weights, shape))
}

/** With the lone positive outside the sum, log(1 + Σ) is softplus; with several inside, the sum is complete. */
function coupled(others: tf.Tensor, single: tf.Tensor | undefined): tf.Tensor {
  if (single === undefined) return softplus(others)
  // −∞ in the branch not taken would be differentiated too.
  const zeros = tf.zerosLike(others)
  return tf.where(single, softplus(others), tf.where(single, zeros, others))
}

function orZeroIfEmpty(others: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(others, Number.NEGATIVE_INFINITY), tf.zerosLike(others), others)
}

/** A bool [n, m] lets the whole queue take part; other masks must speak of it themselves. */
function spanQueue(mask: PairMask | undefined, n: number, m: number, queued: number): PairMask | undefined {
  if (!(mask instanceof tf.Tensor)) return mask
  if (mask.shape[0] !== n || (mask.shape[1] !== m && mask.shape[1] !== m + queued)) {
    throw typeError('infoNceLoss', 'mask', `[${n}, ${m}] or [${n}, ${m + queued}]`, described(mask))
  }
  return mask.shape[1] === m ? tf.concat([mask, tf.ones([n, queued], 'bool')], 1) : mask
}
