import * as tf from '@tensorflow/tfjs-core'

/** How wide a finite difference is. */
export interface NumericalGradientOptions {
  /**
   * Step h of the four-point central difference, whose error is O(h⁴). Default 1e-4 for float64 functions,
   * 2e-2 for tensor functions, where rounding costs about 1e-7·|f|/h.
   */
  readonly eps?: number
}

/** df/dx ≈ (8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h, with `at` evaluating f(x + offset). */
function centralDifference(at: (offset: number) => number, h: number): number {
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
}

/**
 * The gradient of a float64 reference `f` at `inputs`, one array for each input, by central differences.
 * `f` is given fresh Float64Arrays and must return a finite number for steps of up to 2·eps.
 */
export function numericalGradient(
  f: (...inputs: Float64Array[]) => number,
  inputs: readonly ArrayLike<number>[],
  options: NumericalGradientOptions = {},
): Float64Array[] {
  const { eps = 1e-4 } = options
  return inputs.map((input, which) =>
    Float64Array.from({ length: input.length }, (_, i) =>
      centralDifference(offset => {
        const moved = inputs.map(values => Float64Array.from(values))
        moved[which][i] += offset
        return f(...moved)
      }, eps),
    ),
  )
}

/**
 * The gradient of ⟨cotangent, f(inputs)⟩ by central differences of the tensor function itself, one array for
 * each input. f runs in float32; the inner product is summed in float64 on the host, so that the only noise
 * is f's own rounding. Steps are rounded to what float32 can represent.
 *
 * @param cotangent one weight for each element of f's result, as passed to `tf.grads` as dy; for a scalar [1]
 */
export function tensorNumericalGradient(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  cotangent: ArrayLike<number>,
  options: NumericalGradientOptions = {},
): Float64Array[] {
  const { eps = 2e-2 } = options
  const values = inputs.map(input => Float32Array.from(input.dataSync()))
  const evaluate = (which: number, i: number, offset: number): { x: number; y: number } =>
    tf.tidy(() => {
      const moved = values[which].slice()
      moved[i] += offset
      const x = moved[i]
      const tensors = inputs.map((input, k) =>
        k === which ? tf.tensor(moved, input.shape, 'float32') : input,
      )
      const result = f(...tensors).dataSync()
      let y = 0
      for (let k = 0; k < result.length; k++) y += cotangent[k] * result[k]
      return { x, y }
    })
  return values.map((array, which) =>
    Float64Array.from(array, (_, i) => {
      const slope = (h: number): number => {
        const up = evaluate(which, i, h)
        const down = evaluate(which, i, -h)
        return (up.y - down.y) / (up.x - down.x)
      }
      return (4 * slope(eps) - slope(2 * eps)) / 3
    }),
  )
}
