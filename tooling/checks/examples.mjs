// Each folder of examples/ as a stranger has it: copied out of the repository, installed by npm from packed tarballs, its
// scripts run, its pages opened. npm run examples [names …]
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright'
import { declarationProblems, writeEntries } from './declarations.mjs'
import { jobs, kinds } from './example-kinds.mjs'
import { openPage, withCopies, withScript, withServer } from './example-pages.mjs'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-examples-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(p?npm_|NODE_OPTIONS$)/i.test(name)),
)
env.NEXT_TELEMETRY_DISABLED = '1'

/** Runs npm, for which Windows wants a shell. */
function npm(args, cwd, more = {}) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 28,
  })
  const output = `${stdout}${stderr}`
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`)
  return { output, seconds: (performance.now() - began) / 1000 }
}

/** Bytes under a folder, and how many packages are in it. */
function sizeOf(folder) {
  const files = [...filesUnder(folder, /./, undefined, [])]
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: files.filter(file => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file))
      .length,
  }
}

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

/** Copies an example out of the repository and installs it; gives the seconds that took. */
function install(name, folder, { everything }) {
  if (!existsSync(join(root, 'examples', name))) throw new Error('there is no such folder in examples')
  cpSync(join(root, 'examples', name), folder, { recursive: true })
  const manifest = manifestOf(folder)
  for (const [dependency, path] of Object.entries(tarballOf))
    if (everything || dependency in manifest.dependencies) manifest.dependencies[dependency] = `file:${path}`
  if (everything)
    for (const peer of ['webgl', 'webgpu'])
      manifest.dependencies[`@tensorflow/tfjs-backend-${peer}`] = '4.22.0'
  const others = Object.entries(tarballOf).filter(([dependency]) => !(dependency in manifest.dependencies))
  manifest.overrides = Object.fromEntries(others.map(([dependency, path]) => [dependency, `file:${path}`]))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  return npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], folder).seconds
}

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

/** What an example prints or shows when it has done its work. */
const figure = /loss|pass|nats|like|nearest|right/i

let failed = 0
for (const name of names) {
  const folder = join(scratch, name)
  try {
    const kind = all[name] ?? {}
    const seconds = install(name, folder, kind)
    const installed = sizeOf(join(folder, 'node_modules'))
    const { runs, opened } = await run(folder, kind)
    const log = runs.map(({ output }) => output).join('')
    const shown = opened.map(({ output }) => output)
    const warnings = [...log.split('\n'), ...opened.flatMap(({ said }) => said)].filter(line =>
      /warn/i.test(line),
    )
    if (!figure.test(log + shown.join(''))) throw new Error(`no figure was printed:\n${log}`)
    const scripts = opened[0]?.bytes
    const size = scripts ? `, scripts ${(scripts / 1024).toFixed(0)} KB gzipped` : ''
    const last = log
      .trim()
      .split('\n')
      .findLast(line => figure.test(line))
    console.log(
      `${name}: install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
        `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
        `${(shown.length > 0 ? shown : [last]).join(', ')}; ${warnings.length} warnings`,
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
