import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const mark = Symbol.for('chiaro.core')
const shared = globalThis as { [mark]?: unknown }
const before = shared[mark]

/** A copy of this package of its own. */
async function copy() {
  vi.resetModules()
  return await import('./index.ts')
}

beforeEach(() => {
  delete shared[mark]
})
afterEach(() => {
  shared[mark] = before
  vi.restoreAllMocks()
})

it('a second copy is said, once; one alone is not, and neither is a third', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  await copy()
  expect(warn).not.toHaveBeenCalled()
  await copy()
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0][0]).toContain('Two copies of @chiaro/core are loaded')
  await copy()
  expect(warn).toHaveBeenCalledOnce()
})

it('copies know each other’s errors', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const [one, other] = [await copy(), await copy()]
  expect(one.ChiaroError).not.toBe(other.ChiaroError)
  expect(one.typeError('f', 'x', 'a number', 'a string')).toBeInstanceOf(other.ChiaroError)
  expect(other.rangeError('f', 'x', 'positive', '-1')).toBeInstanceOf(one.ChiaroError)
  expect(new one.ChiaroError('data', 'row 3')).toBeInstanceOf(other.ChiaroError)
  for (const stranger of [new TypeError('x'), { code: 'data' }, null])
    expect(stranger).not.toBeInstanceOf(one.ChiaroError)
})
