/** Milliseconds a sampler keeps the thread before it lets events (a click, an abort) through. */
const longest = 30

/**
 * A function to await between steps: it gives other events a turn when the last turn is long ago. Results don't depend
 * on it. Throws the signal's reason when aborted.
 */
export function yielding(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now()
  return async () => {
    signal?.throwIfAborted()
    if (performance.now() - last < longest) return
    await new Promise(resolve => setTimeout(resolve, 0))
    last = performance.now()
    signal?.throwIfAborted()
  }
}
