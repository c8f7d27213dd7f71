import type { KernelExports } from '../generated/kernels.ts'
import { withScratch } from '../heap.ts'
import type { WasmKernelCall } from '../kernel-module.ts'
import { threadPoolOf } from './use-threads.ts'

export interface RowWork {
  /** Rows of the result; each is computed by one thread. */
  readonly rows: number
  /** Multiplications in all: below some millions the hand-over costs more than a second thread brings. */
  readonly work: number
  /** Bytes of scratch memory that each thread needs. */
  readonly scratch: number
}

/** Half a millisecond's worth: handing over and waiting cost 10 to 20 µs. */
const leastWork = 2 ** 20
/** Parts begin at multiples of a panel's rows, so that no panel is cut. */
const panel = 4

/** Runs a kernel over its rows, in as many parts as there are threads; the numbers do not depend on the parts. */
export function overRows(
  { backend, kernels }: Pick<WasmKernelCall, 'backend' | 'kernels'>,
  kernel: keyof KernelExports,
  { rows, work, scratch }: RowWork,
  argumentsOf: (first: number, end: number, scratch: number) => readonly number[],
): void {
  const pool = work < leastWork ? undefined : threadPoolOf(backend)
  const threads = Math.min(pool?.threads ?? 1, Math.ceil(rows / panel))
  const room = Math.ceil(scratch / 64) * 64
  withScratch(backend, room * threads, address => {
    const edge = (part: number) => Math.min(rows, Math.round((rows * part) / threads / panel) * panel)
    const calls = Array.from({ length: threads }, (_, part) =>
      argumentsOf(
        part === 0 ? 0 : edge(part),
        part === threads - 1 ? rows : edge(part + 1),
        address + room * part,
      ),
    )
    if (pool === undefined || threads === 1) (kernels[kernel] as (...args: number[]) => void)(...calls[0])
    else pool.run(kernel, calls)
  })
}
