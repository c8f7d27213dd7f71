import { describe, expect, it } from 'vitest'
import { evenedLadder, interpolated } from './ladder.ts'

describe('evenedLadder', () => {
  it('keeps a ladder whose neighbours refuse alike', () => {
    const betas = [0, 0.1, 0.4, 1]
    evenedLadder(betas, [0.3, 0.3, 0.3]).forEach((beta, r) => {
      expect(beta).toBeCloseTo(betas[r], 12)
    })
  })
  it('cuts the sum of rejections into equal parts', () => {
    // All refusals between 0 and 0.5: the rungs go there.
    const moved = evenedLadder([0, 0.5, 1], [0.8, 0])
    expect(moved[1]).toBeCloseTo((0.5 * 0.4005) / 0.8, 6)
    expect(moved[0]).toBe(0)
    expect(moved[2]).toBe(1)
  })
  it('comes to equal rejections of Gaussians, whose precisions are then in proportion', () => {
    // In two dimensions neighbours of precisions a < b refuse (b − a)/(a + b): |x|²/2 is exponential at both.
    const precision = (beta: number) => 0.01 + 0.99 * beta
    let betas: readonly number[] = Array.from({ length: 7 }, (_, r) => r / 6)
    const rejectionsOf = () =>
      betas.slice(1).map((beta, r) => {
        const [a, b] = [precision(betas[r]), precision(beta)]
        return (b - a) / (a + b)
      })
    for (let round = 0; round < 12; round++) betas = evenedLadder(betas, rejectionsOf())
    betas.forEach((beta, r) => {
      expect(precision(beta) / 0.01 ** (1 - r / 6)).toBeCloseTo(1, 2)
    })
  })
  it('spreads rungs evenly where nothing is ever refused', () => {
    evenedLadder([0, 1 / 3, 2 / 3, 1], [0, 0, 0]).forEach((beta, r) => {
      expect(beta).toBeCloseTo(r / 3, 12)
    })
  })
})

describe('interpolated', () => {
  it('is on the line between points, and the nearest value beyond them', () => {
    const at = (x: number) => interpolated([0, 1, 3], [5, 7, 3], x)
    expect([-1, 0, 0.5, 1, 2, 3, 4].map(at)).toEqual([5, 5, 6, 7, 5, 3, 3])
  })
})
