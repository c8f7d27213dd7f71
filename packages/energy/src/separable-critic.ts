import { type Critic, checkNumber, type Encoder } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { prefixedParameters } from './prefixed-parameters.ts'

export interface SeparableCriticOptions {
  /** τ > 0: logits are divided by it. Default 1. */
  readonly temperature?: number
}

/**
 * A critic of two towers, r(x, y) = φ(x)ᵀψ(y)/τ (docs/notes.md eq. 1.14–1.15): n + m embeddings make n·m logits. Pass
 * the same encoder twice for φ(x)ᵀφ(x′).
 *
 * logits: [n, …], [m, …] → [n, m], stored whole. Parameters are those of both, "x/…" and "y/…", or the encoder's own
 * where it is one.
 *
 * @throws RangeError for a temperature that is not positive and finite
 */
export function separableCritic(
  encoderX: Encoder,
  encoderY: Encoder,
  options: SeparableCriticOptions = {},
): Critic {
  const { temperature = 1 } = options
  checkNumber('separableCritic', { temperature }, { above: 0 })
  return {
    parameters:
      encoderX === encoderY ? encoderX.parameters : prefixedParameters({ x: encoderX, y: encoderY }),
    logits: (x, y) =>
      tf.tidy(() => {
        const products = tf.matMul(encoderX.embed(x), encoderY.embed(y), false, true)
        return tf.div(products, temperature) as tf.Tensor2D
      }),
  }
}
