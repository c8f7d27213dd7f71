import { checkShape, conflictError, joined, typeError } from '@chiaro/core'
import { customGradient, gradientDepth } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Communicator } from './communicator.ts'

/** The rows of all ranks, and how many each has. */
export interface Gathered {
  /** [N, …], in the order of ranks. */
  readonly rows: tf.Tensor
  readonly counts: readonly number[]
}

/**
 * The rows of all ranks, [N, …], in the order of ranks; each may have another number of them. Every rank gets all of them,
 * and what it computes of them is its share of a sum over ranks: the gradient of a row is the sum of what all ranks have
 * for it, in float64 and in the order of ranks.
 *
 * @param x float32 [n, …], the later axes alike on every rank
 * @throws TypeError for another dtype; ChiaroError 'ranks' where the later axes differ, 'argument-conflict' in a second
 *   derivative
 */
export function allGather(x: tf.Tensor, communicator: Communicator): tf.Tensor {
  return gathered('allGather', x, communicator).rows
}

export function gathered(where: string, x: tf.Tensor, communicator: Communicator): Gathered {
  checkShape(where, { x }, ['n', '…row'])
  checkOnce(where)
  const row = x.shape.slice(1)
  const width = row.reduce((product, size) => product * size, 1)
  let counts: number[] = []
  const rows = customGradient(input => {
    const parts = communicator.allGather(floatsOf(input))
    const widths = communicator.allGather(Float32Array.of(width)).map(([one]) => one)
    const other = widths.findIndex(one => one !== width)
    if (other >= 0) {
      const got = `${widths[other]} numbers a row from rank ${other}, ${width} here`
      throw typeError(where, 'x', 'rows of one width on every rank', got)
    }
    counts = parts.map(({ length }) => (width === 0 ? 0 : length / width))
    const total = counts.reduce((sum, count) => sum + count, 0)
    const gradient = (dy: tf.Tensor) => [summedOwn(floatsOf(dy), counts, width, communicator, x.shape)]
    return { value: tf.tensor(joined(parts), [total, ...row], 'float32'), saved: [], gradient }
  }, x)
  return { rows, counts }
}

/** Each rank's rows of dy go to it, and are summed there. */
function summedOwn(
  dy: Float32Array,
  counts: readonly number[],
  width: number,
  { exchange }: Communicator,
  shape: number[],
): tf.Tensor {
  const parts = exchange(splitBy(dy, counts, width))
  const sums = Float64Array.from(parts[0])
  for (const part of parts.slice(1)) for (let i = 0; i < sums.length; i++) sums[i] += part[i]
  return tf.tensor(Float32Array.from(sums), shape, 'float32')
}

/** Rows cut into as many as each rank has. */
export function splitBy(values: Float32Array, counts: readonly number[], width: number): Float32Array[] {
  let from = 0
  return counts.map(count => {
    const part = values.subarray(from, from + count * width)
    from += part.length
    return part
  })
}

/** A tensor's numbers. */
export function floatsOf(x: tf.Tensor): Float32Array {
  return x.dataSync() as Float32Array
}

/** Refuses to be differentiated twice: the outer gradient would not see what other ranks do. */
export function checkOnce(where: string): void {
  if (gradientDepth() <= 1) return
  throw conflictError(where, 'x', 'what ranks exchange has first derivatives only, got a second one')
}
