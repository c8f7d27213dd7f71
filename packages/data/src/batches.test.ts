import { foldIn, key, permutation } from '@chiaro/random/host'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, type BatchesOptions, batches, batchPosition } from './batches.ts'

/** The first `count` batches. */
function take(count: number, data: number, options: BatchesOptions): Batch[] {
  const found: Batch[] = []
  if (count === 0) return found
  for (const batch of batches(data, options)) {
    found.push(batch)
    if (found.length === count) break
  }
  return found
}

const anyRun = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  batchSize: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer(),
  epochs: fc.integer({ min: 0, max: 4 }),
})

test('without dropLast every sample comes exactly once an epoch', () => {
  fc.assert(
    fc.property(anyRun, ({ count, batchSize, seed, epochs }) => {
      const all = [...batches(count, { batchSize, key: key(seed), epochs, dropLast: false })]
      for (let epoch = 0; epoch < epochs; epoch++) {
        const seen = all.filter(batch => batch.epoch === epoch).flatMap(({ indices }) => [...indices])
        expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
      }
      expect(all.length).toBe(epochs * Math.ceil(count / batchSize))
    }),
  )
})

test('with dropLast every batch is whole and no sample comes twice in an epoch', () => {
  fc.assert(
    fc.property(anyRun, ({ count, batchSize, seed, epochs }) => {
      fc.pre(batchSize <= count)
      const all = [...batches(count, { batchSize, key: key(seed), epochs })]
      expect(all.every(({ indices }) => indices.length === batchSize)).toBe(true)
      expect(all.length).toBe(epochs * Math.floor(count / batchSize))
      for (let epoch = 0; epoch < epochs; epoch++) {
        const seen = all.filter(batch => batch.epoch === epoch).flatMap(({ indices }) => [...indices])
        expect(new Set(seen).size).toBe(seen.length)
      }
    }),
  )
})

test('a run resumed after any batch goes on bit for bit, from `next` and from the step number', () => {
  fc.assert(
    fc.property(anyRun, fc.nat({ max: 12 }), fc.boolean(), ({ count, batchSize, seed }, done, dropLast) => {
      fc.pre(!dropLast || batchSize <= count)
      const options = { batchSize, key: key(seed), dropLast }
      const unbroken = take(done + 6, count, options)
      const position = batchPosition(count, done, options)
      if (done > 0) expect(position).toEqual(unbroken[done - 1].next)
      expect(take(6, count, { ...options, position })).toEqual(unbroken.slice(done))
    }),
  )
})

test('the order of epoch e is permutation(foldIn(key, e), count)', () => {
  const root = key(5)
  const order = take(6, 10, { batchSize: 5, key: root }).flatMap(({ indices }) => [...indices])
  const expected = [0, 1, 2].flatMap(epoch => [...permutation(foldIn(root, epoch), 10)])
  expect(order).toEqual(expected)
})

test('without a key the order is the data’s own', () => {
  const all = [...batches(['a', 'b', 'c'], { batchSize: 2, epochs: 1, dropLast: false })]
  expect(all.map(({ indices }) => [...indices])).toEqual([[0, 1], [2]])
})

test('an aborted signal stops before the next batch with its reason', () => {
  const controller = new AbortController()
  const seen: Batch[] = []
  expect(() => {
    for (const batch of batches(100, { batchSize: 2, key: key(1), signal: controller.signal })) {
      seen.push(batch)
      if (seen.length === 3) controller.abort(new Error('enough'))
    }
  }).toThrow('enough')
  expect(seen.length).toBe(3)
})

test.each<[string, number, Partial<BatchesOptions>, RegExp]>([
  ['no data', 0, {}, /data must be an integer of at least 1, got 0/],
  ['a batch size of 0', 8, { batchSize: 0 }, /batchSize must be an integer of at least 1, got 0/],
  ['a fractional batch size', 8, { batchSize: 2.5 }, /batchSize must be .*, got 2.5/],
  ['a batch above the data, which would never come', 3, {}, /got batchSize 4 for 3 samples/],
  ['a negative epoch', 8, { position: { epoch: -1, index: 0 } }, /position.epoch/],
  [
    'a position behind the data',
    8,
    { position: { epoch: 0, index: 9 } },
    /position.index must be an integer from 0 to 8/,
  ],
  ['half an epoch', 8, { epochs: 0.5 }, /epochs/],
])('%s is refused at the call, before the first batch', (_, count, options, message) => {
  expect(() => batches(count, { batchSize: 4, ...options })).toThrow(message)
})
