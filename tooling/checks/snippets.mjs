// Docs are code: every ```ts block of every README and guide is type-checked against the sources and run on
// the built packages, in Node, as a user would run it. A block may not depend on another one.
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { filesUnder } from './files.mjs'

const execFileAsync = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
// Inside this package, so that its own dependencies (all of Chiaro) resolve.
const scratch = fileURLToPath(new URL('./generated', import.meta.url))

rmSync(scratch, { recursive: true, force: true })
mkdirSync(scratch, { recursive: true })

const snippets = []
for (const file of filesUnder(root, /^(?!CHANGELOG).*\.md$/)) {
  const text = readFileSync(file, 'utf8')
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    const line = text.slice(0, match.index).split('\n').length
    const name = `${relative(root, file).replace(/[^a-zA-Z0-9]+/g, '-')}-${line}.ts`
    writeFileSync(join(scratch, name), `${match[1]}\nexport {}\n`)
    snippets.push({ name, where: `${relative(root, file)}:${line}` })
  }
}
if (snippets.length === 0) {
  console.error('no snippet found: the check looks in the wrong place')
  process.exit(1)
}

writeFileSync(
  join(scratch, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig/base.json',
    compilerOptions: { rootDir: '.', outDir: 'out', noUnusedLocals: false },
    include: ['*.ts'],
  }),
)
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const compiled = spawnSync(process.execPath, [tsc, '-p', join(scratch, 'tsconfig.json')], {
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(1)

let failed = 0
const queue = snippets.values()
async function worker() {
  for (const { name, where } of queue) {
    const compiledName = join(scratch, 'out', name.replace(/\.ts$/, '.js'))
    try {
      await execFileAsync(process.execPath, [compiledName], { timeout: 120_000, cwd: scratch })
      console.log(`ran ${where}`)
    } catch (error) {
      failed += 1
      console.error(`${where} failed:\n${error.message}\n${error.stdout}${error.stderr}`)
    }
  }
}
await Promise.all([worker(), worker()])
rmSync(scratch, { recursive: true, force: true })
console.log(`${snippets.length - failed} of ${snippets.length} snippets ran`)
process.exit(failed > 0 ? 1 : 0)
