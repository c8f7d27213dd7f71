import { expect, it } from 'vitest'
import { joined } from './joined.ts'

it('has every number of every part, in order, and none of none', () => {
  expect(Array.from(joined([Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)]))).toEqual([
    1, 2, 3,
  ])
  expect(joined([])).toEqual(new Float32Array(0))
})
