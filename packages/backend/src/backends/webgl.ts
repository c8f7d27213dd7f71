import * as tf from '@tensorflow/tfjs-core'
import { objectionTo, webglAdapter } from '../adapters.ts'
import type { GraphicsBackend } from '../backend.ts'

/** WebGL, loaded so; by whom, decides what a bundler has to find. */
export const webglBy = (load: () => Promise<unknown>): GraphicsBackend => ({
  name: 'webgl',
  install: '@tensorflow/tfjs-backend-webgl@~4.22.0',
  load,
  objection: () => objectionTo('WebGL', webglAdapter),
  probe: () =>
    tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? undefined : 'it computes in 16-bit floats here',
})
