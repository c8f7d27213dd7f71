import { expect, it } from 'vitest'
import { weightedSemaphore } from './weighted-semaphore.ts'

it('lets in what fits, in its order, and what is too heavy alone', async () => {
  const within = weightedSemaphore(10)
  const running: number[] = []
  const seen: string[] = []
  const ends: (() => void)[] = []
  const work = (weight: number) =>
    within(weight, async () => {
      running.push(weight)
      seen.push(running.join('+'))
      await new Promise<void>(end => ends.push(end))
      running.splice(running.indexOf(weight), 1)
      return weight
    })
  const all = Promise.all([4, 6, 30, 1, 2].map(work))
  for (let done = 0; done < 5; done++) {
    while (ends.length === 0) await Promise.resolve()
    ends.shift()?.()
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  expect(await all).toEqual([4, 6, 30, 1, 2])
  expect(seen).toEqual(['4', '4+6', '30', '1', '1+2'])
})

it('goes on after what fails', async () => {
  const within = weightedSemaphore(1)
  await expect(within(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await within(1, async () => 3)).toBe(3)
})
