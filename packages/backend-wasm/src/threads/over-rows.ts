import type { KernelExports, KernelProblems } from '../generated/kernel-exports.ts'
import { withScratch } from '../heap.ts'
import type { WasmKernelCall } from '../kernel-module.ts'
import { poseProblem } from '../problem.ts'
import { runCalls, threadsFor } from './run-calls.ts'

export interface RowWork {
  /** Rows of the result; each is computed by one thread. */
  readonly rows: number
  /** Multiplications in all: below some millions the hand-over costs more than a second thread brings. */
  readonly work: number
  /** Bytes of scratch memory that each thread needs; default 0. */
  readonly scratch?: number
}

/** The kernels that take some rows of their problem at a time: (problem, first, end, scratch). */
type RowKernel = {
  [K in keyof KernelProblems]: Parameters<KernelExports[K]> extends [
    problem: number,
    first: number,
    end: number,
    scratch?: number,
  ]
    ? K
    : never
}[keyof KernelProblems]

/** Parts begin at multiples of a panel's rows, so that no panel is cut. */
const panel = 4

const wholeLines = (bytes: number) => Math.ceil(bytes / 64) * 64

/** Runs a kernel over its rows, in as many parts as there are threads; the numbers do not depend on the parts. */
export function overRows<K extends RowKernel>(
  call: Pick<WasmKernelCall, 'backend' | 'kernels'>,
  kernel: K,
  { rows, work, scratch = 0 }: RowWork,
  problem: KernelProblems[K],
): void {
  const threads = Math.min(threadsFor(call, work), Math.ceil(rows / panel))
  const room = wholeLines(scratch)
  const edge = (part: number) =>
    part === threads ? rows : Math.min(rows, Math.round((rows * part) / threads / panel) * panel)
  const run = (memory: number) => {
    const address = poseProblem(call.backend, kernel, problem)
    const calls: number[][] = []
    for (let part = 0; part < threads; part++) {
      calls.push([address, edge(part), edge(part + 1), memory + room * part])
    }
    runCalls(call, kernel, calls)
  }
  if (scratch === 0) run(0)
  else withScratch(call.backend, room * threads, run)
}
