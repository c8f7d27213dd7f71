// Each folder of examples/ as a stranger has it: copied out of the repository, installed by npm from packed tarballs, its
// scripts run, its pages opened. npm run examples [names …]
import { spawn, spawnSync } from 'node:child_process'
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
import { gzipSync } from 'node:zlib'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright'
import { preview } from 'vite'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-examples-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(p?npm_|NODE_OPTIONS$)/i.test(name)),
)
env.NEXT_TELEMETRY_DISABLED = '1'

/** What there is to do in a folder once it is installed: scripts of its manifest, and the folder or server of its page. */
const examples = {
  'node-esm': { scripts: ['start'] },
  'node-cjs': { scripts: ['start'] },
  vitest: { scripts: ['test'] },
  esbuild: { scripts: ['build', 'start'], page: 'dist' },
  webpack: { scripts: ['start'], page: 'public' },
  'vite-react': { scripts: ['build'], page: 'dist' },
  next: { scripts: ['build'], serves: 'start', route: '/api/train' },
}

/** Runs npm, for which Windows wants a shell. */
function npm(args, cwd) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 28,
  })
  const output = `${stdout}${stderr}`
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`)
  return { output, seconds: (performance.now() - began) / 1000 }
}

/** Opens a page and waits until it says that it is done; gives its output and what the console had. */
async function openPage(browser, url) {
  const page = await browser.newPage()
  const said = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  try {
    await page.goto(url)
    await page.waitForSelector('[data-done=true]', { timeout: 60_000 })
    return { output: await page.textContent('output'), said }
  } catch (error) {
    throw new Error(`the page at ${url}: ${error.message}\n${said.join('\n')}`)
  } finally {
    await page.close()
  }
}

/** Serves a folder while `work` runs. */
async function withServer(folder, work) {
  const server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    appType: 'mpa',
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0 },
  })
  try {
    return await work(`http://127.0.0.1:${server.httpServer.address().port}/`)
  } finally {
    await server.close()
  }
}

/** Runs a script that serves until it is ended, while `work` runs. */
async function withScript(folder, script, work) {
  const port = 40_000 + (process.pid % 20_000)
  const child = spawn('npm', ['run', script], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    detached: true,
  })
  try {
    const url = `http://127.0.0.1:${port}/`
    for (let tries = 0; ; tries++) {
      const up = await fetch(url).then(
        () => true,
        () => false,
      )
      if (up) return await work(url)
      if (tries === 120) throw new Error(`npm run ${script} does not answer at ${url}`)
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  } finally {
    process.kill(-child.pid, 'SIGTERM')
  }
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

/** Bytes of a page's scripts, gzipped. */
const gzipped = folder =>
  [...filesUnder(folder, /\.js$/, undefined, ['node_modules'])].reduce(
    (sum, file) => sum + gzipSync(readFileSync(file)).length,
    0,
  )

const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(examples)
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

let failed = 0
for (const name of names) {
  const folder = join(scratch, name)
  try {
    if (!existsSync(join(root, 'examples', name))) throw new Error('there is no such folder in examples')
    cpSync(join(root, 'examples', name), folder, { recursive: true })
    const manifest = manifestOf(folder)
    for (const dependency of Object.keys(manifest.dependencies))
      if (tarballOf[dependency]) manifest.dependencies[dependency] = `file:${tarballOf[dependency]}`
    const ours = Object.entries(tarballOf).filter(([dependency]) => !(dependency in manifest.dependencies))
    manifest.overrides = Object.fromEntries(ours.map(([dependency, path]) => [dependency, `file:${path}`]))
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
    const { seconds } = npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], folder)
    const installed = sizeOf(join(folder, 'node_modules'))
    const { scripts, page, serves, route } = examples[name]
    const runs = scripts.map(script => npm(['run', script], folder))
    const opened = []
    const open = async url => {
      if (browser) opened.push(await openPage(browser, url))
      if (route)
        opened.push({ output: await fetch(new URL(route, url)).then(response => response.text()), said: [] })
    }
    if (page) await withServer(join(folder, page), open)
    if (serves) await withScript(folder, serves, open)
    const log = runs.map(({ output }) => output).join('')
    const warnings = [...log.split('\n'), ...opened.flatMap(({ said }) => said)].filter(line =>
      /warn/i.test(line),
    )
    if (!/loss|pass/i.test(log + opened.map(({ output }) => output).join('')))
      throw new Error(`no loss was printed:\n${log}`)
    const size = page ? `, scripts ${(gzipped(join(folder, page)) / 1024).toFixed(0)} KB gzipped` : ''
    console.log(
      `${name}: install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
        `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
        `${opened.map(({ output }) => output).join(', ')}; ${warnings.length} warnings`,
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
