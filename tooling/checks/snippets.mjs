// Docs are code: every ```ts block of every README and guide is type-checked and run in Node as a user would do it: in an
// empty project with exactly what the page's line `npm install …` names, from packed tarballs, as strictly as pnpm
// installs. A block may not depend on another one. So are the examples in a package's docstrings, with the install line of
// its README, a process a package, on the backend that Node has by itself. node tooling/checks/snippets.mjs [apps/site]:
// those of a folder.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packAll } from '@chiaro/pack'
import { examplesUnder } from './docstring-examples.mjs'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'
import { forgottenPeers, installLine, plantProject, projectOfAll } from './install-lines.mjs'

const execFileAsync = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-snippets-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** Ends the check. */
function fail(...lines) {
  for (const line of lines) console.error(line)
  process.exit(1)
}

const pages = []
for (const file of filesUnder(join(root, process.argv[2] ?? '.'), /^(?!CHANGELOG).*\.md$/)) {
  const text = readFileSync(file, 'utf8')
  const place = relative(root, file)
  // Signatures, and no programs.
  if (/^api[\\/]/.test(place)) continue
  const folder = join(scratch, place.replace(/[^a-zA-Z0-9]+/g, '-'))
  const snippets = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(match => {
    const line = text.slice(0, match.index).split('\n').length
    return { where: `${place}:${line}`, code: match[1], path: join(folder, `line-${line}.ts`) }
  })
  if (snippets.length > 0) pages.push({ place, folder, snippets, line: installLine(text) })
}
for (const { place, line } of [...pages]) {
  const sources = join(root, dirname(place), 'src')
  if (!/^packages[\\/]/.test(place) || !existsSync(sources)) continue
  const folder = join(scratch, `${dirname(place).replace(/[^a-zA-Z0-9]+/g, '-')}-docstrings`)
  const examples = examplesUnder(sources).map(({ file, line, code }, i) => ({
    where: `${relative(root, file)}:${line}`,
    code,
    path: join(folder, `example-${i}.ts`),
  }))
  if (examples.length > 0) pages.push({ place, folder, snippets: examples, line, together: true })
}
if (pages.length === 0) fail('no snippet found: the check looks in the wrong place')
const without = pages.filter(({ line }) => line === undefined)
if (without.length > 0)
  fail(...without.map(({ place }) => `${place}: it has snippets and no line "npm install …"`))

// What draws give, losses take: a page that has to say it anew shows a type that does not compose.
const casts = pages.flatMap(({ snippets }) => snippets.filter(({ code }) => / as tf\./.test(code)))
if (casts.length > 0) fail(...casts.map(({ where }) => `${where}: it casts a tensor`))

// Everything at once, strictly; then a project a page.
const all = join(scratch, 'all')
const byName = Object.fromEntries(packAll(join(scratch, 'packed')).map(({ name, path }) => [name, path]))
mkdirSync(all)
const project = projectOfAll(
  pages.map(({ line }) => line),
  byName,
)
writeFileSync(join(all, 'package.json'), JSON.stringify(project))
writeFileSync(join(all, '.npmrc'), 'hoist=false\nauto-install-peers=false\nstrict-peer-dependencies=false\n')
const { packageManager } = manifestOf(root)
const install = ['--yes', '--package', packageManager, '--', 'pnpm', 'install', '--prefer-offline']
const { status, stdout, stderr } = spawnSync('npx', [...install, '--ignore-workspace', '--ignore-scripts'], {
  cwd: all,
  encoding: 'utf8',
  env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(p?npm_|CI$)/i.test(name))),
  shell: process.platform === 'win32',
})
if (status !== 0) fail(`pnpm install failed:\n${stdout}${stderr}`)
const manifests = Object.fromEntries(
  Object.keys(project.dependencies).map(name => [name, manifestOf(join(all, 'node_modules', name))]),
)
const forgotten = pages.flatMap(({ place, line }) =>
  forgottenPeers(line, manifests).map(problem => `${place}: on its install line, ${problem}`),
)
if (forgotten.length > 0) fail(...forgotten)
for (const { folder, line, snippets } of pages) {
  plantProject(folder, line, all)
  for (const { path, code } of snippets) writeFileSync(path, `${code}\nexport {}\n`)
}

writeFileSync(
  join(scratch, 'tsconfig.json'),
  JSON.stringify({
    extends: join(root, 'tooling/tsconfig/base.json'),
    compilerOptions: { noUnusedLocals: false, typeRoots: [join(root, 'node_modules/@types')] },
    files: pages.flatMap(({ snippets }) => snippets.map(({ path }) => path)),
  }),
)
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const compiled = spawnSync(process.execPath, [tsc, '-p', join(scratch, 'tsconfig.json')], {
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(1)

let failed = 0
/** A program that runs examples one after another, and names the one that fails. */
const runAll = examples => `import { useBackend } from '@chiaro/backend'

await useBackend('auto')
for (const [where, file] of ${JSON.stringify(examples.map(({ where, path }) => [where, basename(path).replace(/ts$/, 'js')]))}) {
  try {
    await import('./' + file)
  } catch (error) {
    console.error(where + ' failed:')
    throw error
  }
}
`
const snippets = pages.flatMap(({ folder, snippets, together, place }) => {
  if (!together) return snippets.map(snippet => ({ ...snippet, folder, count: 1 }))
  const path = join(folder, 'all.js')
  writeFileSync(path, runAll(snippets))
  return [{ where: `${dirname(place)}: ${snippets.length} docstrings`, path, folder, count: snippets.length }]
})
const queue = snippets.values()
async function worker() {
  for (const { path, where, folder, count } of queue) {
    try {
      await execFileAsync(process.execPath, [path.replace(/\.ts$/, '.js')], {
        timeout: 120_000 + 5000 * count,
        cwd: folder,
      })
      console.log(`ran ${where}`)
    } catch (error) {
      failed += count
      console.error(`${where} failed:\n${error.message}\n${error.stdout}${error.stderr}`)
    }
  }
}
await Promise.all([worker(), worker()])
const total = snippets.reduce((sum, { count }) => sum + count, 0)
console.log(`${total - failed} of ${total} snippets ran, each with its page's install line alone`)
process.exitCode = failed > 0 ? 1 : 0
