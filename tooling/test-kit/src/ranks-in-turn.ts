// By path: as declared dependencies they would close a cycle, since every package tests with this one.
import {
  type Announced,
  type Communicator,
  checkAgreement,
  communicatorOver,
} from '../../../packages/distributed/src/index.ts'
import { withTapeFreed } from '../../../packages/ops/src/index.ts'

/** Leaves a rank where the others have not said yet what they will. */
class Waiting extends Error {}

/** What a rank gave at an exchange. */
interface Given {
  readonly announced: Announced
  readonly parts: readonly Float32Array[]
}

/**
 * Ranks in one process without threads: each runs up to the first exchange whose outcome is not known, and from the start
 * again when it is. So `program` must do the same each time, and pays for its exchanges by being run anew.
 *
 * @returns what each rank's program returns
 */
export function ranksInTurn<T>(size: number, program: (communicator: Communicator) => T): T[] {
  const given: Given[][] = []
  for (;;) {
    const known = given.length
    const ended: { readonly value: T }[] = []
    for (let rank = 0; rank < size; rank++) {
      try {
        ended.push({ value: withTapeFreed(() => program(communicatorAt(rank, size, given, known))) })
      } catch (error) {
        if (!(error instanceof Waiting)) throw error
      }
    }
    if (allEnded(ended, size)) return ended.map(({ value }) => value)
  }
}

/** The same for programs that wait for other things too. */
export async function ranksInTurnAsync<T>(
  size: number,
  program: (communicator: Communicator) => Promise<T>,
): Promise<T[]> {
  const given: Given[][] = []
  for (;;) {
    const known = given.length
    const ended: { readonly value: T }[] = []
    for (let rank = 0; rank < size; rank++) {
      try {
        ended.push({ value: await program(communicatorAt(rank, size, given, known)) })
      } catch (error) {
        if (!(error instanceof Waiting)) throw error
      }
    }
    if (allEnded(ended, size)) return ended.map(({ value }) => value)
  }
}

function allEnded(ended: readonly unknown[], size: number): boolean {
  if (ended.length === 0 || ended.length === size) return ended.length === size
  throw new Error(`${ended.length} of ${size} ranks ended before the others`)
}

function communicatorAt(rank: number, size: number, given: Given[][], known: number): Communicator {
  let calls = 0
  const transport = {
    ...{ rank, size },
    exchange(collective: Announced['collective'], agreed: number, parts: readonly Float32Array[]) {
      const announced = { call: calls + 1, collective, agreed }
      const at = calls++
      if (at >= known) {
        given[at] ??= []
        given[at][rank] = { announced, parts: parts.map(part => Float32Array.from(part)) }
        throw new Waiting()
      }
      checkAgreement(
        announced,
        given[at].map(one => one.announced),
      )
      return given[at].map(one => one.parts[rank])
    },
    abort: (code: number): never => {
      throw new Error(`ended with code ${code}`)
    },
    close: () => {},
  }
  return communicatorOver(transport, { library: 'in turn', abi: 'none' })
}
