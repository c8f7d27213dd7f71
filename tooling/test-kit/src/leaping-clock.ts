import { vi } from 'vitest'

/** Runs work by a clock that leaps at every look: who gives other events a turn when the last one is long ago, always does. */
export async function withLeapingClock(work: () => Promise<void>): Promise<void> {
  let time = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    time += 1000
    return time
  })
  try {
    await work()
  } finally {
    clock.mockRestore()
  }
}
