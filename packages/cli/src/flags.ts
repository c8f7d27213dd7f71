import { ChiaroError, type ErrorCode } from '@chiaro/core'
import { defaultPatience } from '@chiaro/distributed/node'
import { describeSettings, type SettingDescription, type SettingsSchema } from '@chiaro/tasks'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { names, numberIn, textOfFile, threads, wholeNumber, wholeNumbers } from './options.ts'

/** Gives a command one flag for each setting: "batchSize" is --batch-size. */
export function settingFlags(command: Command, settings: SettingsSchema): Command {
  command.optionsGroup('Settings:')
  for (const setting of describeSettings(settings)) command.addOption(flagOf(setting))
  return command
}

/** What the flags say of the settings; those not given are left to their defaults. */
export function settingsIn(
  options: Readonly<Record<string, unknown>>,
  settings: SettingsSchema,
): Record<string, unknown> {
  const names = describeSettings(settings).map(({ name }) => name)
  return Object.fromEntries(
    names.map(name => [name, options[name]]).filter(([, value]) => value !== undefined),
  )
}

/** "batchSize" as "--batch-size". */
export const flagName = (setting: string) =>
  `--${setting.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

function flagOf(setting: SettingDescription): Option {
  const { name, kind, of, least = -Number.MAX_VALUE, most = Number.MAX_VALUE, names: known = [] } = setting
  // A default given to commander would look like a flag that was given, where the setting does not belong.
  const option = (value: string) =>
    of === undefined
      ? new Option(`${flagName(name)}${value}`, setting.help).default(setting.default)
      : new Option(`${flagName(name)}${value}`, `${setting.help} (${belonging(of, setting.default)})`)
  switch (kind) {
    case 'integer':
      return option(' <n>').argParser(wholeNumber(least, most))
    case 'number':
      return option(' <x>').argParser(numberIn(least, most))
    case 'integers':
      return option(' <n,n,…>').argParser(wholeNumbers)
    case 'choice':
      return option(' <name>').choices(known)
    case 'flag':
      return option('')
    case 'text':
      return option(' <text>')
    case 'file':
      return option(' <file>').argParser(textOfFile)
    case 'texts':
      return option(' <names>').argParser(names)
  }
}

/** "objective cd, pcd; default: 10". */
function belonging(of: NonNullable<SettingDescription['of']>, initial: unknown): string {
  const choices = Object.entries(of).map(([choice, names]) => `${choice} ${names.join(', ')}`)
  return [...choices, ...(initial === undefined ? [] : [`default: ${initial}`])].join('; ')
}

/** The flags that every command takes. */
export function commonFlags(command: Command): Command {
  const backends = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu']
  return command
    .optionsGroup('Of every command:')
    .addOption(new Option('--backend <name>', 'where to compute').choices(backends).default('auto'))
    .option('--seed <n>', 'the same seed gives the same numbers', wholeNumber(0), 0)
    .option('--threads <n>', 'threads of the kernels; auto: the cores available', threads, 'auto')
    .option('--json', 'print one JSON object on stdout, everything else on stderr', false)
    .optionsGroup('Options:')
}

/** What is done with pictures that can't be used. */
export interface SkipBadOption {
  readonly skipBad?: boolean
}

/** Where decoded pictures are kept for the next command; nowhere unless it is said. */
export interface CacheOption {
  readonly cache?: string
}

export function cacheFlag(command: Command): Command {
  const help = 'keep decoded pictures there, at most 512 MiB, so that the next command need not decode them'
  return command.option('--cache <folder>', help, folder => {
    if (folder.trim() === '') throw new InvalidArgumentError('It must be a folder.')
    return folder
  })
}

/** Of a command that several ranks do together. */
export interface RankOption {
  /** Seconds. */
  readonly rankPatience: number
}

export function rankFlag(command: Command): Command {
  const help = 'behind mpirun or srun: seconds that a rank waits for another before all end, with code 75'
  return command.option('--rank-patience <seconds>', help, numberIn(1, 1e6), defaultPatience)
}

/** The flags of every command that reads pictures. */
export function pictureFlags(command: Command): Command {
  return cacheFlag(command).option(
    '--skip-bad',
    'leave pictures out that can’t be used, and say which',
    false,
  )
}

/** Which checkpoint of a run is meant. */
export function checkpointFlag(command: Command): Command {
  command.option('--backbone <file>', 'where the model.json that a run’s image tower stands on lies now')
  return command.option('--checkpoint <which>', 'best or latest (default: best where there is one)', text => {
    if (text === 'best' || text === 'latest') return text
    throw new InvalidArgumentError('It must be best or latest.')
  })
}

/**
 * Runs work of a task; an error about one of its settings then speaks of the flag.
 *
 * @param code what the error is then, where it is not what it was: a setting that does not fit the data is no fault of
 *   the command line
 */
export async function byFlags<T>(
  where: string,
  settings: SettingsSchema,
  work: () => T | Promise<T>,
  code?: ErrorCode,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ChiaroError) || !Object.hasOwn(settings.shape, error.argument ?? '')) throw error
    const names = new RegExp(`\\b(${Object.keys(settings.shape).join('|')})\\b`, 'g')
    const problem = error.message.replace(/^[\w ]+: /, '').replace(names, flagName)
    const flag = flagName(error.argument ?? '')
    throw new ChiaroError(code ?? error.code, `${where}: ${problem}`, flag, { cause: error })
  }
}
