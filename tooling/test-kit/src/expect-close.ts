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
 * infinity itself only. Shapes are compared when both sides are tensors, else counts. Reads tensors at once, or after the
 * test where the backend cannot (`settleComparisons`).
 */
export function expectClose(actual: Numbers, expected: Numbers, options: CloseOptions = {}): void {
  const where = new Error()
  Error.captureStackTrace?.(where, expectClose)
  const fail = (message: string): never => {
    where.message = options.what === undefined ? message : `${options.what}: ${message}`
    throw where
  }
  const shape = actual instanceof tf.Tensor ? actual.shape : undefined
  if (shape !== undefined && expected instanceof tf.Tensor) {
    const [a, e] = [shape.join('×'), expected.shape.join('×')]
    if (a !== e) fail(`shape [${a}], expected [${e}]`)
  }
  const least = tolerances[tf.getBackend() as BackendName] ?? tolerances.cpu
  const limits = {
    absolute: Math.max(options.absolute ?? 1e-6, least.absolute),
    relative: Math.max(options.relative ?? 1e-5, least.relative),
  }
  if (readsLater()) {
    const read = Promise.all([flattenLater(actual), flattenLater(expected)])
    later.push(read.then(([a, e]) => compare(a, e, limits, shape, fail)))
  } else compare(flatten(actual), flatten(expected), limits, shape, fail)
}

/** WebGPU reads at once by way of a canvas: slow, lost after a thousand times, and not there in Node. */
const readsLater = () => tf.getBackend() === 'webgpu'

const later: Promise<void>[] = []

/** Waits for the comparisons of a test whose tensors could not be read at once; fails as the first of them. */
export async function settleComparisons(): Promise<void> {
  const settled = await Promise.allSettled(later.splice(0))
  for (const one of settled) if (one.status === 'rejected') throw one.reason
}

function compare(
  a: readonly number[],
  e: readonly number[],
  { absolute, relative }: { readonly absolute: number; readonly relative: number },
  shape: readonly number[] = [a.length],
  fail: (message: string) => never,
): void {
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
  fail(
    `[${indexAt(first, shape).join(', ')}] is ${a[first]}, expected ${e[first]}; ${count} of ${e.length} differ, ` +
      `by up to ${worst.toPrecision(3)} (absolute ${absolute}, relative ${relative})\n` +
      `  actual   ${preview(a)}\n  expected ${preview(e)}`,
  )
}

async function flattenLater(values: Numbers): Promise<number[]> {
  if (!(values instanceof tf.Tensor)) return flatten(values)
  // The test may dispose its own before they are read.
  const kept = tf.keep(tf.clone(values))
  try {
    return Array.from(await kept.data())
  } finally {
    kept.dispose()
  }
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
