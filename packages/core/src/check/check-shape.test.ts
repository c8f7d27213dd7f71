import { expect, it } from 'vitest'
import { checkShape } from './check-shape.ts'

/** What the checks see of a tensor. */
const tensor = (shape: number[], dtype = 'float32') => ({ shape, dtype })

it('gives the sizes of the axes that have a name', () => {
  expect(checkShape('f', { x: tensor([2, 3, 4]) }, ['n', 3, 'd'])).toEqual({ n: 2, d: 4 })
  expect(checkShape('f', { x: tensor([]) }, [])).toEqual({})
})
it.each([
  [tensor([2]), ['n', 'd'], 'float32 [n, d], got float32 [2]'],
  [tensor([2, 3, 4]), ['n', 'd'], 'float32 [n, d], got float32 [2, 3, 4]'],
  [tensor([2, 3]), ['n', 4], 'float32 [n, 4], got float32 [2, 3]'],
  [tensor([2, 3]), ['k', 'k'], 'float32 [k, k], got float32 [2, 3]'],
  [tensor([2, 3], 'int32'), ['n', 'd'], 'float32 [n, d], got int32 [2, 3]'],
  [tensor([]), ['n', '…event'], 'float32 [n, …event], got float32 []'],
  [undefined, ['n'], 'float32 [n], got undefined'],
  [[1, 2], ['n'], 'float32 [n], got [1, 2]'],
])('refuses %o as %o', (x, axes, words) => {
  expect(() => checkShape('f', { x: x as ReturnType<typeof tensor> }, axes)).toThrow(
    expect.objectContaining({ message: `f: x must be ${words}`, code: 'argument-type', argument: 'x' }),
  )
})
it('takes any axes for a name that begins with …', () => {
  expect(checkShape('f', { x: tensor([2]), y: tensor([2]) }, ['n', '…event'])).toEqual({ n: 2 })
  expect(checkShape('f', { x: tensor([2, 3, 4]) }, ['n', '…event'])).toEqual({ n: 2 })
  expect(checkShape('f', { x: tensor([]) }, ['…'])).toEqual({})
})
it('holds every tensor to the shape of the first', () => {
  checkShape('f', { x: tensor([2, 3]), y: tensor([2, 3]) }, ['n', 'd'])
  expect(() => checkShape('f', { x: tensor([2, 3]), y: tensor([2, 4]) }, ['n', 'd'])).toThrow(
    /^f: y must be float32 \[2, 3\], as x, got float32 \[2, 4\]$/,
  )
  expect(() => checkShape('f', { x: tensor([2, 3]), y: tensor([2]) }, ['n', '…event'])).toThrow(
    /^f: y must be float32 \[2, 3\], as x, got float32 \[2\]$/,
  )
})
it('takes another dtype, or any, when told', () => {
  checkShape('f', { ids: tensor([4], 'int32') }, ['n'], { dtype: 'int32' })
  checkShape('f', { mask: tensor([4], 'int32') }, ['n'], { dtype: 'any' })
  expect(() => checkShape('f', { ids: tensor([4]) }, ['n'], { dtype: 'int32' })).toThrow(
    /ids must be int32 \[n\]/,
  )
  expect(() => checkShape('f', { mask: tensor([4, 1]) }, ['n'], { dtype: 'any' })).toThrow(
    /mask must be a tensor \[n\], got/,
  )
})
it('refuses an axis below its least size as a value, not as a type', () => {
  checkShape('f', { x: tensor([2, 0]) }, ['n', 'd'], { least: { n: 2 } })
  expect(() => checkShape('f', { x: tensor([1, 5]) }, ['n', 'd'], { least: { n: 2 } })).toThrow(
    expect.objectContaining({
      message: 'f: x must be float32 [n, d] with n ≥ 2, got float32 [1, 5]',
      code: 'argument-range',
    }),
  )
})
