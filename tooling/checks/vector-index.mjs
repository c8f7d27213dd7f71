// Indices of vectors with LanceDB itself, which npm test does without: an optional peer of 200 MB. Installed once, into a
// folder beside what else is installed. npm run test:index
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestOf } from './imports.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const version = manifestOf(join(root, 'packages/data')).peerDependencies['@lancedb/lancedb'].replace(/^~/, '')
const folder = join(root, 'node_modules/.cache/chiaro-lance', version)
const shell = process.platform === 'win32'

if (!existsSync(join(folder, 'node_modules/@lancedb/lancedb'))) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const install = ['install', '--no-audit', '--no-fund', `@lancedb/lancedb@${version}`]
  const { status } = spawnSync('npm', install, { cwd: folder, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 1)
}
const tests = [
  'packages/data/src/node/vector-index',
  'packages/data/src/node/arrow-schema',
  'packages/cli/src/vector-index',
]
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', ...tests], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CHIARO_LANCE: folder },
})
process.exit(status ?? 1)
