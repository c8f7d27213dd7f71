import { ChiaroError } from '@chiaro/core'
import type { BackendName } from './backend-name.ts'
import { repairGraphicsBackend } from './repairs.ts'

/** Where a backend comes from. */
interface BackendPackage {
  /** The package a user installs, with the version that fits this tfjs-core. */
  readonly install: string
  /** Imports it, which registers the backend and its kernels. */
  readonly load: () => Promise<unknown>
}

/** Written out one by one, so that a bundler sees what it must carry. */
const packages: Readonly<Record<BackendName, BackendPackage>> = {
  wasm: { install: '@chiaro/backend-wasm', load: () => import('@chiaro/backend-wasm') },
  cpu: {
    install: '@tensorflow/tfjs-backend-cpu@~4.22.0',
    load: () => import('@tensorflow/tfjs-backend-cpu'),
  },
  webgl: {
    install: '@tensorflow/tfjs-backend-webgl@~4.22.0',
    load: async () => {
      await import('@tensorflow/tfjs-backend-webgl')
      repairGraphicsBackend('webgl')
    },
  },
  webgpu: {
    install: '@tensorflow/tfjs-backend-webgpu@~4.22.0',
    load: async () => {
      await import('@tensorflow/tfjs-backend-webgpu')
      await import('@chiaro/backend-webgpu')
      repairGraphicsBackend('webgpu')
    },
  },
}

/**
 * Loads the package of a backend; nothing is initialised yet.
 *
 * @throws ChiaroError 'backend' with the npm install line when the package can't be loaded
 */
export async function loadBackend(
  name: BackendName,
  { install, load }: BackendPackage = packages[name],
): Promise<void> {
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
