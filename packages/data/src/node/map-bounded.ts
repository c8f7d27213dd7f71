/** What a loop over many files is told. */
export interface ManyOptions {
  /** How many are worked on at a time. */
  readonly concurrency: number
  /** Called after each, in the order they end. */
  readonly onProgress?: (done: number, total: number) => void
  /** Stops with the signal's reason after those in the making. */
  readonly signal?: AbortSignal
}

/**
 * Calls `work` for items 0 … count − 1, a few at a time, beginning in their order. The error of the earliest item
 * that fails is thrown, whichever fails first by the clock, when no work is left running.
 */
export async function mapBounded(
  count: number,
  { concurrency, onProgress, signal }: ManyOptions,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let done = 0
  let failed: { index: number; error: unknown } | undefined
  const worker = async () => {
    while (next < count && failed === undefined && !signal?.aborted) {
      const index = next++
      try {
        await work(index)
        done += 1
        onProgress?.(done, count)
      } catch (error) {
        if (failed === undefined || index < failed.index) failed = { index, error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker))
  signal?.throwIfAborted()
  if (failed !== undefined) throw failed.error
}
