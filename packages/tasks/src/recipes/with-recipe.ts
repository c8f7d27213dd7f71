import { describeSettings } from '../settings/describe-settings.ts'
import type { SettingsSchema } from '../settings/read-settings.ts'
import type { Recipe } from './recipe.ts'

type Settings = Readonly<Record<string, unknown>>

/** Either says how long. */
const lengths = ['epochs', 'steps']

/**
 * What a recipe says, with what was given in place of it; what does not go with that (a number of another objective,
 * steps beside epochs) is left out.
 *
 * @example
 * ```ts
 * import { recipeId, recipes, simclr, withRecipe } from '@chiaro/tasks'
 *
 * const recipe = recipes.find(({ name }) => name === 'fashion-simclr')
 * // Steps in the place of the recipe's epochs: either says how long.
 * if (recipe) console.log(recipeId(recipe), withRecipe(recipe, { steps: 100 }, simclr.settings))
 * ```
 */
export function withRecipe({ settings }: Recipe, given: Settings, schema: SettingsSchema): Settings {
  const described = describeSettings(schema)
  const isLength = lengths.some(name => given[name] !== undefined)
  const told = Object.entries(settings).filter(([name]) => !(isLength && lengths.includes(name)))
  const all: Settings = { ...Object.fromEntries(told), ...given }
  const chosen = (choice: string) => all[choice] ?? described.find(({ name }) => name === choice)?.default
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => {
      const { of = {} } = described.find(setting => setting.name === name) ?? {}
      const belongs = Object.entries(of).every(([choice, names]) => names.includes(String(chosen(choice))))
      return belongs || given[name] !== undefined
    }),
  )
}
