import type { RandomKey } from '@chiaro/core'
import { foldIn, key, normal } from '@chiaro/random'
import { describeBackends, expectClose, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type ReplayBuffer, type ReplayBufferOptions, replayBuffer } from './replay-buffer.ts'

/** Starts that can be told apart: row r of a start is 100 + r, of the fill r. */
const numbered = (capacity: number) => (_: RandomKey, count: number) =>
  tf.reshape(tf.range(count === capacity ? 0 : 100, count === capacity ? count : 100 + count), [count, 1])

describeBackends('replayBuffer', () => {
  const withBuffer = (options: Partial<ReplayBufferOptions>, run: (buffer: ReplayBuffer) => void) => {
    const { capacity = 8 } = options
    const defaults = { capacity, eventShape: [1], start: numbered(capacity), key: key(1), refresh: 0 }
    const buffer = replayBuffer({ ...defaults, ...options })
    try {
      run(buffer)
    } finally {
      buffer.dispose()
    }
  }

  it('gives distinct chains, and stores where they got to in their own places', () => {
    withBuffer({}, ({ take, put, buffers }) => {
      const taken = take(key(2), 5)
      expect(new Set(taken.slots).size).toBe(5)
      expectClose(taken.samples, Array.from(taken.slots))
      put(taken, tf.add(taken.samples, 0.5))
      const expected = Array.from({ length: 8 }, (_, slot) => slot + (taken.slots.includes(slot) ? 0.5 : 0))
      expectClose(buffers.chains, expected)
      expectClose(
        buffers.ages,
        Array.from({ length: 8 }, (_, slot) => Number(taken.slots.includes(slot))),
      )
    })
  })
  it('changes nothing until they are put back, and takes the same for the same key', () => {
    withBuffer({ refresh: 0.5 }, ({ take, buffers }) => {
      const [first, second] = [take(key(3), 4), take(key(3), 4)]
      expect(second.slots).toEqual(first.slots)
      expect(second.refreshed).toEqual(first.refreshed)
      expectClose(second.samples, first.samples)
      expectClose(buffers.chains, [0, 1, 2, 3, 4, 5, 6, 7])
      expect(take(key(4), 4).slots).not.toEqual(first.slots)
    })
  })
  it('starts a share `refresh` anew, with an age of 1 when put back', () => {
    withBuffer({ refresh: 0.3, capacity: 200 }, ({ take, put, buffers, meanAge }) => {
      let fresh = 0
      for (let step = 0; step < 20; step++) {
        const taken = take(foldIn(key(5), step), 100)
        const samples = taken.samples.dataSync()
        const ages = buffers.ages.dataSync().slice()
        put(taken, taken.samples)
        const after = buffers.ages.dataSync()
        taken.slots.forEach((slot, row) => {
          const anew = taken.refreshed.includes(row)
          expect(after[slot]).toBe(anew ? 1 : ages[slot] + 1)
          if (anew) expect(samples[row]).toBe(100 + taken.refreshed.indexOf(row))
        })
        fresh += taken.refreshed.length
      }
      expectWithin(fresh / 2000, 0.3, Math.sqrt((0.3 * 0.7) / 2000))
      const ages = buffers.ages.dataSync()
      expectClose(meanAge(), meanOf(ages))
    })
  })
  it.each([0, 1])('starts none or all anew at refresh = %s', refresh => {
    withBuffer({ refresh }, ({ take }) => expect(take(key(1), 7).refreshed).toHaveLength(7 * refresh))
  })
  it('goes on the same from its variables', () => {
    const start = (k: RandomKey, count: number) => normal(k, [count, 2, 2])
    const options = { start, eventShape: [2, 2], refresh: 0.3 }
    const walk = ({ take, put }: ReplayBuffer, from: number, to: number) => {
      for (let step = from; step <= to; step++) {
        const taken = take(foldIn(key(6), step), 3)
        put(taken, tf.mul(taken.samples, 1.1))
      }
    }
    withBuffer(options, unbroken =>
      withBuffer({ ...options, key: key(99) }, resumed => {
        walk(unbroken, 1, 5)
        resumed.buffers.chains.assign(unbroken.buffers.chains)
        resumed.buffers.ages.assign(unbroken.buffers.ages)
        walk(unbroken, 6, 10)
        walk(resumed, 6, 10)
        expectClose(resumed.buffers.chains, unbroken.buffers.chains, { absolute: 0, relative: 0 })
        expectClose(resumed.buffers.ages, unbroken.buffers.ages, { absolute: 0, relative: 0 })
      }),
    )
  })
  it('works inside a loss, where no gradient passes', () => {
    withBuffer({}, ({ take, put, buffers }) => {
      const gradient = tf.grad(w => {
        const taken = take(key(2), 4)
        put(taken, tf.mul(taken.samples, w))
        return tf.add(w, tf.mul(0, tf.sum(take(key(2), 4).samples)))
      })(tf.scalar(2))
      expectClose(gradient, 1)
      expectClose(tf.max(buffers.ages), 1)
    })
  })
  it('keeps nothing over 200 rounds', () => {
    withBuffer({ refresh: 0.5 }, ({ take, put, meanAge }) => {
      const before = tf.memory().numTensors
      for (let step = 0; step < 200; step++) {
        const taken = take(foldIn(key(1), step), 4)
        put(taken, taken.samples)
        tf.dispose([taken.samples, meanAge()])
      }
      expect(tf.memory().numTensors).toBe(before)
    })
  })
  it('case 23: refuses a batch above its capacity, and what does not fit', () => {
    withBuffer({}, ({ take, put }) => {
      expect(() => take(key(1), 9)).toThrow(/^replayBuffer: batch must be an integer from 0 to 8, got 9$/)
      expect(() => put(take(key(1), 3), tf.zeros([2, 1]))).toThrow(
        /samples must be float32 \[3, 1\], got float32 \[2, 1\]/,
      )
      const nothing = take(key(1), 0)
      put(nothing, nothing.samples)
    })
    expect(() => withBuffer({ capacity: 0 }, () => {})).toThrow(
      /capacity must be an integer of at least 1, got 0/,
    )
    expect(() => withBuffer({ refresh: 1.5 }, () => {})).toThrow(
      /refresh must be a number from 0 to 1, got 1.5/,
    )
    expect(() => withBuffer({ eventShape: [2] }, () => {})).toThrow(
      /start must be float32 \[8, 2\], got float32 \[8, 1\]/,
    )
  })
})
