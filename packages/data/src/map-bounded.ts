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
  const failures: { index: number; error: unknown }[] = []
  const worker = async () => {
    while (next < count && failures.length === 0 && !signal?.aborted) {
      const index = next++
      try {
        await work(index)
        done += 1
        onProgress?.(done, count)
      } catch (error) {
        failures.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker))
  signal?.throwIfAborted()
  if (failures.length > 0) throw failures.sort((a, b) => a.index - b.index)[0].error
}
