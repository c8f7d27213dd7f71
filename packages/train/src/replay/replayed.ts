import { type ChiaroError, conflictError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { type KernelProgram, kernelProgram, type ProgramResults } from './kernel-program.ts'
import { type Recording, record } from './recording.ts'
import { recordingDifference } from './same-recording.ts'

/** Tensors by name. */
type Named = Readonly<Record<string, tf.Tensor>>

export interface Replayed<R extends Named> {
  /** What the function gives for these inputs; the caller disposes it, and the inputs. */
  run(inputs: readonly tf.Tensor[]): Promise<R>
  /** How many kernels a replay calls; undefined before the second run, which ends the recording. */
  readonly calls: number | undefined
  /** Frees what it holds. */
  dispose(): void
}

/**
 * A function of tensors that after two runs is no longer called: the kernels that it ran are, one after the other, on
 * other inputs. This saves what surrounds kernels: the ops' checks, the tape of a gradient, scopes, and kernels that no
 * result depends on. The function may compute gradients, read variables and assign to them.
 *
 * The first run records; the second replays that, then runs the function on the same inputs and requires the same
 * kernels and the same bits. So whatever changes from run to run has to be an input, random draws and keys
 * included: a change that neither of the two runs shows goes unseen. Each shape of the inputs is that of the first run.
 *
 * @param where the name that errors carry
 * @param f returns new tensors by name; the names are the same at each run
 * @throws (from `run`) ChiaroError 'argument-conflict' where f cannot be replayed: it reads a tensor on the host,
 *   makes other kernels, attributes, constants or shapes the second time, or uses a tensor from outside that was
 *   replaced; TypeError for inputs of another number, shape or dtype; ChiaroError 'backend' on another backend
 *
 * @example
 * ```ts
 * import { replayed } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * let called = 0
 * const f = replayed('f', ([x]) => {
 *   called += 1
 *   return { square: tf.square(x) }
 * })
 * for (const value of [1, 2, 3]) (await f.run([tf.scalar(value)])).square.print() // 1, 4, 9
 * console.log(called, f.calls) // called twice; one kernel replayed
 * f.dispose()
 * ```
 */
export function replayed<R extends Named>(
  where: string,
  f: (inputs: readonly tf.Tensor[]) => R,
): Replayed<R> {
  let first: Recording | undefined
  let program: KernelProgram | undefined
  let specs: readonly Spec[] = []
  let checked = false

  const recorded = (inputs: readonly tf.Tensor[]) => record(where, inputs, () => f(inputs))
  const named = (results: readonly tf.Tensor[], recording: Recording) =>
    Object.fromEntries(recording.results.map(({ name }, i) => [name, results[i]])) as R

  return {
    get calls() {
      return checked ? program?.calls : undefined
    },
    async run(inputs) {
      if (first !== undefined && program !== undefined) {
        checkInputs(where, inputs, specs)
        if (checked) {
          const { results, commit } = program.run(inputs)
          commit()
          return named(results, first)
        }
      }
      const own = await copies(inputs)
      let ran: ProgramResults | undefined
      try {
        if (first === undefined || program === undefined) {
          const { value, recording } = recorded(own)
          specs = own.map(({ dtype, shape }) => ({ dtype, shape: [...shape] }))
          first = recording
          program = kernelProgram(where, recording)
          return value
        }
        ran = program.run(own)
        const { value, recording } = recorded(own)
        try {
          const difference = recordingDifference(first, recording)
          if (difference !== undefined) throw refused(where, difference)
          const replayedTensors = [...ran.results, ...ran.assigned.map(({ value }) => value)]
          const eager = [...Object.values(value), ...ran.assigned.map(({ variable }) => variable)]
          for (const [i, tensor] of eager.entries()) {
            if (await sameBits(tensor, replayedTensors[i])) continue
            const name = first.results[i]?.name ?? ran.assigned[i - first.results.length].variable.name
            throw refused(where, `${name} was not the same to the bit`)
          }
          checked = true
          return value
        } catch (error) {
          tf.dispose(value)
          throw error
        }
      } finally {
        tf.dispose(own)
        if (ran !== undefined) {
          tf.dispose(ran.results)
          ran.drop()
        }
      }
    },
    dispose() {
      program?.dispose()
      program = undefined
      first = undefined
      checked = false
    },
  }
}

interface Spec {
  readonly dtype: tf.DataType
  readonly shape: readonly number[]
}

function checkInputs(where: string, inputs: readonly tf.Tensor[], specs: readonly Spec[]): void {
  if (inputs.length !== specs.length) {
    throw typeError(where, 'batch', `of ${specs.length} tensors, as the first`, String(inputs.length))
  }
  for (let i = 0; i < specs.length; i++) {
    const [{ dtype, shape }, expected] = [inputs[i], specs[i]]
    if (dtype === expected.dtype && tf.util.arraysEqual(shape, [...expected.shape])) continue
    const asFirst = `${expected.dtype} [${expected.shape}], as the first (a replay keeps its shapes),`
    throw typeError(where, `batch tensor ${i}`, asFirst, `${dtype} [${shape}]`)
  }
}

/** Tensors that share their data with nothing, so that data tell which input they are. */
async function copies(tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> {
  const values = await Promise.all(tensors.map(tensor => tensor.data()))
  return tensors.map(({ shape, dtype }, i) => tf.tensor(values[i].slice(), shape, dtype))
}

async function sameBits(a: tf.Tensor, b: tf.Tensor): Promise<boolean> {
  const [one, other] = await Promise.all([a.data(), b.data()])
  return one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
}

function refused(where: string, difference: string): ChiaroError {
  const advice = 'pass what changes (random draws, keys, the step) in the batch'
  return conflictError(where, 'replay', `the loss cannot be replayed: ${difference}; ${advice}`)
}
