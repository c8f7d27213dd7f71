import { ChiaroError } from '@chiaro/core'
import { key } from '@chiaro/random'
import { assignTensors } from '@chiaro/train'
import { loadCheckpoint, readRun } from '@chiaro/train/node'
import type { EbmConfig } from './config.ts'
import { createEbm, type EbmModel } from './model.ts'

export interface LoadedEbm {
  readonly model: EbmModel
  readonly seed: number
}

/** Opens an energy-model run: the model of its best checkpoint unless the latest is asked for. */
export async function loadEbm(folder: string, which: 'best' | 'latest' = 'best'): Promise<LoadedEbm> {
  const { task, config, seed } = await readRun(folder)
  if (task !== 'ebm') {
    throw new ChiaroError('run', `chiaro: ${folder} must be an ebm run, got one of task "${task}"`, 'run')
  }
  const { model: tensors } = await loadCheckpoint(folder, which)
  const model = createEbm(config as unknown as EbmConfig, key(0))
  assignTensors('model', model.density.parameters, tensors)
  return { model, seed }
}
