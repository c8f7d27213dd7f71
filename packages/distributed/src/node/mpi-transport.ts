import { writeSync } from 'node:fs'
import { type Announced, type Collective, checkAgreement, type Transport } from '../communicator.ts'
import { type Mpi, type Requests, stillFloats } from './load-mpi.ts'

/** The exit code of a program whose ranks have waited in vain: a temporary failure, as sysexits.h has it. */
const tempFail = 75

/** How long a rank asks again at once, in milliseconds: from then on it leaves its core to others between two questions. */
const busyWait = 0.5

/** The longest time between two questions that counts as waiting: what was asleep itself (a stopped process) waits for nobody. */
const longestPause = 1000

const collectives: readonly Collective[] = ['allGather', 'exchange', 'sum', 'broadcast', 'fail', 'close']

/** What a message begins with: call, collective, agreed, length. */
const headerLength = 4

/**
 * Ranks over MPI, by messages alone: a rank knows from whom it has heard, and so can say which rank it waits for. MPI's own
 * collectives promise no order of sums, and wait for ever.
 *
 * @param patience seconds until a rank that waits ends the program on all ranks
 */
export function mpiTransport(mpi: Mpi, patience: number): Transport {
  const { rank, size } = mpi
  const others = Array.from({ length: size }, (_, r) => r).filter(r => r !== rank)
  const sleeping = new Int32Array(new SharedArrayBuffer(4))
  // All wait for the same rank: the first that speaks ends the others.
  const turnToSpeak = 0.1 * Math.min(rank, 20)
  let calls = 0
  // What MPI reads and writes must not be collected, whatever the compiler sees no more use for.
  const inUse = new Set<unknown>()

  /** Sends to each of the others and receives from each; what has no length is not sent. */
  const swap = (sent: readonly Float32Array[], received: readonly Float32Array[], doing: string) => {
    const senders = others.filter(r => received[r].length > 0)
    const receivers = others.filter(r => sent[r].length > 0)
    const requests = newRequests(mpi, senders.length + receivers.length)
    const request = (i: number) => requests.subarray(i, i + 1)
    inUse.add(sent).add(received).add(requests)
    senders.forEach((r, i) => {
      mpi.irecv(received[r], r, request(i))
    })
    receivers.forEach((r, i) => {
      mpi.isend(sent[r], r, request(senders.length + i))
    })
    let asked = performance.now()
    let waited = 0
    while (!mpi.testAll(requests)) {
      const now = performance.now()
      waited += Math.min(now - asked, longestPause)
      asked = now
      if (waited > 1000 * (patience + turnToSpeak)) {
        const silent = senders.filter((_, i) => !mpi.testAll(request(i)))
        giveUp(doing, silent)
      }
      if (waited > busyWait) Atomics.wait(sleeping, 0, 0, 0.05)
    }
    inUse.clear()
  }

  /** Says which ranks have not been heard from, and ends all. */
  const giveUp = (doing: string, missing: readonly number[]): never => {
    const named = missing.length === 0 ? 'another to listen' : `rank ${missing.join(', ')}`
    const sentence = `rank ${rank} of ${size} has waited ${patience} s for ${named} in ${doing}`
    writeSync(2, `chiaro: ${sentence}; all ranks end, code ${tempFail}\n`)
    return abort(tempFail)
  }

  const abort = (code: number): never => {
    mpi.abort(code)
    return process.exit(code)
  }

  const exchange = (collective: Collective, agreed: number, parts: readonly Float32Array[]) => {
    calls++
    const doing = `${collective}, its call ${calls}`
    const own: Announced = { call: calls, collective, agreed }
    const headers = parts.map(({ length }) =>
      floatsOf(Int32Array.of(calls, collectives.indexOf(collective), agreed, length)),
    )
    const announced = parts.map(() => stillFloats(headerLength))
    announced[rank].set(headers[rank])
    swap(headers, announced, doing)
    const heard = announced.map(header => new Int32Array(header.buffer))
    checkAgreement(
      own,
      heard.map(([call, at, of]) => ({ call, collective: collectives[at], agreed: of })),
    )
    const received = heard.map(([, , , length]) => stillFloats(length))
    received[rank].set(parts[rank])
    swap(parts.map(still), received, doing)
    return received
  }

  return {
    ...{ rank, size, exchange, abort },
    close() {
      const nothing = others.map(() => new Float32Array(0))
      exchange('close', 0, [...nothing, new Float32Array(0)])
      mpi.finalize()
    },
  }
}

function newRequests({ abi }: Mpi, count: number): Requests {
  return abi.handle === 'int'
    ? new Int32Array(new ArrayBuffer(4 * count))
    : new BigUint64Array(new ArrayBuffer(8 * count))
}

/** Bits that travel as floats, which no machine changes between its like. */
function floatsOf(integers: Int32Array): Float32Array {
  const floats = stillFloats(integers.length)
  new Int32Array(floats.buffer).set(integers)
  return floats
}

/** The same numbers where they stay while MPI reads them. */
function still(values: Float32Array): Float32Array {
  return new Float32Array(values.buffer, values.byteOffset, values.length)
}
