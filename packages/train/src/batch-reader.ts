import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Batches } from './fit-options.ts'

/** Batches drawn one by one. */
export interface BatchReader<B> {
  /** @throws ChiaroError ('data') when there are no more */
  next(step: number, steps: number): Promise<B>
  /** Lets the source close its files. */
  close(): Promise<void>
}

export function readBatches<B>(
  batches: Batches<B> | ((firstStep: number) => Batches<B>),
  firstStep: number,
): BatchReader<B> {
  const source = typeof batches === 'function' ? batches(firstStep) : batches
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  return {
    async next(step, steps) {
      const { done, value } = await iterator.next()
      if (!done) return value
      const message = `fit: batches must last for ${steps} steps, got none for step ${step}`
      throw new ChiaroError('data', message, 'batches')
    },
    async close() {
      await iterator.return?.()
    },
  }
}

/** Disposes the tensors of a batch: itself, or those in its plain arrays and objects. Host data is not walked. */
export function disposeBatch(batch: unknown): void {
  if (batch instanceof tf.Tensor) {
    batch.dispose()
  } else if (Array.isArray(batch)) {
    for (const part of batch) if (typeof part === 'object') disposeBatch(part)
  } else if (
    batch !== null &&
    typeof batch === 'object' &&
    Object.getPrototypeOf(batch) === Object.prototype
  ) {
    for (const part of Object.values(batch)) disposeBatch(part)
  }
}
