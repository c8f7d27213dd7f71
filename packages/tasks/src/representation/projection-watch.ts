import { effectiveRank } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import type { StepContext, Validation } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { Projections } from './objective.ts'

/** Measures how the projections of some steps lie, from what the loss has made of them anyway. */
export interface ProjectionWatch {
  /** Keeps the projections of a step that is measured. */
  note(step: number, projections: Projections): void
  /** Alignment, uniformity and effective rank, as `fit` asks for them. */
  readonly validation: Validation
}

export interface WatchOptions {
  /** Steps between measurements; the last of `steps` is one too. */
  readonly every: number
  readonly steps: number
  /** How good the encoder is, 1 the best: the best checkpoint is by it. */
  readonly probe?: () => Promise<number>
}

export function watchProjections({ every, steps, probe }: WatchOptions): ProjectionWatch {
  let kept: readonly [tf.Tensor2D, tf.Tensor2D] | undefined
  const forget = () => {
    tf.dispose(kept as tf.TensorContainer)
    kept = undefined
  }
  return {
    note(step, { z, views, moco }) {
      // Of a step that failed some may be left.
      forget()
      if (step % every !== 0 && step !== steps) return
      const [x, y] = moco === undefined ? (tf.split(z, views) as tf.Tensor2D[]) : [z, moco.keys]
      kept = [tf.keep(tf.clone(x)), tf.keep(tf.clone(y))]
    },
    validation: {
      every,
      ...(probe !== undefined && { metric: 'probe' }),
      async run(_: StepContext): Promise<Readonly<Record<string, number>>> {
        if (kept === undefined) return {}
        const [x, y] = kept
        try {
          const both = tf.tidy(() => tf.stack([alignment(x, y), uniformity(x)]))
          const [aligned, uniform] = await both.data()
          both.dispose()
          const lie = { alignment: aligned, uniformity: uniform, effectiveRank: await effectiveRank(x) }
          return probe === undefined ? lie : { ...lie, probe: await probe() }
        } finally {
          forget()
        }
      },
    },
  }
}
