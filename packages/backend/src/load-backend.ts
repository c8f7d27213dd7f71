import { ChiaroError } from '@chiaro/core'
import type { Backend } from './backend.ts'

/**
 * Loads the package of a backend; nothing is initialised yet.
 *
 * @throws ChiaroError 'backend' with the npm install line when the package can't be loaded
 */
export async function loadBackend({
  name,
  install,
  load,
}: Pick<Backend, 'name' | 'install' | 'load'>): Promise<void> {
  try {
    await load()
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new ChiaroError(
      'backend',
      `useBackend: the package of backend "${name}" can't be loaded; npm install ${install} (${detail})`,
      'name',
      { cause },
    )
  }
}
