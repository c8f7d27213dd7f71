import * as tf from '@tensorflow/tfjs-core'

export interface ParameterSlope {
  readonly name: string
  /** ⟨∇, v⟩ by the gradient, for one random direction v of this parameter. */
  readonly exact: number
  /** The same by a four-point central difference of the loss. */
  readonly numerical: number
}

/**
 * The slope of `loss` along one ±1 direction for each variable, by its gradient and by differences. One direction
 * sees every element, at the cost of four losses: what a model with hundreds of numbers needs.
 */
export function parameterSlopes(
  loss: () => tf.Scalar,
  parameters: Readonly<Record<string, tf.Variable>>,
  options: { /** Step. Default 2e-3. */ readonly eps?: number } = {},
): ParameterSlope[] {
  const { eps = 2e-3 } = options
  return tf.tidy(() => {
    const { grads } = tf.variableGrads(loss, Object.values(parameters))
    return Object.entries(parameters).map(([name, variable]) => {
      const before = Float32Array.from(variable.dataSync())
      const direction = before.map((_, i) => (Math.imul(i + 1, 0x9e3779b1) & 0x10000 ? 1 : -1))
      const gradient = grads[variable.name].dataSync()
      const exact = direction.reduce((sum, v, i) => sum + v * gradient[i], 0)
      const at = (h: number): number => {
        const moved = before.map((value, i) => value + h * direction[i])
        variable.assign(tf.tensor(moved, variable.shape))
        return loss().dataSync()[0]
      }
      const numerical = (8 * (at(eps) - at(-eps)) - (at(2 * eps) - at(-2 * eps))) / (12 * eps)
      variable.assign(tf.tensor(before, variable.shape))
      return { name, exact, numerical }
    })
  })
}
