import { expect, test } from 'vitest'
import { prefetch } from './prefetch.ts'

/** Let everything that can go on without us go on. */
const settle = () => new Promise(resolve => setTimeout(resolve, 5))

/** Counts what was made, and whether it was closed. */
function counted(count: number, failAt = -1) {
  const state = { made: 0, closed: false }
  const source = (async function* () {
    try {
      for (let i = 0; i < count; i++) {
        if (i === failAt) throw new Error(`item ${i} failed`)
        state.made += 1
        yield i
      }
    } finally {
      state.closed = true
    }
  })()
  return { state, source }
}

test('gives every item in its order', async () => {
  for (const ahead of [1, 3, 100]) {
    const got: number[] = []
    for await (const item of prefetch(counted(7).source, { ahead })) got.push(item)
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6])
  }
})

test('makes `ahead` items while the consumer has one, and no more', async () => {
  const { state, source } = counted(50)
  const ahead = 3
  let used = 0
  for await (const _ of prefetch(source, { ahead })) {
    used += 1
    await settle()
    expect(state.made).toBe(used + ahead)
    if (used === 5) break
  }
  expect(state.closed).toBe(true)
})

test('an error comes when its item would have, after the items before it', async () => {
  const { state, source } = counted(9, 4)
  const got: number[] = []
  const run = async () => {
    for await (const item of prefetch(source, { ahead: 3 })) {
      got.push(item)
      await settle()
    }
  }
  await expect(run()).rejects.toThrow('item 4 failed')
  expect(got).toEqual([0, 1, 2, 3])
  expect(state.closed).toBe(true)
})

test('ahead 0 is refused', () => {
  expect(() => prefetch(counted(1).source, { ahead: 0 })).toThrow(/ahead must be an integer of at least 1/)
})
