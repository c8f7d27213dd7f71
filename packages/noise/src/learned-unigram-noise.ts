import { checkInteger, checkLength, checkNumber } from '@chiaro/core'
import { unitValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type IdentifierNoise, identifierNoise } from './identifier-noise.ts'
import { type WeightTree, weightTree } from './weight-tree.ts'

export interface LearnedUnigramNoiseOptions {
  /** One above the largest id. */
  readonly range: number
  /** Where counting goes on from, as `state()` gave it. Default nothing seen. */
  readonly counts?: readonly number[]
}

export type LearnedUnigramNoiseSpec = { readonly kind: 'learnedUnigram' } & LearnedUnigramNoiseOptions

/** What a learned unigram has seen, as plain JSON: it belongs into a checkpoint. */
export interface LearnedUnigramState {
  /** How often each id was observed. */
  readonly counts: readonly number[]
}

/** A unigram that counts what it is shown. The one noise with a state. */
export interface LearnedUnigramNoise extends IdentifierNoise<LearnedUnigramNoiseSpec> {
  /** Counts ids of data. Call it after the step's loss: log-densities must be those the noise was drawn with. */
  observe(ids: ArrayLike<number>): void
  state(): LearnedUnigramState
  /** Forgets what was counted and goes on from a state. */
  restore(state: LearnedUnigramState): void
}

/**
 * Ids by their frequency so far: p(i) = (1 + seen_i) / (range + Σ seen). Uniform at first; every id keeps a probability, so
 * new data always has noise. A draw and an observation cost log₂ range steps each, a
 * call of logProb the whole range.
 *
 * @throws RangeError for a range that is no positive integer, an observed id outside it (none of the ids is then counted), or
 *   counts that are negative; TypeError for counts of another number
 *
 * @example
 * ```ts
 * import { learnedUnigramNoise } from '@chiaro/noise'
 *
 * const noise = learnedUnigramNoise({ range: 3 })
 * noise.observe([0, 0, 2]) // after the step's loss
 * console.log([0, 1, 2].map(noise.probability)) // 3/6, 1/6, 2/6
 * console.log(noise.state()) // for a checkpoint
 * ```
 */
export function learnedUnigramNoise({ range, counts }: LearnedUnigramNoiseOptions): LearnedUnigramNoise {
  const where = 'learnedUnigramNoise'
  checkInteger(where, { range }, { least: 1 })
  let tree = seen(counts ?? Array<number>(range).fill(0))
  const state = () => ({ counts: Array.from(tree.weights, weight => weight - 1) })

  function seen(numbers: readonly number[]): WeightTree {
    checkLength(where, { counts: numbers }, { exactly: range })
    checkNumber(where, { counts: numbers }, { least: 0 })
    return weightTree(numbers.map(count => count + 1))
  }

  const noise = identifierNoise({
    where,
    range,
    support: range,
    spec: { kind: 'learnedUnigram', range } as LearnedUnigramNoiseSpec,
    draw: (key, count) => Int32Array.from(unitValues(key, count), u => tree.find(u * tree.total())),
    probability: id => tree.weights[id] / tree.total(),
    logProbInside: ids => {
      const logTotal = Math.log(tree.total())
      const logarithms = Float32Array.from(tree.weights, weight => Math.log(weight) - logTotal)
      return tf.gather(tf.tensor1d(logarithms), ids as tf.Tensor1D)
    },
  })
  return {
    ...noise,
    get spec() {
      return { kind: 'learnedUnigram' as const, range, ...state() }
    },
    state,
    observe(ids) {
      checkInteger(`${where}.observe`, { ids }, { least: 0, below: range })
      for (let i = 0; i < ids.length; i++) tree.add(ids[i], 1)
    },
    restore(from) {
      tree = seen(from.counts)
    },
  }
}
