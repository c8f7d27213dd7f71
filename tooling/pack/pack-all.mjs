// npm run pack [folder]: the tarballs of all packages as they are published, into a folder (default: tarballs).
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolders } from './folders.mjs'
import { stage } from './stage.mjs'

export { packageFolders }

const here = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Packs every package, which must be built, and returns what was packed: { name, version, path } each.
 *
 * @param destination a folder, made if it is not there
 * @param root the workspace: by default this one
 * @param options.commit the commit that is published, which the manifests then name
 */
export function packAll(destination, root = here, options = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'chiaro-pack-'))
  try {
    mkdirSync(destination, { recursive: true })
    const staged = packageFolders(root).map(folder => {
      const target = join(scratch, folder)
      stage(root, folder, target, options)
      return target
    })
    const { status, stdout, stderr } = spawnSync(
      'npm',
      ['pack', '--json', '--pack-destination', destination, ...staged],
      { cwd: scratch, encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 2 ** 26 },
    )
    if (status !== 0) throw new Error(`npm pack failed:\n${stdout}${stderr}`)
    return JSON.parse(stdout).map(({ name, version, filename }) => ({
      name,
      version,
      path: join(destination, filename),
    }))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path } of packAll(resolve(process.argv[2] ?? 'tarballs'))) console.log(path)
}
