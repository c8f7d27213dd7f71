import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { preview } from 'vite'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'
import { runProgram, whileServing } from './processes.mjs'

/** A user's own environment, not one of npm inside this workspace. */
export const userEnvironment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(p?npm_|NODE_OPTIONS$)/i.test(name)),
  ),
  NEXT_TELEMETRY_DISABLED: '1',
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

/** Runs a script that serves until it is ended, while `work` runs; resolves to what it printed. */
function withScript(folder, script, env, work) {
  const port = 40_000 + (process.pid % 20_000)
  const options = { cwd: folder, env: { ...env, PORT: String(port) } }
  return whileServing('npm', ['run', script], options, async () => {
    const url = `http://127.0.0.1:${port}/`
    for (let tries = 0; ; tries++) {
      const up = await fetch(url).then(
        () => true,
        () => false,
      )
      if (up) return work(url)
      if (tries === 120) throw new Error(`npm run ${script} does not answer at ${url}`)
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  })
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

/**
 * Copies a project out, installs it by npm, runs its scripts and opens its page; resolves to a line of what was found, and the
 * warnings. Rejects where something fails, or no loss was printed.
 *
 * @param project where it lies, and what there is to do once it is installed: { source, scripts, page, serves, route }
 * @param options.folder where it is copied to
 * @param options.edit what becomes of its manifest: by default nothing, it is installed from npm's registry
 * @param options.env npm's environment
 * @param options.browser of playwright; undefined opens no page
 */
export async function runExample(project, { folder, edit = manifest => manifest, env, browser }) {
  const { source, scripts, page, serves, route } = project
  cpSync(source, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(edit(manifestOf(folder)), null, 2))
  const npm = args => runProgram('npm', args, { cwd: folder, env })
  const { seconds } = await npm(['install', '--no-audit', '--no-fund', '--prefer-offline'])
  const installed = sizeOf(join(folder, 'node_modules'))
  const runs = []
  for (const script of scripts) runs.push(await npm(['run', script]))
  const opened = []
  const open = async url => {
    if (browser) opened.push(await openPage(browser, url))
    if (route)
      opened.push({ output: await fetch(new URL(route, url)).then(response => response.text()), said: [] })
  }
  if (page) await withServer(join(folder, page), open)
  const served = serves ? await withScript(folder, serves, env, open) : ''

  const log = runs.map(({ output }) => output).join('') + served
  const outputs = opened.map(({ output }) => output)
  if (!/loss|pass/i.test(log + outputs.join(''))) throw new Error(`no loss was printed:\n${log}`)
  const lines = [...log.split('\n'), ...opened.flatMap(({ said }) => said)]
  const warnings = lines.filter(line => /warn/i.test(line)).map(line => line.trim())
  const size = page ? `, scripts ${(gzipped(join(folder, page)) / 1024).toFixed(0)} KB gzipped` : ''
  const found =
    `install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
    `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
    `${outputs.join(', ')}; ${warnings.length} warnings`
  return { found, warnings }
}
