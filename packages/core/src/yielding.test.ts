import { expect, it } from 'vitest'
import { yielding } from './yielding.ts'

/** Keeps the thread. */
function busy(milliseconds: number) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

it('lets events through when they have waited long, and not before', async () => {
  const turn = yielding()
  let came = 0
  setTimeout(() => came++, 0)
  busy(2)
  for (let i = 0; i < 100; i++) await turn()
  expect(came).toBe(0)
  busy(40)
  await turn()
  expect(came).toBe(1)
})

it('throws the signal’s reason, also where it came while events had their turn', async () => {
  const controller = new AbortController()
  const turn = yielding(controller.signal)
  setTimeout(() => controller.abort(new Error('enough')), 0)
  busy(40)
  await expect(turn()).rejects.toThrow('enough')
  await expect(turn()).rejects.toThrow('enough')
})
