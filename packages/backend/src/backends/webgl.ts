import * as tf from '@tensorflow/tfjs-core'
import { objectionTo, webglAdapter } from '../adapters.ts'
import type { GraphicsBackend } from '../backend.ts'

export const webgl = {
  name: 'webgl',
  install: '@tensorflow/tfjs-backend-webgl@~4.22.0',
  load: (): Promise<unknown> => import('@chiaro/backend-webgl'),
  objection: () => objectionTo('WebGL', webglAdapter),
  probe: () =>
    tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? undefined : 'it computes in 16-bit floats here',
} satisfies GraphicsBackend
