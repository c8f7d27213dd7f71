import { effectiveRank } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import type { StepContext, Validation } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { Projections } from './objective.ts'

/** Measures how the projections of some steps lie, from what the loss has made of them anyway. */
export interface ProjectionWatch {
  /** Keeps the projections of a step that is measured; others are not asked for. */
  note(step: number, projections: () => Projections): void
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
  /** The first view and the second; of mixed samples the second alone. */
  let kept: readonly tf.Tensor2D[] | undefined
  const forget = () => {
    tf.dispose(kept as tf.TensorContainer)
    kept = undefined
  }
  return {
    note(step, projections) {
      // Of a step that failed some may be left.
      forget()
      if (step % every !== 0 && step !== steps) return
      const { z, views, moco, mix } = projections()
      const [x, y] = moco === undefined ? (tf.split(z, views) as tf.Tensor2D[]) : [z, moco.keys]
      kept = (mix === undefined ? [x, y] : [y]).map(view => tf.keep(tf.clone(view)))
    },
    validation: {
      every,
      ...(probe !== undefined && { metric: 'probe' }),
      async run(_: StepContext): Promise<Readonly<Record<string, number>>> {
        if (kept === undefined) return {}
        const [x, y] = kept
        try {
          const both = tf.tidy(() => tf.stack([uniformity(x), ...(y === undefined ? [] : [alignment(x, y)])]))
          const [uniform, aligned] = await both.data()
          both.dispose()
          const lie = {
            ...(aligned !== undefined && { alignment: aligned }),
            ...{ uniformity: uniform, effectiveRank: await effectiveRank(x) },
          }
          return probe === undefined ? lie : { ...lie, probe: await probe() }
        } finally {
          forget()
        }
      },
    },
  }
}
