import { objectionTo, webgpuAdapter } from '../adapters.ts'
import type { GraphicsBackend } from '../backend.ts'

export const webgpu = {
  name: 'webgpu',
  install: '@tensorflow/tfjs-backend-webgpu@~4.22.0',
  load: (): Promise<{ readonly webgpuKernels: readonly string[] }> => import('@chiaro/backend-webgpu'),
  objection: () => objectionTo('WebGPU', webgpuAdapter),
} satisfies GraphicsBackend
