import { checkInteger, checkNumber, checkShape, type RandomKey } from '@chiaro/core'
import { permutation, split, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { constant } from './chain-state.ts'

export interface ReplayBufferOptions {
  /** How many chains are kept. */
  readonly capacity: number
  readonly eventShape: readonly number[]
  /** Where chains start: (key, count) → [count, …eventShape]. A noise's `sample` fits. */
  readonly start: (key: RandomKey, count: number) => tf.Tensor
  /** Fills the buffer. */
  readonly key: RandomKey
  /** Probability that a chain taken starts anew. Default 0.05. */
  readonly refresh?: number
}

/** Chains taken from a buffer. The caller disposes `samples`. */
export interface TakenChains {
  /** [batch, …eventShape] */
  readonly samples: tf.Tensor
  /** Their places, distinct, to `put` them back to. */
  readonly slots: Int32Array
  /** Which of them start anew, by row. */
  readonly refreshed: readonly number[]
}

export interface ReplayBuffer {
  /** The chains [capacity, …eventShape] and their ages: puts since they started, int32 [capacity]. For checkpoints. */
  readonly buffers: { readonly chains: tf.Variable; readonly ages: tf.Variable }
  /**
   * `batch` chains drawn without replacement; each starts anew with probability `refresh`. Changes nothing.
   *
   * @throws RangeError for a batch above the capacity
   */
  readonly take: (key: RandomKey, batch: number) => TakenChains
  /**
   * Stores where the chains taken have got to. `samples` stays the caller's; no gradient flows through the buffer.
   *
   * @throws TypeError unless samples are [batch, …eventShape], with the batch of the slots
   */
  readonly put: (taken: Pick<TakenChains, 'slots' | 'refreshed'>, samples: tf.Tensor) => void
  /** How many times a chain has been put back, averaged over the buffer: a scalar for a step's metrics. */
  readonly meanAge: () => tf.Scalar
  readonly dispose: () => void
}

/**
 * Chains that live on between training steps, for persistent contrastive divergence (Tieleman 2008) with occasional
 * fresh starts (Du and Mordatch 2019). Reads nothing from the device, so that it works in the loss of `fit`, and its two
 * variables, given to `fit` as `buffers`, go into checkpoints: a resumed run has the same chains.
 *
 * @throws RangeError for a capacity below 1 or a probability outside 0…1; TypeError when `start` gives another shape
 *
 * @example
 * ```ts
 * import { replayBuffer, shortLangevin } from '@chiaro/mcmc'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const buffer = replayBuffer({
 *   capacity: 64,
 *   eventShape: [2],
 *   start: (k, count) => normal(k, [count, 2]),
 *   key: key(1),
 * })
 * const taken = buffer.take(key(2), 16)
 * const negatives = shortLangevin(energy, taken.samples, { steps: 5, stepSize: 0.1, key: key(3) })
 * buffer.put(taken, negatives)
 * buffer.meanAge().print() // 16/64, less what began anew
 * ```
 */
export function replayBuffer(options: ReplayBufferOptions): ReplayBuffer {
  const where = 'replayBuffer'
  const { capacity, eventShape, start, key, refresh = 0.05 } = options
  checkInteger(where, { capacity }, { least: 1 })
  checkNumber(where, { refresh }, { least: 0, most: 1 })
  const startRows = (rowsKey: RandomKey, count: number) => {
    const rows = start(rowsKey, count)
    checkShape(where, { start: rows }, [count, ...eventShape])
    return rows
  }
  const chains = tf.tidy(() => tf.variable(startRows(key, capacity), false))
  const ages = tf.tidy(() => tf.variable(tf.zeros([capacity], 'int32'), false))
  return {
    buffers: { chains, ages },
    take: (takeKey, batch) => {
      checkInteger(where, { batch }, { least: 0, most: capacity })
      const [slotKey, refreshKey, startKey] = split(takeKey, 3)
      const slots = permutation(slotKey, capacity).slice(0, batch)
      const drawn = uniformValues(refreshKey, batch)
      const refreshed = Array.from(drawn.keys()).filter(row => drawn[row] < refresh)
      const samples = tf.tidy(() => {
        const kept = tf.gather(chains, tf.tensor1d(slots, 'int32'))
        if (refreshed.length === 0) return constant(kept)
        return constant(withRows(kept, refreshed, startRows(startKey, refreshed.length)))
      })
      return { samples, slots, refreshed }
    },
    put: ({ slots, refreshed }, samples) => {
      checkShape(where, { samples }, [slots.length, ...eventShape])
      if (slots.length === 0) return
      tf.tidy(() => {
        const grown = tf.add(tf.gather(ages, tf.tensor1d(slots, 'int32')), tf.scalar(1, 'int32'))
        const begun = tf.ones([refreshed.length], 'int32')
        ages.assign(withRows(ages, slots, refreshed.length === 0 ? grown : withRows(grown, refreshed, begun)))
        chains.assign(withRows(chains, slots, constant(samples)))
      })
    },
    meanAge: () => tf.tidy(() => constant(tf.mean(tf.cast(ages, 'float32')) as tf.Scalar)),
    dispose: () => tf.dispose([chains, ages]),
  }
}

/** x with the rows at `places` replaced. Not by a scatter: tfjs's on the cpu writes into its input. */
function withRows(x: tf.Tensor, places: ArrayLike<number>, rows: tf.Tensor): tf.Tensor {
  const length = x.shape[0]
  const source = Int32Array.from({ length }, (_, row) => row)
  for (let i = 0; i < places.length; i++) source[places[i]] = length + i
  return tf.gather(tf.concat([x, rows], 0), tf.tensor1d(source, 'int32'))
}
