import * as tf from '@tensorflow/tfjs-core'
import type { BackendName } from './backends.ts'
import { tolerances } from './tolerances.ts'

/** Numbers in any form a test has them: one, a typed array, nested arrays, or a tensor. */
export type Numbers = number | ArrayLike<number> | readonly NestedNumbers[] | tf.Tensor
type NestedNumbers = number | readonly NestedNumbers[]

/** A number passes when |actual − expected| ≤ absolute + relative·|expected|. */
export interface CloseOptions {
  /** Default 1e-6. */
  readonly absolute?: number
  /** Default 1e-5. */
  readonly relative?: number
  /** Named in the message; default none. */
  readonly what?: string
}

/**
 * Fails unless `actual` equals `expected` number by number within the tolerances, or those of the backend where they are
 * wider (`tolerances`). NaN equals NaN only, an
 * infinity itself only. Shapes are compared when both sides are tensors, else counts. Reads tensors at once.
 */
export function expectClose(actual: Numbers, expected: Numbers, options: CloseOptions = {}): void {
  const { what } = options
  const least = tolerances[tf.getBackend() as BackendName] ?? tolerances.cpu
  const absolute = Math.max(options.absolute ?? 1e-6, least.absolute)
  const relative = Math.max(options.relative ?? 1e-5, least.relative)
  const fail = (message: string): never => {
    const error = new Error(what === undefined ? message : `${what}: ${message}`)
    Error.captureStackTrace?.(error, expectClose)
    throw error
  }
  if (actual instanceof tf.Tensor && expected instanceof tf.Tensor) {
    const [a, e] = [actual.shape.join('×'), expected.shape.join('×')]
    if (a !== e) fail(`shape [${a}], expected [${e}]`)
  }
  const a = flatten(actual)
  const e = flatten(expected)
  if (a.length !== e.length) fail(`${a.length} numbers, expected ${e.length}`)
  let first = -1
  let worst = 0
  let count = 0
  for (let i = 0; i < e.length; i++) {
    if (Object.is(a[i], e[i]) || a[i] === e[i]) continue
    const difference = Math.abs(a[i] - e[i])
    if (Number.isFinite(difference) && difference <= absolute + relative * Math.abs(e[i])) continue
    if (first < 0) first = i
    count += 1
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }
  if (first < 0) return
  const shape = actual instanceof tf.Tensor ? actual.shape : [a.length]
  fail(
    `[${indexAt(first, shape).join(', ')}] is ${a[first]}, expected ${e[first]}; ${count} of ${e.length} differ, ` +
      `by up to ${worst.toPrecision(3)} (absolute ${absolute}, relative ${relative})\n` +
      `  actual   ${preview(a)}\n  expected ${preview(e)}`,
  )
}

function flatten(values: Numbers | NestedNumbers): number[] {
  if (typeof values === 'number') return [values]
  if (values instanceof tf.Tensor) return Array.from(values.dataSync())
  return Array.from(values as ArrayLike<NestedNumbers>).flatMap(flatten)
}

function indexAt(flat: number, shape: readonly number[]): number[] {
  const index: number[] = []
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index.unshift(rest % shape[axis])
    rest = Math.floor(rest / shape[axis])
  }
  return index
}

function preview(values: readonly number[]): string {
  const shown = values.slice(0, 8).map(value => value.toPrecision(6))
  return `${shown.join(', ')}${values.length > 8 ? ', …' : ''}`
}
