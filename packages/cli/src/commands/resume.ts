import { disposeModel } from '@chiaro/core'
import { latestWholeCheckpoint } from '@chiaro/train/node'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { dataSourceOf, type MovedData } from '../data/data-sources.ts'
import { checkFingerprint } from '../data/fingerprint.ts'
import { type CacheOption, cacheFlag, commonFlags, type RankOption, rankFlag } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import { keyOfRun, readTaskRun } from '../open-run.ts'
import type { CommonOptions } from '../options.ts'
import { checkAlike, meet } from '../ranks/check-alike.ts'
import { useBackendOf } from '../ranks/use-backend-of.ts'
import { runTask } from '../run-task.ts'

/** `chiaro resume`: goes on where a run stopped. */
export function addResume(program: Command, contextOf: ContextOf): void {
  rankFlag(cacheFlag(commonFlags(program.command('resume <run>'))))
    .description('go on where a run stopped')
    .option('--images <source>', 'where its pictures lie now')
    .option('--labels <source>', 'where the labels that it learns from lie now')
    .option('--pairs <file>', 'where its pairs lie now')
    .option('--val-pairs <file>', 'where its pairs to validate on lie now')
    .option(
      '--pretrained <folder>',
      'where the CLIP checkpoint lies now, for a run that has none of its own yet',
    )
    .option('--backbone <file>', 'where the model.json that its image tower stands on lies now')
    .option('--table <file>', 'where its table lies now')
    .option('--texts <file>', 'where its texts lie now')
    .option('--accept-changed-data', 'go on also where the data are not those of before', false)
    .action((folder: string, options: ResumeOptions) => resume(folder, options, contextOf(options)))
}

interface ResumeOptions extends CommonOptions, CacheOption, RankOption, MovedData {
  readonly acceptChangedData: boolean
}

/**
 * Goes on from the newest whole checkpoint, to the same bits as if nothing had happened. A run stopped before its first
 * begins anew, with the values it began with.
 */
async function resume(folder: string, options: ResumeOptions, context: CommandContext): Promise<void> {
  const { terminal, signal, ranks } = context
  const run = await readTaskRun(folder)
  const { info, task, config } = run
  const { checkpoint: start, damaged } = await latestWholeCheckpoint(folder)
  meet(ranks)
  for (const { message } of damaged) terminal.note(`${message}; going on from an earlier one`)
  const from = dataSourceOf(task.takes)
  const moved = from.moved(from.parse(info.config.source), options)
  const source = start === undefined ? moved : (from.started?.(moved) ?? moved)
  // What a run was trained on gives its bits.
  const ofRun = info.backend.name as CommonOptions['backend']
  await useBackendOf(ranks, options.backend === 'auto' ? ofRun : options.backend, options)
  const data = await untilAborted(signal, from.open(source, task.imageShape?.(config), context))
  if (!options.acceptChangedData || ranks !== undefined) {
    const fingerprint = await untilAborted(signal, from.fingerprint(source, data))
    if (!options.acceptChangedData) checkFingerprint(folder, info.data, fingerprint)
    if (ranks !== undefined) await checkAlike('resume', { data: fingerprint, config, seed: info.seed }, ranks)
  }
  const key = keyOfRun(run)
  const model = task.prepare(config, key, data)
  try {
    await runTask({ folder, task, model, data, key, seed: info.seed, start }, context)
  } finally {
    disposeModel(model)
  }
}
