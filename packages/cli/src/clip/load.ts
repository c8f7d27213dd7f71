import { ChiaroError } from '@chiaro/core'
import { key } from '@chiaro/random'
import { assignTensors } from '@chiaro/train'
import { loadCheckpoint, readLatest, readRun } from '@chiaro/train/node'
import type { ClipConfig } from './config.ts'
import { type ClipModel, createClip } from './model.ts'

/** Opens a CLIP run: the model of its best checkpoint where validation chose one, else of its latest. */
export async function loadClip(folder: string, which?: 'best' | 'latest'): Promise<ClipModel> {
  const { task, config } = await readRun(folder)
  if (task !== 'clip') {
    throw new ChiaroError('run', `chiaro: ${folder} must be a clip run, got one of task "${task}"`, 'run')
  }
  const chosen = which ?? ((await readLatest(folder)).best === undefined ? 'latest' : 'best')
  const { model } = await loadCheckpoint(folder, chosen)
  const clip = createClip(config as unknown as ClipConfig, key(0))
  assignTensors('model', { ...clip.parameters, ...clip.buffers }, model)
  return clip
}
