import { type AnyTask, describeSettings, type Recipe, recipeId, recipes, withRecipe } from '@chiaro/tasks'
import { type Command, InvalidArgumentError } from 'commander'
import { flagName } from './flags.ts'

/** A commander parser for the name of a recipe, with or without its version: "toy-2d", "toy-2d@1". */
export function recipeOf(able: readonly Recipe[], more: (text: string) => string = () => ''): Parser {
  return text => {
    const [name, version] = text.split('@')
    const recipe = able.find(one => one.name === name)
    if (recipe === undefined) {
      const names = able.map(one => one.name).join(', ')
      throw new InvalidArgumentError(
        `It must be ${names === '' ? 'left out' : `one of ${names}`}.${more(text)}`,
      )
    }
    if (version === undefined || version === String(recipe.version)) return recipe
    throw new InvalidArgumentError(`The version there is is ${recipeId(recipe)}.`)
  }
}

type Parser = (text: string) => Recipe

/** Gives a training command `--recipe`, where there are recipes of its task. */
export function recipeFlag(command: Command, task: AnyTask): Command {
  const able = recipes.filter(recipe => recipe.task === task.name)
  // A name that is another setting's, as how views are drawn was once called a recipe, or a recipe of another task.
  const more = (text: string) => {
    const other = recipes.find(({ name }) => name === text.split('@')[0])
    if (other !== undefined) return ` ${other.name} is for train ${other.task}.`
    const setting = describeSettings(task.settings).find(({ names }) => names?.includes(text))
    return setting === undefined ? '' : ` ${flagName(setting.name)} may be ${text}.`
  }
  const help = 'settings to start from, where no flag says otherwise; chiaro recipes lists them'
  return command.option('--recipe <name>', help, recipeOf(able, more))
}

/** Settings by the flags that were given, on a recipe if there is one. */
export function settingsByRecipe(
  given: Readonly<Record<string, unknown>>,
  recipe: Recipe | undefined,
  { settings }: AnyTask,
): Readonly<Record<string, unknown>> {
  return recipe === undefined ? given : withRecipe(recipe, given, settings)
}

/** What a run has from its recipe and not from the defaults, and what flags say in place of it. */
export function recipeInWords(
  recipe: Recipe,
  settings: Readonly<Record<string, unknown>>,
  { settings: schema }: AnyTask,
): string[] {
  const described = describeSettings(schema)
  const lines = Object.entries(recipe.settings).map(([name, value]) => {
    const flag = flagName(name)
    const said = settings[name]
    if (said === undefined) return `  left out: ${flag} ${shown(value)}`
    const initial = described.find(setting => setting.name === name)?.default
    const before = initial === undefined ? '' : ` (default ${shown(initial)})`
    return JSON.stringify(said) === JSON.stringify(value)
      ? `  ${flag} ${shown(value)}${before}`
      : `  ${flag} ${shown(said)} in place of ${shown(value)}${before}`
  })
  return [`recipe ${recipeId(recipe)}:`, ...lines]
}

/** A setting's value as a flag has it; of a switch that it is on, or off. */
export function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' && /\s/.test(value) ? `'${value}'` : String(value)
}
