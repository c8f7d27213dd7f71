import { describeBackends, expectClose, expectNoLeak, normalValues } from '@chiaro/test-kit'
import { rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { enqueue, type KeyQueue } from './enqueue.ts'
import { infoNceLoss } from './info-nce.ts'

function column(...values: number[]): tf.Tensor2D {
  return tf.tensor2d(values, [values.length, 1])
}

describeBackends('enqueue', () => {
  it('replaces the oldest rows in turn and wraps around', () => {
    const raw = { normalize: false }
    let queue: KeyQueue = { keys: column(-1, -2, -3, -4, -5), position: 0 }
    queue = enqueue(queue, column(1, 2), raw)
    expectClose(queue.keys, [1, 2, -3, -4, -5])
    expect(queue.position).toBe(2)
    queue = enqueue(queue, column(3, 4), raw)
    queue = enqueue(queue, column(5, 6, 7), raw)
    expectClose(queue.keys, [6, 7, 3, 4, 5])
    expect(queue.position).toBe(2)
    queue = enqueue(queue, tf.zeros([0, 1]), raw)
    expectClose(queue.keys, [6, 7, 3, 4, 5])
    expect(queue.position).toBe(2)
  })
  it('holds the last q keys, whatever the batches (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
        (size, batches) => {
          tf.tidy(() => {
            let queue: KeyQueue = { keys: tf.fill([size, 1], -1) as tf.Tensor2D, position: 0 }
            const seen: number[] = new Array(size).fill(-1)
            for (const count of batches) {
              const next = Array.from({ length: count }, (_, i) => seen.length + i)
              seen.push(...next)
              queue = enqueue(queue, tf.tensor2d(next, [count, 1]), { normalize: false })
            }
            // Read from the oldest row on.
            const held = Array.from(queue.keys.dataSync())
            const inOrder = [...held.slice(queue.position), ...held.slice(0, queue.position)]
            expect(inOrder).toEqual(seen.slice(-size))
          })
        },
      ),
      { seed: 3, numRuns: 60 },
    )
  })
  it('normalises keys unless told otherwise, and leaves the old queue alone', () => {
    const old = tf.zeros([3, 2]) as tf.Tensor2D
    const values = [3, 4, 0, -2]
    const queue = enqueue({ keys: old, position: 0 }, tf.tensor2d(values, [2, 2]))
    expectClose(queue.keys, [...unitRows(rowsOf(values, 2)).flat(), 0, 0])
    expectClose(old, [0, 0, 0, 0, 0, 0])
    expect(old.isDisposed).toBe(false)
  })
  it('is the queue that infoNceLoss takes: further negatives without a gradient', () => {
    const [q, k, past] = [1, 2, 3].map(seed => tf.tensor2d(normalValues(seed, 12), [4, 3]))
    const start = { keys: tf.tensor2d(normalValues(4, 15), [5, 3]), position: 3 }
    const f = (...x: tf.Tensor[]) => {
      const queue = enqueue(start, x[2] as tf.Tensor2D).keys
      return infoNceLoss(x[0] as tf.Tensor2D, x[1] as tf.Tensor2D, { queue })
    }
    const all = tf.concat([k, past, tf.slice(start.keys, 2, 1)]) as tf.Tensor2D
    expectClose(f(q, k, past), infoNceLoss(q, all))
    const moved = (x: tf.Tensor) => tf.add(f(q, k, x), tf.sum(x))
    expectClose(tf.grad(moved)(past), tf.ones([4, 3]))
  })
  it('leaks nothing: the new keys are its only tensor', () => {
    const queue = { keys: tf.ones([3, 2]) as tf.Tensor2D, position: 1 }
    const keys = tf.ones([3, 2]) as tf.Tensor2D
    expectNoLeak(() => ({ ...enqueue(queue, keys) }))
    expectNoLeak(() => ({ ...enqueue(queue, keys, { normalize: false }) }))
    // A batch that fills the whole queue is copied, not handed back.
    const full = enqueue({ keys: queue.keys, position: 0 }, keys, { normalize: false })
    full.keys.dispose()
    expectClose(keys, [1, 1, 1, 1, 1, 1])
  })
  it('names the argument that does not fit', () => {
    const keys = tf.ones([3, 2]) as tf.Tensor2D
    expect(() => enqueue({ keys, position: 3 }, keys)).toThrow(
      /enqueue: queue\.position must be an integer from 0 to 2, got 3/,
    )
    expect(() => enqueue({ keys: tf.zeros([0, 2]), position: 0 }, keys)).toThrow(
      /queue\.keys must be float32 \[size, d\] with size ≥ 1/,
    )
    expect(() => enqueue({ keys, position: 0 }, tf.ones([3, 4]))).toThrow(/keys must be float32 \[count, 2\]/)
    // @ts-expect-error a tensor is no queue
    expect(() => enqueue(keys, keys)).toThrow(/queue\.keys must be float32 \[size, d\], got undefined/)
  })
})
