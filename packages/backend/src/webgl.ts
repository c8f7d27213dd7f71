import type { GraphicsBackend } from './backend.ts'
import { webgl as definition } from './backends/webgl.ts'

/** WebGL for a page: `useBackend('auto', { graphics: [webgl] })`. It needs @tensorflow/tfjs-backend-webgl. */
export const webgl: GraphicsBackend = definition
