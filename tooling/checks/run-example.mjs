import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { declarationProblems, writeEntries } from './declarations.mjs'
import { openPage, withCopies, withScript, withServer } from './example-pages.mjs'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'
import { runProgram } from './processes.mjs'

/** A user's own environment, not one of npm inside this workspace. */
export const userEnvironment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(p?npm_|NODE_OPTIONS$)/i.test(name)),
  ),
  NEXT_TELEMETRY_DISABLED: '1',
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const install = ['install', '--no-audit', '--no-fund', '--prefer-offline']

/** How managers of packages install a project that they see for the first time. */
const installs = {
  npm: ['npm', ...install],
  pnpm: [
    ...['npx', '--yes', '--package', manifestOf(root).packageManager, '--'],
    ...['pnpm', 'install', '--ignore-workspace', '--prefer-offline'],
  ],
}

/** Scripts in which a command has one more flag. */
const withFlag = (scripts, { command, flag }) =>
  Object.fromEntries(
    Object.entries(scripts).map(([name, script]) => [name, script.replace(command, `${command} ${flag}`)]),
  )

/** Bytes under a folder, and how many packages are in it. */
function sizeOf(folder) {
  const files = [...filesUnder(folder, /./, undefined, [])]
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: files.filter(file => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file))
      .length,
  }
}

/** What a page's scripts weigh, in words. */
function sizeInWords({ bytes, withoutTfjs } = {}) {
  if (!bytes) return ''
  const kilobytes = of => `${(of / 1024).toFixed(0)} KB`
  const rest = withoutTfjs === undefined ? '' : `, ${kilobytes(withoutTfjs)} without tfjs`
  return `, scripts ${kilobytes(bytes)} gzipped${rest}`
}

/** Holds every declaration of ours to some versions of TypeScript. */
async function compile(folder, versions, npm) {
  writeEntries(folder, 'src/entries.ts')
  for (const version of versions) {
    const place = join(folder, 'compilers', version)
    await npm([...install, '--prefix', place, `typescript@${version}`])
    const tsc = join(place, 'node_modules/typescript/bin/tsc')
    const problems = await declarationProblems(tsc, folder, ['src/main.ts', 'src/entries.ts'])
    if (problems.length > 0) throw new Error(`TypeScript ${version}:\n${problems.join('\n')}`)
  }
  return `declarations pass TypeScript ${versions.join(', ')}`
}

/**
 * Copies a project out, installs it, does what there is to do in it; resolves to a line of what was found, and the
 * warnings. Rejects where something fails, or what it is for was not printed.
 *
 * @param project where it lies, and what there is to do once it is installed: { source }, and what example-kinds.mjs names
 * @param options.folder where it is copied to
 * @param options.edit what becomes of its manifest: by default nothing, it is installed from npm's registry
 * @param options.manager what installs it, npm (the default) or pnpm
 * @param options.env npm's environment
 * @param options.browser of playwright; undefined opens no page
 */
export async function runExample(
  project,
  { folder, edit = manifest => manifest, manager = 'npm', env, browser },
) {
  const { source, scripts, page, serves, route, asks, drive, copies, compilers, maps } = project
  const { says = /loss|pass/i } = project
  cpSync(source, folder, { recursive: true })
  const manifest = edit(manifestOf(folder))
  if (maps?.flag) manifest.scripts = withFlag(manifest.scripts, maps)
  for (const [name, text] of Object.entries(maps?.files ?? {})) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const npm = (args, more) => runProgram('npm', args, { cwd: folder, env: { ...env, ...more } })
  const [command, ...args] = installs[manager]
  const { seconds } = await runProgram(command, args, { cwd: folder, env })
  const installed = sizeOf(join(folder, 'node_modules'))
  const runs = []
  for (const script of scripts) runs.push(await npm(['run', script]))
  const opened = []
  const open = async (url, port) => {
    if (browser && !asks) opened.push(await openPage(browser, url, drive, folder))
    if (asks) runs.push(await npm(['run', asks], { PORT: String(port) }))
    if (route)
      opened.push({ output: await fetch(new URL(route, url)).then(response => response.text()), said: [] })
  }
  if (page) await withServer(join(folder, page), open)
  if (copies) await withCopies(folder, readFileSync(join(folder, 'index.html'), 'utf8'), open)
  const served = serves ? await withScript(folder, serves, env, open) : ''
  if (compilers) opened.push({ output: await compile(folder, compilers, npm), said: [] })

  const log = runs.map(({ output }) => output).join('') + served
  const shown = opened.map(({ output }) => output)
  const printed = `${log}\n${shown.join('\n')}`
  if (!says.test(printed)) throw new Error(`${says} was not printed:\n${printed}`)
  const lines = [...log.split('\n'), ...opened.flatMap(({ said }) => said)]
  const warnings = lines.filter(line => /warn/i.test(line)).map(line => line.trim())
  const size = sizeInWords(opened[0])
  const last =
    printed.split('\n').findLast(line => says.test(line)) ?? says.exec(printed)[0].trim().split('\n').at(-1)
  const found =
    `install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
    `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
    `${last.trim()}; ${warnings.length} warnings`
  return { found, warnings }
}
