import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What is not ours, or made. */
const notOurs = ['node_modules', 'dist', 'generated', 'runs', '.git', '.turbo', '.changeset']

/**
 * Files of the repository under a folder, by what their names match; `enter` says which folders to look into, `skipped`
 * names those that are left out.
 */
export function* filesUnder(folder, names, enter = () => true, skipped = notOurs) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!skipped.includes(entry.name) && enter(path)) yield* filesUnder(path, names, enter, skipped)
    } else if (names.test(entry.name)) yield path
  }
}
