import type { GraphicsBackend } from './backend.ts'
import { webgpuBy } from './backends/webgpu.ts'

export { type WebgpuAdapterReport, type WebgpuReport, webgpuReport } from './webgpu-report.ts'

/** WebGPU for a page: `useBackend('auto', { graphics: [webgpu] })`. It needs @tensorflow/tfjs-backend-webgpu. */
export const webgpu: GraphicsBackend = webgpuBy(() => import('@chiaro/backend-webgpu'))
