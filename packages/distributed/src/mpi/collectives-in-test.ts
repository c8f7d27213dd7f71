import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCommunicator } from '../node/open-communicator.ts'

const [folder, what, ...args] = process.argv.slice(2)
const leave = (rank: number, result: unknown) =>
  writeFileSync(join(folder, `${rank}.json`), JSON.stringify(result))

const programs: Readonly<Record<string, () => void>> = {
  /** Every collective, small, large and of different lengths. */
  all() {
    const communicator = openCommunicator({ patience: 20, ...(args.length > 0 && { library: args[0] }) })
    const { rank, size, library, abi } = communicator
    const large = new Float32Array(300_001).map((_, i) => (rank + 1) / (i + 1))
    const sums = communicator.sum(large)
    // A sum over all that came would be wrong by the least change of order or bits.
    const bits = new Uint32Array(sums.buffer).reduce(
      (hash, word) => Math.imul(hash ^ word, 16777619) >>> 0,
      1,
    )
    const gathered = communicator.allGather(new Float32Array(rank * 100_000).fill(rank))
    const result = {
      ...{ rank, size, library, abi, bits },
      sums: [sums[0], sums[300_000]],
      few: Array.from(communicator.sum(Float32Array.of(0.1 * rank, 1))),
      gathered: gathered.map(part => [part.length, part.at(0) ?? null, part.at(-1) ?? null]),
      exchanged: communicator
        .exchange(Array.from({ length: size }, (_, to) => Float32Array.of(10 * rank + to)))
        .map(part => part[0]),
      broadcast: Array.from(communicator.broadcast(Float32Array.of(rank), size - 1)),
    }
    leave(rank, result)
    communicator.close()
  },
  /** The second rank never comes to the sum. */
  hang() {
    const communicator = openCommunicator({ patience: 1 })
    if (communicator.rank === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40_000)
    communicator.sum(Float32Array.of(1))
    leave(communicator.rank, 'went on')
  },
  /** Loads the library that it is told. */
  library() {
    try {
      openCommunicator({ library: args[0] }).close()
    } catch (error) {
      leave(Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK), (error as Error).message)
    }
  },
  /** The second rank does something else, then opens once more. */
  disagree() {
    const communicator = openCommunicator()
    const told: string[] = []
    for (const f of [
      () => (communicator.rank === 1 ? communicator.broadcast : communicator.sum)(Float32Array.of(1)),
      () => openCommunicator(),
    ]) {
      try {
        f()
      } catch (error) {
        told.push((error as Error).message)
      }
    }
    leave(communicator.rank, told)
    communicator.close()
  },
  /** The second rank throws. */
  throw() {
    const communicator = openCommunicator({ patience: 20 })
    if (communicator.rank === 1) throw new Error('a bad row')
    communicator.sum(Float32Array.of(1))
    leave(communicator.rank, 'went on')
  },
}

programs[what]()
