import * as tf from '@tensorflow/tfjs-core'
import { type Correction, corrections } from './corrections.ts'
import { isChiaroGradient } from './define-gradient.ts'

/** One kernel whose gradient stock tfjs has wrong or lacks, and which one is registered now. */
export interface GradientStatus extends Correction {
  readonly kernel: string
  /** `chiaro`: ours. `other`: someone else's, stock tfjs's for instance. `none`: differentiating it throws. */
  readonly registered: 'chiaro' | 'other' | 'none'
}

/** For each gradient we correct or add: whether ours is the one tfjs will use. */
export function gradientReport(): GradientStatus[] {
  return Object.entries(corrections).map(([kernel, correction]) => {
    const config = tf.getGradient(kernel)
    const registered = config === undefined ? 'none' : isChiaroGradient(config) ? 'chiaro' : 'other'
    return { kernel, ...correction, registered }
  })
}
