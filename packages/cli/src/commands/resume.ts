import { useBackend } from '@chiaro/backend'
import { ChiaroError, key } from '@chiaro/core'
import { loadCheckpoint, readRun, trimLog } from '@chiaro/train/node'
import type { ClipConfig } from '../clip/config.ts'
import { createClip, disposeClip } from '../clip/model.ts'
import { loadPairs } from '../clip/pairs.ts'
import { type CommonOptions, checkThreads } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { runClip } from './train-clip.ts'

/** `chiaro resume`: goes on from the latest checkpoint, to the same bits as if nothing had happened. */
export async function resume(
  folder: string,
  options: CommonOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  checkThreads(options.threads)
  const run = await readRun(folder)
  if (run.task !== 'clip') {
    throw new ChiaroError('run', `resume: ${folder} must be a clip run, got one of task "${run.task}"`, 'run')
  }
  const config = run.config as unknown as ClipConfig
  const { source, imageSize } = config
  const start = await loadCheckpoint(folder, 'latest')
  const training = await loadPairs(source.pairs, source, imageSize, terminal, signal)
  const validation =
    source.validationPairs &&
    (await loadPairs(
      source.validationPairs,
      { ...source, weightColumn: undefined },
      imageSize,
      terminal,
      signal,
    ))
  await useBackend(
    options.backend === 'auto' ? (run.backend.name as CommonOptions['backend']) : options.backend,
  )
  // Captions are weighed before the checkpoint is loaded, so by the same texts as when the run began.
  const model = createClip(config, key(run.seed), training.texts)
  await trimLog(folder, start.step)
  const more = { start, signal, validation: validation || undefined }
  await runClip({ folder, model, seed: run.seed, training, ...more }, terminal)
  disposeClip(model)
}
