import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { paced } from './pace.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('does at once what was never done, then as seldom as it is asked to', async () => {
  let done = 0
  const act = paced(async () => void done++, 100)
  await act.whenDue()
  vi.advanceTimersByTime(90)
  await act.whenDue()
  expect(done).toBe(1)
  vi.advanceTimersByTime(20)
  await act.whenDue()
  expect(done).toBe(2)
})

it('takes no more than its share of the time', async () => {
  let done = 0
  const slow = async () => {
    done++
    vi.advanceTimersByTime(400)
  }
  const act = paced(slow, 100, { share: 4, since: performance.now() })
  await act.whenDue()
  expect(done).toBe(0)
  await act.now()
  vi.advanceTimersByTime(1500)
  await act.whenDue()
  expect(done).toBe(1)
  vi.advanceTimersByTime(200)
  await act.whenDue()
  expect(done).toBe(2)
})
