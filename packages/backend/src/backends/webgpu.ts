import { objectionTo, webgpuAdapter } from '../adapters.ts'
import type { Backend } from '../backend.ts'

export const webgpu = {
  install: '@tensorflow/tfjs-backend-webgpu@~4.22.0',
  load: () => import('@chiaro/backend-webgpu'),
  objection: () => objectionTo('WebGPU', webgpuAdapter),
} satisfies Backend
