// Each folder of examples/ as a stranger has it: copied out of the repository, installed by npm from packed tarballs, its
// scripts run, its pages opened. npm run examples [names …]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright'
import { declarationProblems, writeEntries } from './declarations.mjs'
import { jobs, kinds } from './example-kinds.mjs'
import { openPage, withCopies, withScript, withServer } from './example-pages.mjs'
import { env, install, npm, sizeOf } from './example-project.mjs'
import { manifestOf } from './imports.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-examples-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const all = { ...kinds, ...jobs }
const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(all)
const tarballs = packAll(join(scratch, 'packed'))
const tarballOf = Object.fromEntries(
  readdirSync(join(root, 'packages')).map(folder => {
    const { name } = manifestOf(join(root, 'packages', folder))
    const start = `${name.replace(/^@(.+)\//, '$1-')}-`
    return [
      name,
      tarballs.find(
        path => basename(path).startsWith(start) && /^\d/.test(basename(path).slice(start.length)),
      ),
    ]
  }),
)
const executablePath = findChromium()
const browser = executablePath && (await chromium.launch({ executablePath, args: ['--no-sandbox'] }))

/** Holds every declaration of ours to some versions of TypeScript. */
async function compile(folder, versions) {
  writeEntries(folder, 'src/entries.ts')
  for (const version of versions) {
    const place = join(folder, 'compilers', version)
    npm(
      ['install', '--no-audit', '--no-fund', '--prefer-offline', '--prefix', place, `typescript@${version}`],
      folder,
    )
    const tsc = join(place, 'node_modules/typescript/bin/tsc')
    const problems = await declarationProblems(tsc, folder, ['src/main.ts', 'src/entries.ts'])
    if (problems.length > 0) throw new Error(`TypeScript ${version}:\n${problems.join('\n')}`)
  }
  return `declarations pass TypeScript ${versions.join(', ')}`
}

/** Runs an installed example: what was said and shown, and how long its scripts took. */
async function run(folder, { scripts, page, serves, route, asks, drive, copies, compilers }) {
  const runs = scripts.map(script => npm(['run', script], folder))
  const opened = []
  const open = async (url, port) => {
    if (browser && !asks) opened.push(await openPage(browser, url, drive, folder))
    if (asks) runs.push(npm(['run', asks], folder, { PORT: String(port) }))
    if (route)
      opened.push({ output: await fetch(new URL(route, url)).then(response => response.text()), said: [] })
  }
  if (page) await withServer(join(folder, page), open)
  if (copies) await withCopies(folder, readFileSync(join(folder, 'index.html'), 'utf8'), open)
  if (serves) await withScript(folder, serves, env, open)
  if (compilers) opened.push({ output: await compile(folder, compilers), said: [] })
  return { runs, opened }
}

let failed = 0
for (const name of names) {
  const folder = join(scratch, name)
  try {
    const kind = all[name] ?? {}
    const { says = /loss|pass/i } = kind
    const seconds = install(name, folder, tarballOf, kind)
    const installed = sizeOf(join(folder, 'node_modules'))
    const { runs, opened } = await run(folder, kind)
    const log = runs.map(({ output }) => output).join('')
    const shown = opened.map(({ output }) => output)
    const warnings = [...log.split('\n'), ...opened.flatMap(({ said }) => said)].filter(line =>
      /warn/i.test(line),
    )
    const printed = log + shown.join('\n')
    if (!says.test(printed)) throw new Error(`${says} was not printed:\n${printed}`)
    const scripts = opened[0]?.bytes
    const size = scripts ? `, scripts ${(scripts / 1024).toFixed(0)} KB gzipped` : ''
    const lines = printed.split('\n')
    const last = lines.findLast(line => says.test(line)) ?? says.exec(printed)[0].trim().split('\n').at(-1)
    console.log(
      `${name}: install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
        `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
        `${last.trim()}; ${warnings.length} warnings`,
    )
    for (const warning of warnings) console.log(`  ${warning.trim()}`)
  } catch (error) {
    failed += 1
    console.error(`${name}: FAILED\n${error.message}`)
  }
  rmSync(folder, { recursive: true, force: true })
}
await browser?.close()
console.log(`${names.length - failed} of ${names.length} examples ran from tarballs`)
process.exit(failed > 0 ? 1 : 0)
