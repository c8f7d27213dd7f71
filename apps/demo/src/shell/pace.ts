/** Something that is done now and then. */
export interface Paced {
  /** Does it, if that is due. */
  whenDue(): Promise<void>
  now(): Promise<void>
}

/**
 * Does `act` every so many milliseconds, and so seldom that what lies between takes `share` times as long as the act did.
 *
 * @param since when it was done last. Default: never
 */
export function paced(
  act: () => Promise<void>,
  every: number,
  { share = 0, since = Number.NEGATIVE_INFINITY }: { readonly share?: number; readonly since?: number } = {},
): Paced {
  let [done, took] = [since, 0]
  async function now() {
    const began = performance.now()
    await act()
    done = performance.now()
    took = done - began
  }
  return {
    now,
    whenDue: async () => {
      if (performance.now() - done > Math.max(every, share * took)) await now()
    },
  }
}
