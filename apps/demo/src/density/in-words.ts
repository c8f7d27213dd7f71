import { ChiaroError } from '@chiaro/core'

/** An error as a sentence that says what to do. */
export function inWords(error: unknown, step?: number): string {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ChiaroError && error.code === 'non-finite') {
    const when = step === undefined ? '' : ` after step ${step}`
    return `Training broke off${when}: numbers became infinite. Lower the learning rate or widen the noise, then reset. (${message})`
  }
  if (error instanceof ChiaroError && error.code === 'out-of-memory') {
    return `The page ran out of memory. Take a smaller noise ratio, then reset. (${message})`
  }
  if (/below \+∞/.test(message)) {
    return `A point of the data lies where the noise can’t come. Choose a wider noise, then reset. (${message})`
  }
  return message
}
