import * as tf from '@tensorflow/tfjs-core'

/** What tells, of tfjs's graphics backends, whether their device is still there. */
interface GraphicsBackend {
  readonly device?: { readonly lost: Promise<{ readonly message: string }> }
  readonly gpgpu?: { readonly gl: { isContextLost(): boolean } }
}

/**
 * How the current backend lost its graphics device, in words; undefined where it has it, or needs none. Nothing passes on a
 * lost one, right or wrong.
 */
export async function lostDevice(): Promise<string | undefined> {
  const { device, gpgpu } = tf.backend() as unknown as GraphicsBackend
  // What was lost is heard of a moment after the work that fails for it.
  const moment = new Promise<undefined>(resolve => setTimeout(resolve, 100, undefined))
  const lost = await (device === undefined ? moment : Promise.race([device.lost, moment]))
  if (lost !== undefined) return `the WebGPU device was lost (${lost.message})`
  return gpgpu?.gl.isContextLost() ? 'the WebGL context was lost' : undefined
}
