import type { Parameters } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Tensors by name. */
export type Tensors = Readonly<Record<string, tf.Tensor>>

/** A factor on the learning rate of a parameter, by its name. */
export type RateFactor = (name: string) => number

export interface UpdateOptions {
  /** 1 at the first step of a run; a resumed run goes on counting. */
  readonly step: number
  readonly learningRate: number
  /** What gradients are multiplied by (global-norm clipping). Default 1. */
  readonly gradientScale?: number
  /** What each parameter's learning rate is multiplied by. Default 1. */
  readonly rateFactor?: RateFactor
}

/**
 * A pure pair. Neither function changes or disposes what it is given; the caller assigns the new parameters and
 * disposes the old state.
 */
export interface Optimizer {
  /** The state before the first step, named for checkpoints ("firstMoment/block1/conv/kernel"). */
  init(parameters: Parameters): Tensors
  /** One step: new values for every parameter (by its name), and the new state. */
  update(
    parameters: Parameters,
    gradients: Tensors,
    state: Tensors,
    options: UpdateOptions,
  ): { readonly parameters: Tensors; readonly state: Tensors }
}
