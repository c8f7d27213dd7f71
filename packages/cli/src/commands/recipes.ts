import { describeSettings, type Recipe, recipeId, recipes, taskNamed } from '@chiaro/tasks'
import type { Command } from 'commander'
import type { ContextOf } from '../context.ts'
import { flagName } from '../flags.ts'
import type { CommonOptions } from '../options.ts'
import { recipeOf, shown } from '../recipe-flag.ts'
import type { Terminal } from '../terminal.ts'
import { textTable } from '../text-table.ts'

/** `chiaro recipes`: starting points for training, with what each reached. */
export function addRecipes(program: Command, contextOf: ContextOf): void {
  program
    .command('recipes')
    .description('starting points for training, and what each reached')
    .argument('[name]', 'one of them, with its settings and its command', recipeOf(recipes))
    .option('--json', 'print one JSON object on stdout, everything else on stderr', false)
    .action((recipe: Recipe | undefined, options: Pick<CommonOptions, 'json'>) => {
      const { terminal } = contextOf(options)
      if (recipe === undefined) listRecipes(terminal)
      else showRecipe(recipe, terminal)
    })
}

function listRecipes(terminal: Terminal): void {
  terminal.result({ recipes })
  for (const recipe of recipes) {
    terminal.print(`${recipeId(recipe)}: ${recipe.summary} (train ${recipe.task})`)
    terminal.print(`  ${reachedBy(recipe)}`)
  }
  terminal.note('next: chiaro recipes NAME')
}

function showRecipe(recipe: Recipe, terminal: Terminal): void {
  const { task, summary, settings, reached, command } = recipe
  terminal.result(recipe)
  const described = describeSettings(taskNamed(task).settings)
  const initial = (name: string) => described.find(setting => setting.name === name)?.default
  const rows = Object.entries(settings).map(([name, value]) => {
    const before = initial(name)
    return [flagName(name), shown(value), before === undefined ? '' : shown(before)]
  })
  terminal.print(`${recipeId(recipe)}: ${summary}`)
  for (const line of textTable([['setting', 'recipe', 'default'], ...rows])) terminal.print(line)
  terminal.print(`reached: ${reachedBy(recipe)}${reached === undefined ? '' : ` (${reached.source})`}`)
  terminal.print(command)
}

function reachedBy({ reached }: Recipe): string {
  return reached === undefined ? 'not measured yet' : `${reached.figure}; ${reached.took}`
}
