/** Milliseconds that long work keeps the thread before it lets events (a click, a request, Ctrl-C) through. */
const longest = 30

/**
 * A function to await between the steps of long work: it gives other events a turn when the last turn is long ago, and
 * throws the signal's reason when aborted. Awaiting tensors alone lets nothing through where they lie in memory.
 * Results don't depend on it.
 */
export function yielding(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now()
  return async () => {
    signal?.throwIfAborted()
    if (performance.now() - last < longest) return
    await nextTurn()
    last = performance.now()
    signal?.throwIfAborted()
  }
}

/** A task of its own, behind those that wait: a timer would rest for 1 ms in Node and 4 ms in a page. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    if (typeof setImmediate === 'function') {
      // The next one comes after timers and files had their turn too.
      setImmediate(() => setImmediate(resolve))
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
