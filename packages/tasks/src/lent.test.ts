import { expect, it, vi } from 'vitest'
import { lent } from './lent.ts'

/** A function that ends when it is told to. */
function slow() {
  let resolve: (value: number) => void = () => {}
  let reject: (reason: Error) => void = () => {}
  const promise = new Promise<number>((yes, no) => {
    resolve = yes
    reject = no
  })
  return {
    work: () => promise,
    resolve: (value: number) => resolve(value),
    reject: (reason: Error) => reject(reason),
  }
}

it('is freed at once where nothing is under way, and once', () => {
  const free = vi.fn()
  const handle = lent('density', { now: (x: number) => x + 1 }, free)
  expect(handle.now(1)).toBe(2)
  handle.dispose()
  handle.dispose()
  expect(free).toHaveBeenCalledTimes(1)
})

it('waits for every call under way, also for one that fails', async () => {
  const free = vi.fn()
  const [first, second] = [slow(), slow()]
  const handle = lent('density', { first: first.work, second: second.work }, free)
  const [one, two] = [handle.first(), handle.second()]
  handle.dispose()
  first.resolve(3)
  expect(await one).toBe(3)
  expect(free).not.toHaveBeenCalled()
  second.reject(new Error('no'))
  await expect(two).rejects.toThrow('no')
  expect(free).toHaveBeenCalledTimes(1)
})

it('refuses calls that come after', () => {
  const handle = lent('density', { score: async () => 1 }, () => {})
  handle.dispose()
  expect(() => handle.score()).toThrow('density: score must come before dispose, got after it')
})
