import { backendReport } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { key as keyOf } from '@chiaro/random'
import { type AnyTask, checkOverRanks, type Recipe, readSettings, recipeId, tasks } from '@chiaro/tasks'
import { createRun, refuseRun } from '@chiaro/train/node'
import type { Command } from 'commander'
import type { CommandContext, ContextOf } from '../context.ts'
import { dataSourceOf } from '../data/data-sources.ts'
import { byFlags, commonFlags, type RankOption, rankFlag, settingFlags, settingsIn } from '../flags.ts'
import { untilAborted } from '../interruption.ts'
import type { CommonOptions } from '../options.ts'
import { packageVersions } from '../package-versions.ts'
import { checkAlike, meet } from '../ranks/check-alike.ts'
import { useBackendOf } from '../ranks/use-backend-of.ts'
import { recipeFlag, recipeInWords, settingsByRecipe } from '../recipe-flag.ts'
import { runTask } from '../run-task.ts'

interface TrainOptions extends CommonOptions, RankOption, Readonly<Record<string, unknown>> {
  readonly out: string
  readonly recipe?: Recipe
}

/** `chiaro train <task>`: from data to a run folder, a command for each task. */
export function addTrain(program: Command, contextOf: ContextOf): void {
  const train = program.command('train').description('train a model into a run folder')
  for (const task of tasks) {
    const command = train.command(task.name).description(task.summary)
    if (task.formerly !== undefined) command.aliases([...task.formerly])
    const from = dataSourceOf(task.takes)
    from
      .flags(command.optionsGroup('Data and run:'))
      .requiredOption('--out <folder>', 'the run folder to make')
    recipeFlag(command, task)
    rankFlag(commonFlags(settingFlags(command, task.settings)))
      .addHelpText('after', `\nFor example:\n  chiaro train ${task.name} ${from.example}`)
      .action((options: TrainOptions, own: Command) => {
        // What commander put in itself is no wish of the user's, which a recipe has to give way to.
        const given = Object.entries(options).filter(([name]) => own.getOptionValueSource(name) === 'cli')
        return trainTask(task, options, Object.fromEntries(given), contextOf(options))
      })
  }
}

async function trainTask(
  task: AnyTask,
  options: TrainOptions,
  given: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<void> {
  const { out, seed, recipe } = options
  const { terminal, signal, ranks } = context
  const isFirst = ranks === undefined || ranks.rank === 0
  const where = `train ${task.name}`
  const told = settingsByRecipe(settingsIn(given, task.settings), recipe, task)
  const settings = await byFlags(where, task.settings, () => readSettings(where, task.settings, told))
  if (recipe !== undefined) for (const line of recipeInWords(recipe, told, task)) terminal.note(line)
  if (isFirst) await refuseRun(out)
  meet(ranks)
  const from = dataSourceOf(task.takes)
  const source = from.source(options)
  const key = keyOf(seed)
  // Before the data: a model that they bring lies on it.
  const { chosen } = await useBackendOf(ranks, options.backend, options)
  const data = await untilAborted(signal, from.open(source, from.shape?.(options), context))
  const configured = byFlags(where, task.settings, () => task.configure(settings, data, key, signal), 'data')
  const config = await untilAborted(signal, configured)
  if (ranks !== undefined) {
    await byFlags(where, task.settings, () => checkOverRanks(task, config, ranks.size), 'ranks')
  }
  const model = task.prepare(config, key, data)
  try {
    for (const line of from.describe?.(data) ?? []) terminal.note(line)
    for (const remark of task.remarks?.(model, data, key) ?? []) terminal.note(remark)
    const { wasm } = await backendReport()
    const fingerprint = await untilAborted(signal, from.fingerprint(source, data))
    if (ranks !== undefined) await checkAlike(where, { data: fingerprint, config, seed }, ranks)
    if (isFirst) {
      await createRun(out, {
        task: task.name,
        config: { ...(config as object), source },
        recipe: recipe && recipeId(recipe),
        seed,
        backend: { name: chosen, kernels: wasm?.kernelBuild },
        packages: packageVersions(),
        ...(ranks && { ranks: { size: ranks.size, library: ranks.library, abi: ranks.abi } }),
        data: fingerprint,
      })
    }
    const indifferent = task.indifferentLoss(config)
    const chance =
      indifferent === undefined ? '' : `; telling nothing apart has loss ${indifferent.toFixed(3)}`
    terminal.note(`${task.describe(model, data, key)}; backend ${chosen}${chance}`)
    await runTask({ folder: out, task, model, data, key, seed }, context)
  } finally {
    disposeModel(model)
  }
}
