import { tableFromRows } from '@chiaro/data'
import { expect, it } from 'vitest'
import { planePoints } from './points.ts'

const encoding = {
  columns: ['x', 'y'].map(name => ({ name, kind: 'numeric' as const, mean: 0, deviation: 1 })),
}
const table = (count: number) =>
  tableFromRows(
    Float32Array.from({ length: 2 * count }, (_, at) => Math.sin(at) + at / count),
    2,
    ['x', 'y'],
  )

it('parts points without an overlap: a fifth aside, a fifth held out, the rest to train on', () => {
  const { all, aside, heldOut, training } = planePoints(table(100), encoding)
  expect([aside, heldOut, training].map(({ count }) => count)).toEqual([20, 20, 60])
  expect([...aside.values, ...heldOut.values, ...training.values]).toEqual([...all])
})

it('sets no more than 500 aside, and of few points takes each for all', () => {
  expect(planePoints(table(5000), encoding).aside.count).toBe(500)
  const { aside, heldOut, training } = planePoints(table(30), encoding)
  expect([aside, heldOut, training].map(({ count }) => count)).toEqual([30, 30, 30])
})

it('knows mean and deviation', () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7].flatMap(i => [i, 10 * i])
  const { mean, deviation, scale } = planePoints(tableFromRows(rows, 2, ['x', 'y']), encoding)
  // Of 0…7: (n² − 1)/12 is the variance.
  const expected = Math.sqrt(63 / 12)
  expect(mean).toEqual([3.5, 35])
  expect(deviation[0]).toBeCloseTo(expected, 12)
  expect(scale).toBeCloseTo((11 * expected) / 2, 10)
})

it('refuses too few points, and tables that are no plane', () => {
  expect(() => planePoints(table(7), encoding)).toThrow('must have at least 8 rows, got 7')
  const three = { columns: [...encoding.columns, { ...encoding.columns[0], name: 'z' }] }
  const rows = tableFromRows(new Float32Array(30), 3, ['x', 'y', 'z'])
  expect(() => planePoints(rows, three)).toThrow('must have two numeric columns that vary, got 3')
})
