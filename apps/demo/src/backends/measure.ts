import { backendReport } from '@chiaro/backend'
import * as tf from '@tensorflow/tfjs-core'
import { type Measurement, type WorkName, workNames } from './messages.ts'
import { type Work, works } from './work.ts'

/** Runs before the clock counts (shaders are compiled then), and at least and at most after. */
const [warmUps, fewest, most] = [2, 3, 25]
/** Milliseconds after which a piece of work is not begun again. */
const enough = 1500

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Measures every piece of work on the backend that runs. */
export async function measure(tell: (work: WorkName) => void): Promise<Measurement> {
  const times: Partial<Record<WorkName, number>> = {}
  let [tensors, gradientError] = [0, Number.NaN]
  for (const name of workNames) {
    tell(name)
    const work = works[name]()
    const { milliseconds, bytes } = await timed(work)
    times[name] = milliseconds
    tensors = Math.max(tensors, bytes)
    if (work.gradientError !== undefined) gradientError = await work.gradientError()
  }
  const memory = { tensors, heap: await heapBytes() }
  return { times: times as Record<WorkName, number>, gradientError, memory }
}

async function timed({ run }: Work) {
  const durations: number[] = []
  let [bytes, spent] = [0, 0]
  for (let i = 0; i < warmUps + most; i++) {
    const began = performance.now()
    const result = tf.tidy(() => {
      const scalar = run()
      // All that the work made is still there.
      bytes = Math.max(bytes, tf.memory().numBytes)
      return scalar
    })
    await result.data()
    result.dispose()
    const lasted = performance.now() - began
    if (i < warmUps) continue
    durations.push(lasted)
    spent += lasted
    if (spent > enough && durations.length >= fewest) break
  }
  return { milliseconds: median(durations), bytes }
}

/** What tfjs's GPU backends add to `tf.memory()`, each by its own name. */
interface GpuMemory {
  readonly numBytesInGPUAllocated?: number
  readonly numBytesAllocatedInGPU?: number
}

async function heapBytes(): Promise<number | undefined> {
  const { wasm } = await backendReport()
  if (wasm?.heap) return wasm.heap.size
  const memory = tf.memory() as GpuMemory
  return memory.numBytesInGPUAllocated ?? memory.numBytesAllocatedInGPU
}
