import { describe, expect, it } from 'vitest'
import { ChiaroError } from '../errors.ts'
import { checkInteger, checkNumber } from './check-number.ts'

const refused = (check: () => void) => {
  try {
    check()
  } catch (error) {
    return error as ChiaroError
  }
  throw new Error('nothing was refused')
}
const complaint = (check: () => void) => refused(check).message

describe('checkNumber', () => {
  it.each([
    [{}, 'a finite number'],
    [{ above: 0 }, 'a finite number above 0'],
    [{ least: 0 }, 'a finite number of at least 0'],
    [{ most: 2 }, 'a finite number at most 2'],
    [{ below: 2 }, 'a finite number below 2'],
    [{ least: 0, most: 1 }, 'a number from 0 to 1'],
    [{ least: 0, below: 1 }, 'a number of at least 0 and below 1'],
    [{ above: 0, below: 1 }, 'a number above 0 and below 1'],
    [{ above: 0, most: 1 }, 'a number above 0 and at most 1'],
    [{ least: 0, most: Number.POSITIVE_INFINITY }, 'a number from 0 to ∞'],
  ])('says of %o: %s', (bounds, words) => {
    expect(complaint(() => checkNumber('f', { x: Number.NaN }, bounds))).toBe(
      `f: x must be ${words}, got NaN`,
    )
  })
  it.each([
    [{ least: -1, most: 3 }, [-1, 0.5, 3], [-1.1, 3.1]],
    [{ above: -1, below: 3 }, [-0.9, 2.9], [-1, 3]],
    [{}, [-1e300, 0, 1e300], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    [{ least: 0, most: Number.POSITIVE_INFINITY }, [0, Number.POSITIVE_INFINITY], [-1, Number.NaN]],
  ])('within %o lets %o pass and refuses %o', (bounds, inside, outside) => {
    for (const x of inside) checkNumber('f', { x }, bounds)
    for (const x of outside) {
      const error = refused(() => checkNumber('f', { x }, bounds))
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ code: 'argument-range', argument: 'x' })
    }
  })
  it('looks at every argument and every number of several, and names the first that does not fit', () => {
    checkNumber('f', { a: 1, b: [1, 2], c: Float32Array.of(3), none: [] }, { above: 0 })
    const error = refused(() => checkNumber('f', { a: 1, b: [1, 0, -1] }, { above: 0 }))
    expect(error.message).toBe('f: b[1] must be a finite number above 0, got 0')
    expect(error.argument).toBe('b[1]')
  })
  it.each([undefined, null, '3', {}, [undefined], ['3'], true])('calls %o another type', value => {
    const error = refused(() => checkNumber('f', { x: value as unknown as number }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toBeInstanceOf(ChiaroError)
  })
})

describe('checkInteger', () => {
  it('lets safe integers within bounds pass', () => {
    checkInteger('f', { a: 1, b: [0, 5], c: Int32Array.of(3) }, { least: 0, most: 5 })
    checkInteger('f', { a: Number.MIN_SAFE_INTEGER })
  })
  it.each([
    [0.5, {}, 'an integer, got 0.5'],
    [2 ** 53, {}, 'an integer, got 9007199254740992'],
    [0, { least: 1 }, 'an integer of at least 1, got 0'],
    [7, { least: 1, most: 6 }, 'an integer from 1 to 6, got 7'],
    [6, { above: 0, below: 6 }, 'an integer from 1 to 5, got 6'],
    [0, { above: 0.5, below: 5.5 }, 'an integer from 1 to 5, got 0'],
    [0, { above: 0 }, 'an integer of at least 1, got 0'],
    [6, { below: 6 }, 'an integer at most 5, got 6'],
    [
      Number.POSITIVE_INFINITY,
      { least: 1, most: Number.POSITIVE_INFINITY },
      'an integer from 1 to ∞, got Infinity',
    ],
  ])('refuses %d within %o', (x, bounds, words) => {
    expect(complaint(() => checkInteger('f', { x }, bounds))).toBe(`f: x must be ${words}`)
  })
  it('says what it got instead of a number', () => {
    expect(complaint(() => checkInteger('f', { x: '3' as unknown as number }))).toBe(
      "f: x must be an integer, got '3'",
    )
    expect(complaint(() => checkInteger('f', { x: undefined as unknown as number }))).toBe(
      'f: x must be an integer, got undefined',
    )
  })
})
