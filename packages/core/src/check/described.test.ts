import { expect, it } from 'vitest'
import { described } from './described.ts'

it.each([
  [0.5, '0.5'],
  ['text', "'text'"],
  [undefined, 'undefined'],
  [null, 'null'],
  [() => 0, 'a function'],
  [{ a: 1 }, 'an object'],
  [[1, 'a', [2]], "[1, 'a', [2]]"],
  [Float32Array.of(1, 2), '[1, 2]'],
  [new Int32Array(9), '9 values'],
  [{ shape: [2, 3], dtype: 'int32' }, 'int32 [2, 3]'],
  [{ shape: [], dtype: 'float32' }, 'float32 []'],
])('of %o is %s', (value, words) => {
  expect(described(value)).toBe(words)
})
