import { ChiaroError } from '@chiaro/core'
import { ranksInTurn } from '@chiaro/test-kit/ranks-in-turn'
import { describe, expect, it } from 'vitest'
import { communicatorOver, oneRank, type Transport } from './communicator.ts'

const floats = (...values: number[]) => Float32Array.from(values)

describe('a communicator', () => {
  it('gathers arrays of any lengths in the order of ranks', () => {
    const all = ranksInTurn(3, ({ rank, allGather }) => allGather(new Float32Array(rank).fill(rank)))
    for (const own of all) expect(own).toEqual([floats(), floats(1), floats(2, 2)])
  })

  it('gives part r to rank r', () => {
    const all = ranksInTurn(3, ({ rank, exchange }) => exchange([0, 1, 2].map(to => floats(10 * rank + to))))
    expect(all.map(parts => parts.map(([x]) => x))).toEqual([
      [0, 10, 20],
      [1, 11, 21],
      [2, 12, 22],
    ])
  })

  it.each([1, 5, 4096, 4097, 10_001])('sums %i numbers in float64, the same on every rank', length => {
    // 2²⁴ + 1 + 1: in float32 each 1 would be lost.
    const parts = [2 ** 24, 1, 1].map(x => new Float32Array(length).fill(x))
    parts[2][length - 1] = -7
    const all = ranksInTurn(3, ({ rank, sum }) => sum(parts[rank]))
    const expected = new Float32Array(length).fill(2 ** 24 + 2)
    expected[length - 1] = 2 ** 24 + 1 - 7
    for (const sums of all) expect(sums).toEqual(expected)
  })

  it('broadcasts the array of one rank', () => {
    const all = ranksInTurn(3, ({ rank, broadcast }) => [
      broadcast(floats(rank, 5)),
      broadcast(floats(rank), 2),
    ])
    for (const own of all) expect(own).toEqual([floats(0, 5), floats(2)])
  })

  it('refuses ranks that do not do the same, by name', () => {
    const lengths = () => ranksInTurn(3, ({ rank, sum }) => sum(new Float32Array(rank === 2 ? 4 : 5)))
    expect(lengths).toThrow(
      'sum: every rank must do the same, got sum (4) at its call 1 from rank 2 and sum (5) at its call 1 here',
    )
    const calls = () =>
      ranksInTurn(2, ({ rank, sum, allGather }) => (rank === 0 ? sum(floats(1)) : allGather(floats(1))))
    expect(calls).toThrow(/got allGather at its call 1 from rank 1 and sum \(1\) at its call 1 here/)
    expect(calls).toThrow(expect.objectContaining({ code: 'ranks' }))
  })

  it('counts the seconds that its calls take', () => {
    const late: Transport = {
      ...{ rank: 0, size: 1, close: () => {} },
      exchange: (_collective, _agreed, parts) => {
        const until = performance.now() + 5
        while (performance.now() < until);
        return [...parts]
      },
      abort: () => {
        throw new Error('not here')
      },
    }
    const { allGather, exchange, waited } = communicatorOver(late, { library: 'none', abi: 'none' })
    expect(waited()).toBe(0)
    allGather(floats(1))
    const once = waited()
    expect(once).toBeGreaterThanOrEqual(0.005)
    exchange([floats(1)])
    expect(waited()).toBeGreaterThanOrEqual(once + 0.005)
  })

  it('of one rank keeps to itself', () => {
    const { sum, allGather, exchange, broadcast, size, abi } = oneRank()
    const values = floats(1, 2)
    expect([size, abi]).toEqual([1, 'none'])
    expect([sum(values), ...allGather(values), ...exchange([values]), broadcast(values)]).toEqual(
      Array(4).fill(values),
    )
  })

  it('refuses what is no Float32Array, other numbers of parts, and a rank that is none', () => {
    const { sum, exchange, broadcast } = oneRank()
    expect(() => sum([1] as unknown as Float32Array)).toThrow('sum: values must be a Float32Array, got Array')
    expect(() => exchange([])).toThrow(ChiaroError)
    expect(() => broadcast(floats(1), 1)).toThrow('broadcast: from must be an integer from 0 to 0, got 1')
  })
})
