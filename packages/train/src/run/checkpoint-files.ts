import { ChiaroError } from '@chiaro/core'
import type { Checkpoint, CheckpointState } from '../checkpoint.ts'
import type { HostTensors } from '../host-tensors.ts'
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts'
import { decodeJsonObject, encodeJson } from './json-file.ts'
import { runSchemaVersion } from './run-info.ts'

/** The files of `checkpoints/<step>/`, by their names there. */
export type CheckpointFiles = Readonly<Record<(typeof checkpointFileNames)[number], Uint8Array>>

export const checkpointFileNames = ['model.safetensors', 'optimizer.safetensors', 'state.json'] as const

export function encodeCheckpoint({ step, model, optimizer, state }: Checkpoint): CheckpointFiles {
  const metadata = { step: String(step) }
  return {
    'model.safetensors': encodeSafetensors(model, metadata),
    'optimizer.safetensors': encodeSafetensors(optimizer, metadata),
    'state.json': encodeJson({ schemaVersion: runSchemaVersion, step, ...state }),
  }
}

/**
 * Reads the files of a checkpoint.
 *
 * @param path the folder they lie in, for messages
 * @throws ChiaroError ('run') that names the file which is damaged or of another step
 */
export function decodeCheckpoint(path: string, step: number, files: CheckpointFiles): Checkpoint {
  const statePath = `${path}/state.json`
  const { schemaVersion, step: stated, ...state } = decodeJsonObject(statePath, files['state.json'])
  if (schemaVersion !== runSchemaVersion || stated !== step) {
    const expected = `schemaVersion ${runSchemaVersion} and step ${step}`
    const message = `${statePath}: must have ${expected}, got ${schemaVersion} and ${stated}`
    throw new ChiaroError('run', message, statePath)
  }
  return {
    step,
    model: tensorsOf(`${path}/model.safetensors`, files['model.safetensors']),
    optimizer: tensorsOf(`${path}/optimizer.safetensors`, files['optimizer.safetensors']),
    state: state as CheckpointState,
  }
}

/** `latest.json`: which checkpoints to use. */
export interface LatestCheckpoints {
  readonly step: number
  /** The step of the best validation; absent when none was saved. */
  readonly best?: number
}

/** Reads `latest.json`. @throws ChiaroError ('run') that names the file */
export function decodeLatest(path: string, bytes: Uint8Array): LatestCheckpoints {
  const { step, best } = decodeJsonObject(path, bytes)
  const isStep = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
  if (!isStep(step) || (best !== undefined && !isStep(best))) {
    throw new ChiaroError('run', `${path}: step and best must be steps, got ${step} and ${best}`, path)
  }
  return best === undefined ? { step } : { step, best }
}

function tensorsOf(path: string, bytes: Uint8Array): HostTensors {
  try {
    return decodeSafetensors(bytes).tensors
  } catch (error) {
    throw new ChiaroError('run', `${path}: ${(error as Error).message}`, path, { cause: error })
  }
}
