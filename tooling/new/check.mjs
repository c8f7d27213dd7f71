// What npm run new writes passes at once: each kind is made in a copy of the workspace, under a name long enough to break
// lines, and the copy is formatted, layered, documented, compiled and tested. node tooling/new/check.mjs
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kinds } from './kinds.mjs'
import { planned } from './planned.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-new-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

const name = 'made-up-to-be-checked'

/** Ends the check with what a command said. */
function run(what, args, cwd = scratch) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  console.error(`${what} failed:\n${stdout}${stderr}`)
  process.exit(1)
}

// The workspace, all that is installed by links: what is made or measured stays behind.
const left = new Set(['dist', 'runs', '.git', '.turbo', 'public'])
cpSync(root, scratch, {
  recursive: true,
  verbatimSymlinks: true,
  filter: source => {
    const parts = source.slice(root.length).split(/[\\/]/)
    return !(left.has(parts.at(-1)) || parts[0] === 'node_modules')
  },
})
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'junction')

const plans = Object.keys(kinds).map(kind => planned(scratch, kind, name))
for (const kind of Object.keys(kinds))
  run(`npm run new ${kind}`, [join(scratch, 'tooling/new/new.mjs'), kind, name])

const bin = path => join(root, 'node_modules', path)
const written = plans.flatMap(({ made, changed }) => [...Object.keys(made), ...Object.keys(changed)])
const sources = [...new Set(written)].filter(path => path.endsWith('.ts'))
run('the formatter', [bin('@biomejs/biome/bin/biome'), 'check', ...sources])
run('the check of layers', ['tooling/checks/layers.mjs'])
run('the check of documentation', ['tooling/checks/docs.mjs'])
run('the type checker', [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'])
const tests = sources.filter(path => path.endsWith('.test.ts'))
// In files that there were, what is said of them alone, and that none is left out.
run('their tests', [bin('vitest/vitest.mjs'), 'run', '-t', 'made-?[uU]p|every constructor', ...tests])
console.log(`${plans.length} kinds are made and pass, ${tests.length} files of tests`)
