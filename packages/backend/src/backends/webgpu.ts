import { objectionTo, webgpuAdapter } from '../adapters.ts'
import type { GraphicsBackend } from '../backend.ts'

/** What a user installs for it. */
export const webgpuInstall = '@tensorflow/tfjs-backend-webgpu@~4.22.0'

/** WebGPU, loaded so; by whom, decides what a bundler has to find. */
export const webgpuBy = (load: () => Promise<unknown>): GraphicsBackend => ({
  name: 'webgpu',
  install: webgpuInstall,
  load,
  objection: () => objectionTo('WebGPU', webgpuAdapter),
})
