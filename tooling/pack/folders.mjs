import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The folders of packages/, "packages/core" each. */
export function packageFolders(root) {
  return readdirSync(join(root, 'packages'))
    .map(name => `packages/${name}`)
    .filter(folder => existsSync(join(root, folder, 'package.json')))
}
