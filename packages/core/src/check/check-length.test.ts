import { expect, it } from 'vitest'
import { checkLength } from './check-length.ts'

it('lets lists of the length pass', () => {
  checkLength('f', { a: [1, 2], b: Float32Array.of(1, 2), c: ['x', 'y'] }, { exactly: 2 })
  checkLength('f', { a: [1] }, { least: 1 })
})
it('refuses another length as a type, too few as a value', () => {
  const refused = (list: unknown, options: object) => () =>
    checkLength('f', { list: list as number[] }, options)
  expect(refused([1], { exactly: 2 })).toThrow(
    expect.objectContaining({ message: 'f: list must be of length 2, got length 1', code: 'argument-type' }),
  )
  expect(refused([1], { exactly: 2, each: 'row' })).toThrow(
    'f: list must be of length 2, one for each row, got length 1',
  )
  expect(refused([], { least: 1 })).toThrow(
    expect.objectContaining({
      message: 'f: list must be of length at least 1, got length 0',
      code: 'argument-range',
    }),
  )
  expect(refused(undefined, { least: 1 })).toThrow('f: list must be of length at least 1, got undefined')
  expect(refused(3, { exactly: 1 })).toThrow('f: list must be of length 1, got 3')
})
