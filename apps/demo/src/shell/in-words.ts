import { ChiaroError } from '@chiaro/core'

/** An error as a sentence that says what to do. */
export function inWords(error: unknown, step?: number): string {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof ChiaroError)) return message
  if (error.code === 'non-finite') {
    const when = step === undefined ? '' : ` after step ${step}`
    return `Training broke off${when}: numbers became infinite. Lower the learning rate or raise the temperature, then reset. (${message})`
  }
  if (error.code === 'out-of-memory') {
    return `The page ran out of memory. Take a smaller batch, then reset. (${message})`
  }
  if (error.code === 'argument-conflict' && /batchSize/.test(message)) {
    return `A batch can’t have more pictures than there are. Take a smaller batch. (${message})`
  }
  return message
}
