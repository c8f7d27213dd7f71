import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kinds } from './kinds.mjs'
import { named, nameProblem, namesOf } from './names.mjs'

const templates = join(dirname(fileURLToPath(import.meta.url)), 'templates')

/** What a new thing is called in a changelog. */
const changeset = (packages, kind, exported) =>
  `---\n${packages.map(name => `"${name}": minor`).join('\n')}\n---\n\nA new ${kind}, \`${exported}\`.\n`

/**
 * Every file that a new thing writes, its path in a workspace and its whole text; nothing is written here.
 *
 * @throws Error, in a sentence, for a kind that there is not, a name that is none or taken, a file that is not as it was
 */
export function planned(root, kind, name) {
  if (!Object.hasOwn(kinds, kind))
    throw new Error(`KIND must be one of ${Object.keys(kinds).join(', ')}, got ${JSON.stringify(kind)}`)
  const { exported, files, edits, package: owner, also = [] } = kinds[kind]
  const names = namesOf(name)
  const problem = nameProblem(name, exported(names))
  if (problem !== undefined) throw new Error(problem)

  const made = { ...files(names), changeset: `.changeset/${kind}-${name}.md` }
  // A task is a folder, which may be there under its name for something else.
  const places = [...Object.values(made), ...(kind === 'task' ? [`packages/tasks/src/${name}`] : [])]
  const taken = places.find(path => existsSync(join(root, path)))
  if (taken !== undefined) throw new Error(`NAME must be new, but ${taken} is there`)

  const written = Object.entries(made).map(([template, path]) => [
    path,
    template === 'changeset'
      ? changeset([owner, ...also], kind, exported(names))
      : named(readFileSync(join(templates, kind, template), 'utf8'), names),
  ])
  const changed = Object.entries(edits(names)).map(([path, changes]) => {
    const before = readFileSync(join(root, path), 'utf8')
    if (path.endsWith('/index.ts') && new RegExp(`\\b${exported(names)}\\b`).test(before))
      throw new Error(`NAME must be new, but ${path} has ${exported(names)}`)
    try {
      return [path, changes.reduce((text, change) => change(text), before)]
    } catch (error) {
      throw new Error(`${path} is not as npm run new knows it: ${error.message}`)
    }
  })
  return { made: Object.fromEntries(written), changed: Object.fromEntries(changed) }
}
