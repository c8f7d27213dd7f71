import type { KernelExports } from '../generated/kernel-exports.ts'
import type { WasmKernelCall } from '../kernel-module.ts'
import { threadPoolOf } from './use-threads.ts'

/** Half a millisecond's worth of multiplications: handing over and waiting cost 10 to 20 µs. */
const leastWork = 2 ** 19

/** How many threads are worth it for so many multiplications. */
export function threadsFor({ backend }: Pick<WasmKernelCall, 'backend'>, work: number): number {
  return (work < leastWork ? undefined : threadPoolOf(backend)?.threads) ?? 1
}

/** Runs a kernel with several lists of arguments at once; at most as many as there are threads. */
export function runCalls(
  { backend, kernels }: Pick<WasmKernelCall, 'backend' | 'kernels'>,
  kernel: keyof KernelExports,
  calls: readonly (readonly number[])[],
): void {
  const pool = threadPoolOf(backend)
  if (pool !== undefined && calls.length > 1) pool.run(kernel, calls)
  else for (const args of calls) (kernels[kernel] as (...args: number[]) => void)(...args)
}
