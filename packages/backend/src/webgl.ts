import type { GraphicsBackend } from './backend.ts'
import { webglBy } from './backends/webgl.ts'

/** WebGL for a page: `useBackend('auto', { graphics: [webgl] })`. It needs @tensorflow/tfjs-backend-webgl. */
export const webgl: GraphicsBackend = webglBy(() => import('@chiaro/backend-webgl'))
