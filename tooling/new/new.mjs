// A new objective, noise, energy, view or task that passes every check: npm run new KIND NAME [-- --root FOLDER]. What is
// written is a small true example under the new name; the author puts their own in its place.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kinds } from './kinds.mjs'
import { planned } from './planned.mjs'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const args = process.argv.slice(2)
const at = args.indexOf('--root')
const root = at < 0 ? repository : args[at + 1]
const [kind, name, ...rest] = at < 0 ? args : args.toSpliced(at, 2)

if (name === undefined || rest.length > 0) {
  console.error(
    `usage: npm run new ${Object.keys(kinds).join(' | ')} NAME   (npm run new objective soft-triplet)`,
  )
  process.exit(2)
}
let plan
try {
  plan = planned(root, kind, name)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const { made, changed } = plan
const files = { ...made, ...changed }
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
// A longer name breaks lines elsewhere, and new imports go where the order wants them.
const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome')
const sources = Object.keys(files).filter(path => path.endsWith('.ts'))
const { status, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', ...sources], {
  cwd: root,
  encoding: 'utf8',
})
if (status !== 0) {
  console.error(stderr)
  process.exit(1)
}

const tests = [...Object.keys(made), ...Object.keys(changed)].filter(path => path.endsWith('.test.ts'))
console.log(`written:
${Object.keys(made)
  .map(path => `  ${path}`)
  .join('\n')}
a line more:
${Object.keys(changed)
  .map(path => `  ${path}`)
  .join('\n')}

It is an example, and passes as it is. Put your own in its place, equation, oracle and words; then

  npx vitest run ${tests.join(' ')}
  npm run check

CONTRIBUTING.md says what a new ${kind} must bring.`)
