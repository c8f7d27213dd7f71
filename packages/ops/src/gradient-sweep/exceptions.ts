import * as tf from '@tensorflow/tfjs-core'
import { FusedDense } from '../fused-dense.ts'

/** A registered gradient that the sweep does not try. */
export interface SweepException {
  readonly kernel: string
  readonly reason: string
  /** True when the reason is that no backend has the kernel; the sweep checks that this is still so. */
  readonly noKernel: boolean
}

/** Every registered gradient without a case, and why. */
export const sweepExceptions: readonly SweepException[] = [
  { kernel: tf.BroadcastTo, reason: 'no backend has the kernel: tf.broadcastTo runs Tile', noKernel: true },
  { kernel: tf.LogSoftmax, reason: 'no backend has the kernel: tf.logSoftmax is composed', noKernel: true },
  {
    kernel: tf.ComplexAbs,
    reason: "its gradient is complex, and tfjs's tape accepts float32 gradients only",
    noKernel: false,
  },
  {
    kernel: FusedDense,
    reason: 'compared with float64 loops on every backend in fused-dense.test.ts; cpu has no kernel of it',
    noKernel: false,
  },
]

/**
 * Differentiable kernels that have no gradient, ours or stock, because tfjs's tape cannot carry one: it accepts
 * float32 only, and these take or give complex numbers.
 */
export const withoutGradient: readonly string[] = [tf.Complex, tf.Real, tf.Imag, tf.FFT, tf.IFFT]
