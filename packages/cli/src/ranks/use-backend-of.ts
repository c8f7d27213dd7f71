import { availableParallelism, cpus } from 'node:os'
import { type BackendChoice, useBackend } from '@chiaro/backend'
import { conflictError } from '@chiaro/core'
import type { Communicator } from '@chiaro/distributed'
import { launcherOf } from '@chiaro/distributed/node'
import type { CommonOptions } from '../options.ts'

/**
 * The backend of a command that several ranks may do together.
 *
 * @throws ChiaroError 'argument-conflict' for one that does not read tensors at once, as what ranks exchange must be
 */
export async function useBackendOf(
  ranks: Communicator | undefined,
  backend: CommonOptions['backend'],
  { threads }: Pick<CommonOptions, 'threads'>,
): Promise<BackendChoice> {
  if (ranks === undefined) return useBackend(backend, { threads })
  if (backend === 'webgl' || backend === 'webgpu') {
    throw conflictError(
      'backend',
      '--backend',
      `--backend must be wasm or cpu on several ranks, got ${backend}`,
    )
  }
  return useBackend(backend, { threads: threads === 'auto' ? shareOfThreads() : threads })
}

/** A machine's cores shared out among its ranks; those that a launcher binds a rank to are its own. */
function shareOfThreads(): number {
  const { local = 1 } = launcherOf() ?? {}
  return Math.max(1, Math.min(availableParallelism(), Math.floor(cpus().length / local)))
}
