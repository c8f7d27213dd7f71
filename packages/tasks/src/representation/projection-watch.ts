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

/** @param every steps between measurements; the last of `steps` is one too */
export function watchProjections({ every, steps }: { every: number; steps: number }): ProjectionWatch {
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
      async run(_: StepContext): Promise<Readonly<Record<string, number>>> {
        if (kept === undefined) return {}
        const [x, y] = kept
        try {
          const both = tf.tidy(() => tf.stack([alignment(x, y), uniformity(x)]))
          const [aligned, uniform] = await both.data()
          both.dispose()
          return { alignment: aligned, uniformity: uniform, effectiveRank: await effectiveRank(x) }
        } finally {
          forget()
        }
      },
    },
  }
}
