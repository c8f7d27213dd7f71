import { ChiaroError, conflictError, joined, type Parameters } from '@chiaro/core'
import { digest, type FitOptions, type FitStep, fit, type LossOfStep } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { floatsOf, splitBy } from './all-gather.ts'
import type { Communicator } from './communicator.ts'

/** Those of `fit`; `afterGradients` is where ranks sum, and steps are not replayed, since what ranks exchange can't be. */
export type FitOverRanksOptions<B> = Omit<FitOptions<B>, 'afterGradients' | 'replay'>

/** What is known after a step of several ranks. */
export interface StepOverRanks extends FitStep {
  /** Seconds that each rank has been in calls of its communicator since the step before, in the order of ranks. */
  readonly waited: readonly number[]
}

/**
 * `fit` on several ranks, each with its own rows of every batch: all ranks go through the same steps to the same bits, and
 * one rank alone to those of `fit`.
 *
 * `loss` gives this rank's share (as the losses over ranks do, and `meanOverRanks`): loss and gradients are summed over
 * ranks, before norm, clipping and checks, so that each step's `loss` is that of all rows. Metrics are each rank's own.
 * Encoders with batch norm take `sumOverRanks: communicator.sum` when they embed. Everything else is alike on all ranks;
 * that parameters, buffers, key, length and start are is checked before the first step. Rank 0 alone saves checkpoints.
 * Validation runs on every rank, and what it finds on the first counts on all: none stops before another, or has other best
 * weights. A signal that is aborted on one rank stops all after the same step.
 *
 * @throws as `fit`; ChiaroError 'ranks' on every rank where they don't begin alike
 */
export async function* fitOverRanks<B>(
  communicator: Communicator,
  options: FitOverRanksOptions<B>,
): AsyncGenerator<StepOverRanks, void, undefined> {
  const { rank, size, sum } = communicator
  const { validation } = options
  const given: FitOptions<B> = options
  for (const name of ['afterGradients', 'replay'] as const) {
    if (given[name] === undefined || given[name] === false) continue
    throw conflictError('fitOverRanks', name, `${name} has no place where ranks sum, got it given`)
  }
  checkAlike(communicator, options)
  const stop = new AbortController()
  const stopAsAgreed = (aborted: boolean) => {
    if (!aborted || stop.signal.aborted) return
    const elsewhere = new DOMException('another rank was told to stop', 'AbortError')
    stop.abort(options.signal?.aborted ? options.signal.reason : elsewhere)
  }
  // Before the first step too, and between a validation and the next: all ranks ask at the same place.
  stopAsAgreed(sum(Float32Array.of(Number(options.signal?.aborted ?? false)))[0] > 0)
  let waited: readonly number[] = []
  let before = communicator.waited()
  /** What this rank has waited since it was asked last, among zeros for the others. */
  const ownWait = () => {
    const now = communicator.waited()
    const waits = Float32Array.from({ length: size }, (_, r) => (r === rank ? now - before : 0))
    before = now
    return waits
  }
  const steps = fit({
    ...options,
    checkpoints: rank === 0 ? options.checkpoints : undefined,
    validation: validation && {
      ...validation,
      run: async context => asOnFirst(await validation.run(context), communicator),
    },
    signal: stop.signal,
    afterGradients: ({ loss, gradients }: LossOfStep) => {
      const names = Object.keys(gradients)
      const tensors = [loss, ...names.map(name => gradients[name])]
      const stopping = Float32Array.of(Number(options.signal?.aborted ?? false))
      const sums = sum(joined([stopping, ownWait(), ...tensors.map(floatsOf)]))
      stopAsAgreed(sums[0] > 0)
      waited = Array.from(sums.subarray(1, 1 + size))
      const parts = splitBy(
        sums.subarray(1 + size),
        tensors.map(({ size }) => size),
        1,
      )
      const [total, ...others] = parts.map((part, i) => tf.tensor(part, tensors[i].shape, 'float32'))
      return {
        loss: total as tf.Scalar,
        gradients: Object.fromEntries(names.map((name, i) => [name, others[i]])),
      }
    },
  })
  for await (const step of steps) yield { ...step, waited }
}

/** A validation's numbers as the first rank has them, to the bit. */
function asOnFirst(
  values: Readonly<Record<string, number>>,
  { broadcast }: Communicator,
): Readonly<Record<string, number>> {
  const names = Object.keys(values)
  // As whole numbers that a float holds.
  const words = new Uint16Array(Float64Array.from(names, name => values[name]).buffer)
  const first = new Float64Array(Uint16Array.from(broadcast(Float32Array.from(words))).buffer)
  if (first.length === names.length) return Object.fromEntries(names.map((name, i) => [name, first[i]]))
  const got = `${names.length} here and ${first.length} on rank 0`
  throw new ChiaroError(
    'ranks',
    `fitOverRanks: validation must find as many numbers on every rank, got ${got}`,
  )
}

/** Refuses ranks that begin with something else than the first, by name and by what it is. */
function checkAlike<B>(communicator: Communicator, options: FitOverRanksOptions<B>): void {
  const { parameters, buffers = {}, key, steps, start } = options
  const facts = {
    parameters: digestOf(parameters),
    buffers: digestOf(buffers),
    key: digest([`${key.high} ${key.low}`]),
    steps: digest([String(steps)]),
    start: digest(
      start === undefined ? [] : [String(start.step), ...bytesOf({ ...start.model, ...start.optimizer })],
    ),
  }
  const all = communicator.allGather(joined(Object.values(facts).map(wordsOf)))
  const width = all[0].length / Object.keys(facts).length
  for (const [i, name] of Object.keys(facts).entries()) {
    const part = (values: Float32Array) => values.subarray(i * width, (i + 1) * width).join()
    const other = all.findIndex(values => part(values) !== part(all[0]))
    if (other < 0) continue
    throw new ChiaroError(
      'ranks',
      `fitOverRanks: ${name} must be the same on every rank, got other ${name} on rank ${other} than on rank 0`,
      name,
    )
  }
}

function digestOf(variables: Parameters): string {
  return digest(
    bytesOf(
      Object.fromEntries(
        Object.entries(variables).map(([name, x]) => [name, { shape: x.shape, values: x.dataSync() }]),
      ),
    ),
  )
}

/** Names, shapes and contents, in the order of names. */
function bytesOf(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: ArrayBufferView }>>,
): (string | Uint8Array)[] {
  return Object.keys(tensors)
    .sort()
    .flatMap(name => {
      const { shape, values } = tensors[name]
      return [`${name} ${shape}`, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
    })
}

/** A digest as whole numbers that a float holds. */
function wordsOf(text: string): Float32Array {
  return Float32Array.from({ length: text.length / 4 }, (_, i) =>
    Number.parseInt(text.slice(4 * i, 4 * i + 4), 16),
  )
}
