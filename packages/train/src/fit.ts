import { yielding } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { disposeBatch, readBatches } from './batch-reader.ts'
import { type Best, type CheckpointState, restoreCheckpoint, takeCheckpoint } from './checkpoint.ts'
import { stepComputation } from './compute-step.ts'
import { checkFitOptions, type FitOptions, type FitStep } from './fit-options.ts'
import { holdVariables } from './hold-variables.ts'
import { learningOf } from './learning-parameters.ts'
import { keepTensors, trainStep } from './train-step.ts'
import { improves, isStale, validate } from './validation.ts'

type Unconcluded = NonNullable<CheckpointState['unvalidated']>

/** How many steps `stepsPerSecond` looks back. */
const speedWindow = 20

/**
 * Trains, one step at each turn of `for await`. A step draws a batch, computes loss and gradients, reads loss,
 * gradient norm and metrics in one device read, checks that they are finite, then updates parameters, calls
 * `afterStep` and updates `ema`, in this order; after that come validation and checkpoint where they are due.
 *
 * The same options, backend and build give the same bits; stopping at a checkpoint and going on by `start` gives
 * the bits of the unbroken run. Other events (a request, a frame, Ctrl-C) have a turn every 30 ms or after each step that
 * is longer. An error, of the batches too, saves what was trained before it. Leaving the loop early stops training there, without a checkpoint.
 *
 * @throws ChiaroError 'non-finite' that names step and tensor, with parameters as they were before that step;
 * 'data' when the batches end before `steps`; 'run' when `start` does not fit; the signal's reason when aborted;
 * TypeError or RangeError for options, before the first step
 *
 * @example
 * ```ts
 * import { foldIn, key, normal } from '@chiaro/random'
 * import { constant, fit, sgd } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const w = tf.variable(tf.scalar(0))
 * const steps = fit({
 *   parameters: { w },
 *   batches: function* (firstStep) {
 *     for (let step = firstStep; ; step++) yield normal(foldIn(key(1), step), [32], { mean: 3 })
 *   },
 *   loss: x => tf.mean(tf.square(tf.sub(x, w))),
 *   optimizer: sgd(),
 *   schedule: constant(0.1),
 *   ...{ steps: 50, key: key(2) },
 * })
 * for await (const { step, loss } of steps) if (step % 25 === 0) console.log(step, loss)
 * w.print() // about 3
 * ```
 */
export async function* fit<B>(options: FitOptions<B>): AsyncGenerator<FitStep, void, undefined> {
  checkFitOptions(options)
  const { parameters, buffers = {}, optimizer, key, steps, ema, validation, checkpoints, start } = options
  const trained = { parameters, buffers, ema }
  const learning = learningOf(options)
  const { compute, dispose } = stepComputation(options, learning)
  let state = keepTensors(tf.tidy(() => optimizer.init(learning) as tf.NamedTensorMap))
  let best: Best | undefined = start?.state.best
  let done = start?.step ?? 0
  let savedStep = done
  let unvalidated = start?.state.unvalidated
  let saving = false
  const save = async (isBest: boolean, own?: FitStep) => {
    if (checkpoints === undefined) return
    saving = true
    const checkpoint = await takeCheckpoint(done, trained, state, { best, unvalidated })
    await checkpoints.save(checkpoint, { best: isBest, step: own })
    saving = false
    savedStep = done
  }
  const stopIfAborted = async () => {
    if (!options.signal?.aborted) return
    if (savedStep < done) await save(false)
    throw options.signal.reason
  }
  const isOver = () => done >= steps || (validation !== undefined && isStale(validation, done, best))
  const ended: number[] = []
  /** Validates and saves where it is due; what is known then of the step that was done last. */
  const conclude = async (readings: Unconcluded, seconds: number): Promise<FitStep> => {
    const step = done
    const validated = validation !== undefined && (step % validation.every === 0 || step === steps)
    let values: FitStep['validation']
    if (validated) {
      unvalidated = readings
      values = await validate(validation, step, key, ema, options.signal).catch(async error => {
        await stopIfAborted()
        throw error
      })
    }
    unvalidated = undefined
    const value = validation?.metric === undefined ? undefined : values?.[validation.metric]
    const isBest = value !== undefined && improves(value, best, validation?.best)
    if (isBest) best = { step, value }
    const stepsPerSecond =
      ended.length /
      Math.max(
        1e-9,
        ended.reduce((sum, duration) => sum + duration, 0),
      )
    const stopped = step < steps && isOver()
    const seen: FitStep = {
      ...{ step, ...readings, seconds, stepsPerSecond, validation: values, best },
      ...(stopped && { stopped }),
    }
    if (isBest || isOver() || step % (checkpoints?.every ?? Number.POSITIVE_INFINITY) === 0) {
      await save(isBest, seen)
    }
    return seen
  }
  let close = async () => {}
  try {
    if (start !== undefined) state = restoreCheckpoint(start, trained, state)
    const batches = readBatches(options.batches, done + 1)
    close = batches.close
    const turn = yielding()
    if (unvalidated !== undefined) yield await conclude(unvalidated, 0)
    while (!isOver()) {
      await turn()
      await stopIfAborted()
      const began = performance.now()
      const step = done + 1
      const batch = await batches.next(step, steps)
      const context = { step, key: foldIn(key, step) }
      const held = holdVariables(buffers)
      const { state: nextState, ...readings } = await trainStep(
        options,
        learning,
        compute,
        batch,
        context,
        state,
      )
        .catch(error => {
          held.restore()
          throw error
        })
        .finally(() => {
          held.release()
          if (!options.keepBatches) disposeBatch(batch)
        })
      state = nextState
      options.afterStep?.(step)
      ema?.update()
      done = step
      const seconds = (performance.now() - began) / 1000
      ended.push(seconds)
      if (ended.length > speedWindow) ended.shift()
      yield await conclude(readings, seconds)
    }
  } catch (error) {
    // What was learned before the error stays; where saving is what failed, nothing more can be done.
    if (!saving && savedStep < done) await save(false).catch(() => {})
    throw error
  } finally {
    tf.dispose(state as tf.TensorContainer)
    dispose()
    await close()
  }
}
