import { ChiaroError } from '@chiaro/core'

/** What a user of a lab can do about an error, as the beginning of a sentence. */
export interface Advice {
  readonly nonFinite: string
  readonly outOfMemory: string
  /** Of other messages, where there is something to do about one. */
  readonly other?: (message: string) => string | undefined
}

/** An error as a sentence that says what to do. */
export function inWords(error: unknown, { nonFinite, outOfMemory, other }: Advice, step?: number): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof ChiaroError ? error.code : undefined
  if (code === 'non-finite') {
    const when = step === undefined ? '' : ` after step ${step}`
    return `Training broke off${when}: numbers became infinite. ${nonFinite}, then reset. (${message})`
  }
  if (code === 'out-of-memory') return `The page ran out of memory. ${outOfMemory}, then reset. (${message})`
  if (code === 'argument-conflict' && /batchSize/.test(message)) {
    return `A batch can’t have more pictures than there are. Take a smaller batch. (${message})`
  }
  const advice = other?.(message)
  return advice === undefined ? message : `${advice} (${message})`
}
