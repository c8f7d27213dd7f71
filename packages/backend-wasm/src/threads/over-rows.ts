import type { KernelExports } from '../generated/kernels.ts'
import { withScratch } from '../heap.ts'
import type { WasmKernelCall } from '../kernel-module.ts'
import { runCalls, threadsFor } from './run-calls.ts'

export interface RowWork {
  /** Rows of the result; each is computed by one thread. */
  readonly rows: number
  /** Multiplications in all: below some millions the hand-over costs more than a second thread brings. */
  readonly work: number
  /** Bytes of scratch memory that each thread needs. */
  readonly scratch: number
}

/** Parts begin at multiples of a panel's rows, so that no panel is cut. */
const panel = 4

/** Runs a kernel over its rows, in as many parts as there are threads; the numbers do not depend on the parts. */
export function overRows(
  call: Pick<WasmKernelCall, 'backend' | 'kernels'>,
  kernel: keyof KernelExports,
  { rows, work, scratch }: RowWork,
  argumentsOf: (first: number, end: number, scratch: number) => readonly number[],
): void {
  const threads = Math.min(threadsFor(call, work), Math.ceil(rows / panel))
  const room = Math.ceil(scratch / 64) * 64
  const edge = (part: number) => Math.min(rows, Math.round((rows * part) / threads / panel) * panel)
  withScratch(call.backend, room * threads, address => {
    const calls = Array.from({ length: threads }, (_, part) =>
      argumentsOf(edge(part), part === threads - 1 ? rows : edge(part + 1), address + room * part),
    )
    runCalls(call, kernel, calls)
  })
}
