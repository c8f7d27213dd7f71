import { useBackend } from '@chiaro/backend'
import { ChiaroError, disposeModel } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { latestWholeCheckpoint, type RunInfo, readRun, trimLog } from '@chiaro/train/node'
import type { ClipConfig } from '../clip/config.ts'
import { createClip, disposeClip } from '../clip/model.ts'
import { loadPairs } from '../clip/pairs.ts'
import type { EbmConfig } from '../ebm/config.ts'
import { createEbm } from '../ebm/model.ts'
import { prepareTable } from '../ebm/prepare.ts'
import type { CommonOptions } from '../options.ts'
import { openPictures } from '../pictures/open-pictures.ts'
import type { SimclrConfig } from '../simclr/config.ts'
import { createSimclr, disposeSimclr } from '../simclr/model.ts'
import type { Terminal } from '../terminal.ts'
import { runClip } from './train-clip.ts'
import { runEbm } from './train-ebm.ts'
import { runSimclr } from './train-simclr.ts'

/**
 * `chiaro resume`: goes on from the newest whole checkpoint, to the same bits as if nothing had happened. A run stopped
 * before its first begins anew, with the values it began with.
 */
export async function resume(
  folder: string,
  options: CommonOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const run = await readRun(folder)
  const goOn = { clip: resumeClip, ebm: resumeEbm, simclr: resumeSimclr }[run.task]
  if (goOn === undefined) {
    const problem = `must be a clip, an ebm or a simclr run, got one of task "${run.task}"`
    throw new ChiaroError('run', `resume: ${folder} ${problem}`, 'run')
  }
  const backend =
    options.backend === 'auto' ? (run.backend.name as CommonOptions['backend']) : options.backend
  await goOn({ folder, run, startBackend: () => useBackend(backend, options) }, terminal, signal)
}

interface Resumed {
  readonly folder: string
  readonly run: RunInfo
  readonly startBackend: () => Promise<unknown>
}

async function resumeClip({ folder, run, startBackend }: Resumed, terminal: Terminal, signal: AbortSignal) {
  const { source, imageSize } = run.config as unknown as ClipConfig
  const start = await newestCheckpoint(folder, terminal)
  const pairs = (file: string, of: ClipConfig['source']) => loadPairs(file, of, imageSize, terminal, signal)
  const training = await pairs(source.pairs, source)
  const validation =
    source.validationPairs === undefined
      ? undefined
      : await pairs(source.validationPairs, { ...source, weightColumn: undefined })
  await startBackend()
  // Captions are weighed before the checkpoint is loaded, so by the same texts as when the run began.
  const model = createClip(run.config as unknown as ClipConfig, foldIn(key(run.seed), 0), training.texts)
  await trimLog(folder, start?.step ?? 0)
  await runClip({ folder, model, seed: run.seed, training, start, signal, validation }, terminal)
  disposeClip(model)
}

async function resumeEbm({ folder, run, startBackend }: Resumed, terminal: Terminal, signal: AbortSignal) {
  const config = run.config as unknown as EbmConfig
  const start = await newestCheckpoint(folder, terminal)
  const data = await prepareTable(config.source, run.seed)
  await startBackend()
  const model = createEbm(config, foldIn(key(run.seed), 0))
  await trimLog(folder, start?.step ?? 0)
  const { training, validation } = data
  await runEbm({ folder, model, seed: run.seed, training, validation, start, signal }, data, terminal)
  disposeModel(model.density)
}

async function resumeSimclr({ folder, run, startBackend }: Resumed, terminal: Terminal, signal: AbortSignal) {
  const config = run.config as unknown as SimclrConfig
  const start = await newestCheckpoint(folder, terminal)
  const pictures = await openPictures(config.source, { shape: config.shape, signal }, terminal)
  await startBackend()
  const model = createSimclr(config, foldIn(key(run.seed), 0))
  await trimLog(folder, start?.step ?? 0)
  await runSimclr({ folder, model, seed: run.seed, pictures, start, signal }, terminal)
  disposeSimclr(model)
}

/** The newest checkpoint that is whole, if there is any; says which are not. */
async function newestCheckpoint(folder: string, terminal: Terminal) {
  const { checkpoint, damaged } = await latestWholeCheckpoint(folder)
  for (const { message } of damaged) terminal.note(`${message}; going on from an earlier one`)
  return checkpoint
}
