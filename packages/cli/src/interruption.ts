/**
 * Work that ends at a wish to stop: rejects with the signal's reason as soon as it comes, whatever `work` does then.
 * For work that has nothing to save.
 */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // What is left of it may fail later, and nobody waits for that.
  work.catch(() => {})
  signal.throwIfAborted()
  let stop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
