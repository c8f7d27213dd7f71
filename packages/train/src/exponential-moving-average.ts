import { checkNumber, type Parameters } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensors } from './optimizer.ts'

export interface ExponentialMovingAverageOptions {
  /** d: how much of the average is kept at a step, once warm. About 1/(1 − d) steps are remembered. Default 0.99. */
  readonly decay?: number
}

export interface ExponentialMovingAverage {
  /** The averages by name; before the first update, the values at construction. Owned by this object. */
  tensors(): Tensors
  /** How many updates were made. */
  count(): number
  /** Takes the variables' present values into the averages. */
  update(): void
  /** Gives the variables their averages while `f` runs, then their own values back, bit for bit. */
  withAverages<T>(f: () => T | Promise<T>): Promise<T>
  /** Sets the averages and the count, as a resumed run does; the tensors are copied. */
  restore(tensors: Tensors, count: number): void
  dispose(): void
}

/**
 * An exponential moving average of weights (Polyak & Juditsky 1992; in this form Tarvainen & Valpola 2017) without
 * bias towards the start. After t updates with values θ₁ … θ_t,
 *
 *   average = Σᵢ d^(t−i)·θᵢ · (1 − d)/(1 − dᵗ),
 *
 * computed as average ← average + (1 − d)/(1 − dᵗ)·(θ − average): the first update copies. Pass running statistics
 * along with the parameters, else averaged weights meet statistics of other weights.
 *
 * @throws RangeError unless 0 ≤ decay < 1
 *
 * @example
 * ```ts
 * import { exponentialMovingAverage } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const w = tf.variable(tf.scalar(0))
 * const ema = exponentialMovingAverage({ w }, { decay: 0.5 })
 * for (const value of [1, 2]) {
 *   w.assign(tf.scalar(value))
 *   ema.update() // `fit` does, given ema
 * }
 * await ema.withAverages(() => w.print()) // 1.667 = (0.5·1 + 2)/1.5
 * w.print() // 2 again
 * ema.dispose()
 * ```
 */
export function exponentialMovingAverage(
  variables: Parameters,
  options: ExponentialMovingAverageOptions = {},
): ExponentialMovingAverage {
  const { decay = 0.99 } = options
  checkNumber('exponentialMovingAverage', { decay }, { least: 0, below: 1 })
  const names = Object.keys(variables)
  let averages = mapped(names, name => variables[name])
  let updates = 0

  const replace = (value: (name: string) => tf.Tensor): void => {
    const old = averages
    averages = mapped(names, value)
    tf.dispose(old)
  }
  return {
    tensors: () => averages,
    count: () => updates,
    update() {
      updates += 1
      const weight = (1 - decay) / (1 - decay ** updates)
      // At weight 1 the difference and the sum would round: copy.
      replace(name =>
        weight === 1
          ? variables[name]
          : tf.add(averages[name], tf.mul(tf.sub(variables[name], averages[name]), weight)),
      )
    },
    async withAverages(f) {
      const own = mapped(names, name => variables[name])
      try {
        for (const name of names) variables[name].assign(averages[name])
        return await f()
      } finally {
        for (const name of names) variables[name].assign(own[name])
        tf.dispose(own)
      }
    },
    restore(tensors, count) {
      replace(name => tensors[name])
      updates = count
    },
    dispose: () => tf.dispose(averages),
  }
}

/** Kept copies of what `value` gives (clones share memory until one side is replaced). */
function mapped(names: readonly string[], value: (name: string) => tf.Tensor): Record<string, tf.Tensor> {
  const copies = tf.tidy(() => names.map(name => tf.keep(tf.clone(value(name)))))
  return Object.fromEntries(names.map((name, i) => [name, copies[i]]))
}
