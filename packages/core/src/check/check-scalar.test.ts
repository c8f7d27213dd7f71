import { expect, it } from 'vitest'
import { checkScalar } from './check-scalar.ts'

it('takes a number within bounds and any tensor of one element', () => {
  checkScalar(
    'f',
    { a: 2, b: { shape: [], dtype: 'float32' }, c: { shape: [1], dtype: 'float32' } },
    { above: 0 },
  )
})
it('refuses other numbers as values, what is neither as a type', () => {
  expect(() => checkScalar('f', { a: 0 }, { above: 0 })).toThrow(
    'f: a must be a finite number above 0, got 0',
  )
  expect(() => checkScalar('f', { a: { shape: [2], dtype: 'float32' } })).toThrow(
    expect.objectContaining({
      message: 'f: a must be a number or a scalar tensor, got float32 [2]',
      code: 'argument-type',
    }),
  )
  expect(() => checkScalar('f', { a: '1' as unknown as number })).toThrow("got '1'")
})
