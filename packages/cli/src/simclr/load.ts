import { ChiaroError } from '@chiaro/core'
import { key } from '@chiaro/random'
import { assignTensors } from '@chiaro/train'
import { loadCheckpoint, readRun } from '@chiaro/train/node'
import type { SimclrConfig } from './config.ts'
import { createSimclr, type SimclrModel } from './model.ts'

/** Opens a SimCLR run: the model of its latest checkpoint. */
export async function loadSimclr(folder: string): Promise<SimclrModel & { readonly seed: number }> {
  const { task, config, seed } = await readRun(folder)
  if (task !== 'simclr') {
    throw new ChiaroError('run', `chiaro: ${folder} must be a simclr run, got one of task "${task}"`, 'run')
  }
  const { model } = await loadCheckpoint(folder, 'latest')
  const simclr = createSimclr(config as unknown as SimclrConfig, key(0))
  assignTensors('model', { ...simclr.parameters, ...simclr.buffers }, model)
  return { ...simclr, seed }
}
