import { expect, it } from 'vitest'
import { checkIndices } from './check-indices.ts'

it('takes whole numbers on the host and int32 tensors of the length', () => {
  checkIndices('f', { a: [0, -1, 5], b: Int32Array.of(1, 2, 3), c: { shape: [3], dtype: 'int32' } }, 3)
})
it.each([
  [[1, 2], 'of length 3, got length 2'],
  [{ shape: [2], dtype: 'int32' }, 'int32 [3], got int32 [2]'],
  [{ shape: [3], dtype: 'float32' }, 'int32 [3], got float32 [3]'],
  [undefined, 'of length 3, got undefined'],
])('refuses %o as no list: must be %s', (a, words) => {
  expect(() => checkIndices('f', { a: a as number[] }, 3)).toThrow(
    expect.objectContaining({ message: `f: a must be ${words}`, code: 'argument-type' }),
  )
})
it('names a number that is not whole', () => {
  expect(() => checkIndices('f', { a: [1, 2, 0.5] }, 3)).toThrow('f: a[2] must be an integer, got 0.5')
})
