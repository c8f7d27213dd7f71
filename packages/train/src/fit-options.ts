import {
  type Buffers,
  checkInteger,
  checkLength,
  checkNumber,
  conflictError,
  described,
  type Parameters,
  type RandomKey,
  typeError,
} from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Best, Checkpoint } from './checkpoint.ts'
import type { ExponentialMovingAverage } from './exponential-moving-average.ts'
import type { LossResult } from './loss-and-gradients.ts'
import type { Optimizer, RateFactor, Tensors } from './optimizer.ts'
import type { Schedule } from './schedules.ts'

/** Batches in the order of steps. */
export type Batches<B> = AsyncIterable<B> | Iterable<B>

export interface StepContext {
  /** 1 at the first step. */
  readonly step: number
  /** This step's own randomness: foldIn(key, step), so that a step replays whatever came before it. */
  readonly key: RandomKey
}

export interface ValidationContext extends StepContext {
  /** Aborted where training is to stop: a validation that takes long ends then, by throwing the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Validation {
  /** Steps between validations; the last step always validates. */
  readonly every: number
  /**
   * Numbers by name. Runs between steps, on the averaged weights where `ema` is given. Its key is the same at
   * every validation, so that two of them differ by the weights only. One that ends by its signal's reason is done
   * anew when training goes on.
   */
  readonly run: (
    context: ValidationContext,
  ) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>
  /** The name of the number that says which weights are best; absent: none are. */
  readonly metric?: string
  /** Whether the best is the highest or the lowest. Default 'highest'. */
  readonly best?: 'highest' | 'lowest'
  /** Training stops after so many validations in a row without a better `metric` (Prechelt 1998). Default: it does not. */
  readonly patience?: number
}

export interface Checkpoints {
  /** Steps between checkpoints; the last step and an interrupted one always make one. Default: only those. */
  readonly every?: number
  /** Stores a checkpoint. Awaited before the next step. */
  readonly save: (checkpoint: Checkpoint, about: AboutCheckpoint) => void | Promise<void>
}

export interface AboutCheckpoint {
  /** Whether its validation is the best so far. */
  readonly best: boolean
  /**
   * The checkpoint's own step, which the loop is given only when it is saved: who keeps a log writes it here first, or a
   * process killed in between loses the line. Absent where the loop had it already.
   */
  readonly step?: FitStep
}

export interface FitOptions<B> {
  /** What is trained, by name: trainable float32 variables, all of which the loss depends on, but for frozen ones. */
  readonly parameters: Parameters
  /** What else a checkpoint holds (running statistics), by other names. Default none. */
  readonly buffers?: Buffers
  /** The loss of a batch, in nats, a pure function of the parameters, the batch and the step's key. */
  readonly loss: (batch: B, context: StepContext) => LossResult
  /**
   * One batch a step. A function is called with the first step's number (1, or one after `start`) and returns the
   * batches from there on, which lets a resumed run go on where it stopped. Tensors in a batch are disposed after
   * its step unless `keepBatches`.
   */
  readonly batches: Batches<B> | ((firstStep: number) => Batches<B>)
  /** The number of the last step; no run is longer or shorter by the clock. Validation may end it before. */
  readonly steps: number
  readonly optimizer: Optimizer
  /** The learning rate of each step. */
  readonly schedule: Schedule
  readonly key: RandomKey
  /**
   * A factor on each parameter's learning rate. A parameter of factor 0 is frozen: it gets no gradient, no decay and no
   * optimiser's state, and is kept in checkpoints as it is. Asked once for each name. Default 1 for all.
   */
  readonly rateFactor?: RateFactor
  /** Gradients whose global norm is above this are scaled down to it. Default: no clipping. */
  readonly clipNorm?: number
  /** Updated after every step. Made, and disposed, by the caller. Its variables are among parameters and buffers. */
  readonly ema?: ExponentialMovingAverage
  /**
   * Called with each step's loss and gradients before anything is made of them (their norm, the checks, the update): what it
   * gives takes their place. It is where ranks that train together sum them. Default: they stay as they are.
   */
  readonly afterGradients?: (computed: LossOfStep) => LossOfStep
  /** Called after the parameters changed (a clamp). */
  readonly afterStep?: (step: number) => void
  readonly validation?: Validation
  readonly checkpoints?: Checkpoints
  /** Stops between two steps, or in a validation: a checkpoint is made, then the signal's reason is thrown. */
  readonly signal?: AbortSignal
  /** Goes on from a checkpoint. */
  readonly start?: Checkpoint
  /** Leaves batches alone, for a batch used more than once. Default false. */
  readonly keepBatches?: boolean
  /**
   * Calls `loss` in the first two steps only, and replays the kernels it ran from then on: small steps are about twice
   * as fast, to the same bits. Batches are then tensors of the same shapes (one, or an array or record of them); what
   * changes from step to step comes in by them, random draws included, and `loss` may not ask for the step or its key.
   * The second step checks that kernels and bits are those of the first's recording, as `replayed` says;
   * checks of a tensor's contents are left out. Default false.
   */
  readonly replay?: boolean
}

/** A step's loss and its gradients by the parameters' names. */
export interface LossOfStep {
  readonly loss: tf.Scalar
  readonly gradients: Tensors
}

/** What is known after a step. */
export interface FitStep {
  readonly step: number
  /** Of this step's batch, before the update; in nats. */
  readonly loss: number
  readonly learningRate: number
  /** Global norm before clipping. */
  readonly gradientNorm: number
  /** What the loss function reported. */
  readonly metrics: Readonly<Record<string, number>>
  /** From asking for the batch to the new parameters, without validation and checkpoints. */
  readonly seconds: number
  /** Over this call's last 20 steps. */
  readonly stepsPerSecond: number
  /** Present at steps that validate. */
  readonly validation?: Readonly<Record<string, number>>
  /** The best validation so far. */
  readonly best?: Best
  /** Whether this is the last step before its time, by `validation.patience`. */
  readonly stopped?: true
}

/** Refuses what can be refused before the first step. */
export function checkFitOptions<B>(options: FitOptions<B>): void {
  const { parameters, buffers = {}, steps, clipNorm, ema, validation, checkpoints, start, batches } = options
  const names = Object.keys(parameters)
  checkLength('fit', { parameters: names }, { least: 1 })
  for (const name of names) {
    const parameter: unknown = parameters[name]
    if (!(parameter instanceof tf.Variable) || !parameter.trainable || parameter.dtype !== 'float32') {
      throw typeError('fit', `parameters["${name}"]`, 'a trainable float32 variable', described(parameter))
    }
    if (Object.hasOwn(buffers, name)) {
      throw conflictError('fit', 'buffers', `a name is a parameter's or a buffer's, got ${name} twice`)
    }
  }
  if (new Set(Object.values(parameters)).size !== names.length) {
    throw conflictError('fit', 'parameters', 'a variable has one name, got one under two')
  }
  for (const name of Object.keys(ema?.tensors() ?? {})) {
    if (Object.hasOwn(parameters, name) || Object.hasOwn(buffers, name)) continue
    throw conflictError('fit', 'ema', `ema averages parameters and buffers, got ${name}, which is neither`)
  }
  checkInteger('fit', { steps }, { least: 1 })
  if (validation !== undefined) checkInteger('fit', { 'validation.every': validation.every }, { least: 1 })
  if (validation?.patience !== undefined) {
    checkInteger('fit', { 'validation.patience': validation.patience }, { least: 1 })
    if (validation.metric === undefined) {
      throw conflictError(
        'fit',
        'validation.patience',
        'validation.patience needs a validation.metric, got none',
      )
    }
  }
  if (checkpoints?.every !== undefined)
    checkInteger('fit', { 'checkpoints.every': checkpoints.every }, { least: 1 })
  if (clipNorm !== undefined) checkNumber('fit', { clipNorm }, { above: 0 })
  if (options.afterGradients !== undefined && options.replay) {
    throw conflictError('fit', 'afterGradients', 'afterGradients and replay exclude each other, got both')
  }
  if (start === undefined) return
  checkInteger('fit', { 'start.step': start.step }, { least: 0, most: steps })
  if (typeof batches !== 'function' && start.step > 0) {
    throw conflictError('fit', 'batches', 'to go on from start, batches must be a function of the first step')
  }
}
