import { expect, it } from 'vitest'
import { checkOneOf } from './check-one-of.ts'

it('lets a choice pass and names all to what is none', () => {
  checkOneOf('f', { reduction: 'mean', channels: 'sum' }, ['mean', 'sum'])
  expect(() => checkOneOf('f', { reduction: 'max' }, ['mean', 'sum', 'none'])).toThrow(
    expect.objectContaining({
      message: "f: reduction must be 'mean', 'sum' or 'none', got 'max'",
      code: 'argument-range',
      argument: 'reduction',
    }),
  )
  expect(() => checkOneOf('f', { channels: 2 }, [1, 3])).toThrow('f: channels must be 1 or 3, got 2')
  expect(() => checkOneOf('f', { kind: undefined }, ['only'])).toThrow(
    "f: kind must be 'only', got undefined",
  )
})
