import { yielding } from '@chiaro/core'
/** A function's value and gradient at a point, in float64 on the host. */
export type ValueAndGradient = (at: Float64Array) => Promise<{ value: number; gradient: Float64Array }>

export interface Minimum {
  readonly at: Float64Array
  readonly value: number
  /** Largest absolute entry of the gradient. */
  readonly gradientSize: number
  readonly iterations: number
  /** Whether gradientSize reached the tolerance; else steps ran out, or rounding hides any further descent. */
  readonly converged: boolean
}

export interface LimitedMemoryBfgsOptions {
  readonly tolerance: number
  readonly maximumIterations: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly iteration: number; readonly value: number }) => void
}

/** Pairs of steps and gradient changes that are remembered. */
const pairsKept = 10
/** Sufficient decrease (Armijo). */
const sufficientDecrease = 1e-4
/** Values come from float32 sums. */
const float32Rounding = 1e-6

/**
 * Minimises a smooth convex function by limited-memory BFGS (Liu and Nocedal 1989) with a backtracking search. Kept
 * here since the libraries that have it are old, untyped or without a stop.
 */
export async function limitedMemoryBfgs(
  f: ValueAndGradient,
  start: Float64Array,
  { tolerance, maximumIterations, signal, onProgress }: LimitedMemoryBfgsOptions,
): Promise<Minimum> {
  let at = start
  let { value, gradient } = await f(at)
  const pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = []
  const turn = yielding(signal)
  for (let iteration = 0; ; iteration++) {
    const gradientSize = largestSize(gradient)
    const result = { at, value, gradientSize, iterations: iteration }
    if (gradientSize <= tolerance) return { ...result, converged: true }
    if (iteration === maximumIterations) return { ...result, converged: false }
    await turn()
    onProgress?.({ iteration, value })
    const direction = descent(gradient, pairs)
    const slope = dot(direction, gradient)
    // The first step has no curvature to go by: no entry moves by more than 1.
    let length = pairs.length === 0 ? Math.min(1, 1 / gradientSize) : 1
    let next: Awaited<ReturnType<ValueAndGradient>> | undefined
    let there = at
    for (let halvings = 0; halvings < 30; halvings++, length /= 2) {
      there = at.map((x, i) => x + length * direction[i])
      const tried = await f(there)
      const falls = tried.value <= value + sufficientDecrease * length * slope
      // Where rounding hides the fall, the slope ahead tells it (Hager and Zhang 2005, eq. 4.1 and 4.3).
      const level = tried.value <= value + float32Rounding * Math.abs(value)
      if (falls || (level && dot(tried.gradient, direction) <= (2 * sufficientDecrease - 1) * slope)) {
        next = tried
        break
      }
    }
    if (next === undefined) return { ...result, converged: false }
    const step = there.map((x, i) => x - at[i])
    const before = gradient
    const change = next.gradient.map((g, i) => g - before[i])
    const curvature = dot(step, change)
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, curvature })
      if (pairs.length > pairsKept) pairs.shift()
    }
    ;[at, value, gradient] = [there, next.value, next.gradient]
  }
}

/** −H·gradient by the two loops over what is remembered. */
function descent(
  gradient: Float64Array,
  pairs: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const q = gradient.map(g => -g)
  const weights = pairs.map(() => 0)
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { step, change, curvature } = pairs[p]
    weights[p] = dot(step, q) / curvature
    addScaled(q, change, -weights[p])
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change)
    for (let i = 0; i < q.length; i++) q[i] *= scale
  }
  for (let p = 0; p < pairs.length; p++) {
    const { step, change, curvature } = pairs[p]
    addScaled(q, step, weights[p] - dot(change, q) / curvature)
  }
  return q
}

function addScaled(to: Float64Array, of: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * of[i]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function largestSize(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
