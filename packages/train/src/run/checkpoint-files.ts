import { ChiaroError } from '@chiaro/core'
import type { Checkpoint, CheckpointState } from '../checkpoint.ts'
import type { HostTensors } from '../host-tensors.ts'
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts'
import { checksum, decodeSealed, encodeSealed } from './json-file.ts'
import { runSchemaVersion } from './run-info.ts'

/** The files of `checkpoints/<step>/`, by their names there. */
export type CheckpointFiles = Readonly<Record<(typeof checkpointFileNames)[number], Uint8Array>>

export const checkpointFileNames = ['model.safetensors', 'optimizer.safetensors', 'state.json'] as const

/** The files of a checkpoint; state.json has the SHA-256 of the other two and its own, by which a flipped bit is found. */
export function encodeCheckpoint({ step, model, optimizer, state }: Checkpoint): CheckpointFiles {
  const metadata = { step: String(step) }
  const tensors = {
    'model.safetensors': encodeSafetensors(model, metadata),
    'optimizer.safetensors': encodeSafetensors(optimizer, metadata),
  }
  const sha256 = Object.fromEntries(Object.entries(tensors).map(([name, bytes]) => [name, checksum(bytes)]))
  return {
    ...tensors,
    'state.json': encodeSealed({ schemaVersion: runSchemaVersion, step, sha256, ...state }),
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
  const { schemaVersion, step: stated, sha256: sums, ...state } = decodeSealed(statePath, files['state.json'])
  if (schemaVersion !== runSchemaVersion || stated !== step) {
    const expected = `schemaVersion ${runSchemaVersion} and step ${step}`
    const message = `${statePath}: must have ${expected}, got ${schemaVersion} and ${stated}`
    throw new ChiaroError('run', message, statePath)
  }
  return {
    step,
    model: tensorsOf(path, 'model.safetensors', files, sums),
    optimizer: tensorsOf(path, 'optimizer.safetensors', files, sums),
    state: state as CheckpointState,
  }
}

/** `latest.json`: which checkpoints to use. */
export interface LatestCheckpoints {
  readonly step: number
  /** The step of the best validation; absent when none was saved. */
  readonly best?: number
}

/** The bytes of `latest.json`. */
export function encodeLatest({ step, best }: LatestCheckpoints): Uint8Array {
  return encodeSealed(best === undefined ? { step } : { step, best })
}

/** Reads `latest.json`. @throws ChiaroError ('run') that names the file */
export function decodeLatest(path: string, bytes: Uint8Array): LatestCheckpoints {
  const { step, best } = decodeSealed(path, bytes)
  const isStep = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
  if (!isStep(step) || (best !== undefined && !isStep(best))) {
    throw new ChiaroError('run', `${path}: step and best must be steps, got ${step} and ${best}`, path)
  }
  return best === undefined ? { step } : { step, best }
}

/** `sums` are absent in checkpoints of before. */
function tensorsOf(
  folder: string,
  name: 'model.safetensors' | 'optimizer.safetensors',
  { [name]: bytes }: CheckpointFiles,
  sums: unknown,
): HostTensors {
  const path = `${folder}/${name}`
  const expected = (sums as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (expected !== undefined && checksum(bytes) !== expected) {
    throw new ChiaroError(
      'run',
      `${path}: must have the checksum of state.json, got another: it is damaged`,
      path,
    )
  }
  try {
    return decodeSafetensors(bytes).tensors
  } catch (error) {
    throw new ChiaroError('run', `${path}: ${(error as Error).message}`, path, { cause: error })
  }
}
