import { type Buffers, ChiaroError, type Parameters } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ExponentialMovingAverage } from './exponential-moving-average.ts'
import { assignTensors, checkedTensor, type HostTensors, readTensors, toTensor } from './host-tensors.ts'
import type { Tensors } from './optimizer.ts'
import type { StepReadings } from './step-readings.ts'

/** The best validation so far. */
export interface Best {
  readonly step: number
  readonly value: number
}

/** All that training needs to go on as if it had not stopped; plain host data, for any kind of storage. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number
  /** What one uses: parameters and buffers, averaged where training keeps an average. */
  readonly model: HostTensors
  /** The optimiser's state; with an average also the weights as trained ("trained/<name>"). */
  readonly optimizer: HostTensors
  readonly state: CheckpointState
}

export interface CheckpointState {
  /** Updates of the average; absent without one. */
  readonly averageCount?: number
  /** The best validation up to this step; absent before the first. */
  readonly best?: Best
  /** What was read of this step, where its validation was interrupted: that comes first when training goes on. */
  readonly unvalidated?: StepReadings & { readonly learningRate: number }
}

/** What a checkpoint is taken of, and given back to. */
export interface Trained {
  readonly parameters: Parameters
  readonly buffers: Buffers
  readonly ema?: ExponentialMovingAverage
}

const trained = 'trained/'

/** Reads a checkpoint from the device. */
export async function takeCheckpoint(
  step: number,
  { parameters, buffers, ema }: Trained,
  optimizerState: Tensors,
  { best, unvalidated }: Pick<CheckpointState, 'best' | 'unvalidated'>,
): Promise<Checkpoint> {
  const variables = { ...parameters, ...buffers }
  const averages = ema?.tensors() ?? {}
  const own = Object.keys(averages).map(name => [`${trained}${name}`, variables[name]])
  return {
    step,
    model: await readTensors({ ...variables, ...averages }),
    optimizer: await readTensors({ ...optimizerState, ...Object.fromEntries(own) }),
    state: {
      ...(ema === undefined ? {} : { averageCount: ema.count() }),
      ...(best === undefined ? {} : { best }),
      ...(unvalidated === undefined ? {} : { unvalidated }),
    },
  }
}

/**
 * Puts a checkpoint's values into the variables and the average, and returns the optimiser's state, with the names
 * and shapes of `fresh`, which it disposes.
 *
 * @throws ChiaroError ('run') that names the tensor that is missing, left over or of another shape
 */
export function restoreCheckpoint(
  checkpoint: Checkpoint,
  { parameters, buffers, ema }: Trained,
  fresh: Tensors,
): Tensors {
  const { model, optimizer, state } = checkpoint
  const averaged = Object.keys(ema?.tensors() ?? {})
  if ((ema === undefined) !== (state.averageCount === undefined)) {
    const [expected, got] = ema === undefined ? ['without', 'with'] : ['with', 'without']
    throw new ChiaroError('run', `fit: start must be ${expected} averaged weights, got one ${got}`, 'start')
  }
  const own = averaged.map(name => [name, checkedTensor('optimizer', optimizer, `${trained}${name}`)])
  const stateTensors = Object.entries(optimizer).filter(([name]) => !name.startsWith(trained))
  const states = checkedStates(fresh, Object.fromEntries(stateTensors))
  assignTensors('model', { ...parameters, ...buffers }, { ...model, ...Object.fromEntries(own) })
  if (ema !== undefined) {
    const averages = Object.fromEntries(averaged.map(name => [name, toTensor(model[name])]))
    ema.restore(averages, state.averageCount ?? 0)
    tf.dispose(averages)
  }
  tf.dispose(fresh as tf.TensorContainer)
  return Object.fromEntries(Object.entries(states).map(([name, tensor]) => [name, tf.keep(toTensor(tensor))]))
}

function checkedStates(fresh: Tensors, tensors: HostTensors): HostTensors {
  for (const [name, { shape }] of Object.entries(fresh)) {
    const found = checkedTensor('optimizer', tensors, name)
    if (!tf.util.arraysEqual([...found.shape], shape)) {
      throw new ChiaroError('run', `optimizer: ${name} must be [${shape}], got [${found.shape}]`, name)
    }
  }
  const left = Object.keys(tensors).find(name => !Object.hasOwn(fresh, name))
  if (left === undefined) return tensors
  throw new ChiaroError('run', `optimizer: ${left} must be this optimiser's state, got one it has not`, left)
}
