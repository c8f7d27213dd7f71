import { withTapeFreed } from '@chiaro/ops'
import { type Announced, type Communicator, checkAgreement, communicatorOver } from './communicator.ts'

/** Leaves a rank where the others have not said yet what they will. */
class Waiting extends Error {}

/**
 * Ranks in one process without threads: each runs up to the first exchange whose outcome is not known, and from the start
 * again when it is. So `program` must do the same each time, and pays for its exchanges by being run anew.
 *
 * @returns what each rank's program returns
 */
export function ranksInTurn<T>(size: number, program: (communicator: Communicator) => T): T[] {
  /** What the ranks gave at each exchange, [exchange][rank]. */
  const given: { announced: Announced; parts: Float32Array[] }[][] = []
  for (;;) {
    const known = given.length
    let finished = 0
    const results = Array.from({ length: size }, (_, rank) => {
      let at = 0
      const communicator = communicatorOver(
        {
          ...{ rank, size },
          exchange(collective, agreed, parts) {
            const announced = { call: at + 1, collective, agreed }
            const call = at++
            if (call >= known) {
              given[call] ??= []
              given[call][rank] = { announced, parts: parts.map(part => Float32Array.from(part)) }
              throw new Waiting()
            }
            checkAgreement(
              announced,
              given[call].map(one => one.announced),
            )
            return given[call].map(one => one.parts[rank])
          },
          abort: code => {
            throw new Error(`ended with code ${code}`)
          },
          close: () => {},
        },
        { library: 'in turn', abi: 'none' },
      )
      try {
        const result = withTapeFreed(() => program(communicator))
        finished++
        return result
      } catch (error) {
        if (!(error instanceof Waiting)) throw error
        return undefined
      }
    })
    if (finished === size) return results as T[]
    if (finished > 0) throw new Error(`${finished} of ${size} ranks ended before the others`)
  }
}
