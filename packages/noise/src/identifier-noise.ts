import { checkInteger, checkShape, type RandomKey } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Noise } from './noise.ts'
import type { NoiseSpec } from './noise-spec.ts'

/** Noise over the ids 0…range − 1: the candidate samplers of large vocabularies. Events are int32 of shape []. */
export interface IdentifierNoise<S extends NoiseSpec = NoiseSpec> extends Noise<S> {
  /** One above the largest id. */
  readonly range: number
  /** How many ids have a probability above 0. */
  readonly support: number
  /** `sample` on the host. */
  sampleIds(key: RandomKey, count: number): Int32Array
  /** The probability of an id in float64; 0 for what is no id. */
  probability(id: number): number
}

/** What a noise over ids is made of. */
export interface IdentifierParts<S extends NoiseSpec> {
  readonly where: string
  readonly range: number
  readonly support: number
  readonly spec: S
  readonly draw: (key: RandomKey, count: number) => Int32Array
  readonly probability: (id: number) => number
  /** log p of ids that all lie in 0…range − 1, [batch] int32 → [batch]. */
  readonly logProbInside: (ids: tf.Tensor) => tf.Tensor
}

/** Puts the tensor side around the host's: ids outside 0…range − 1 have log-density −∞. */
export function identifierNoise<S extends NoiseSpec>(parts: IdentifierParts<S>): IdentifierNoise<S> {
  const { where, range, support, spec } = parts
  const sampleIds = (key: RandomKey, count: number) => {
    checkInteger(where, { count }, { least: 0 })
    return parts.draw(key, count)
  }
  return {
    eventShape: [],
    spec,
    range,
    support,
    sampleIds,
    probability: id => (Number.isInteger(id) && id >= 0 && id < range ? parts.probability(id) : 0),
    sample: (key, count) => tf.tensor1d(sampleIds(key, count), 'int32'),
    logProb(x) {
      checkShape(`${where}.logProb`, { x }, ['batch'], { dtype: 'int32' })
      return tf.tidy(() => {
        const inside = tf.logicalAnd(tf.greaterEqual(x, 0), tf.less(x, range))
        const safe = tf.where(inside, x, tf.zerosLike(x))
        const outside = tf.fill(x.shape, Number.NEGATIVE_INFINITY)
        return tf.where(inside, parts.logProbInside(safe), outside) as tf.Tensor1D
      })
    },
  }
}
