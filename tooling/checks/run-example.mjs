import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

const install = ['install', '--no-audit', '--no-fund', '--prefer-offline']

/** Bytes under a folder, and how many packages are in it. */
function sizeOf(folder) {
  const files = [...filesUnder(folder, /./, undefined, [])]
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: files.filter(file => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file))
      .length,
  }
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
 * Copies a project out, installs it by npm, does what there is to do in it; resolves to a line of what was found, and the
 * warnings. Rejects where something fails, or what it is for was not printed.
 *
 * @param project where it lies, and what there is to do once it is installed: { source }, and what example-kinds.mjs names
 * @param options.folder where it is copied to
 * @param options.edit what becomes of its manifest: by default nothing, it is installed from npm's registry
 * @param options.env npm's environment
 * @param options.browser of playwright; undefined opens no page
 */
export async function runExample(project, { folder, edit = manifest => manifest, env, browser }) {
  const { source, scripts, page, serves, route, asks, drive, copies, compilers } = project
  const { says = /loss|pass/i } = project
  cpSync(source, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(edit(manifestOf(folder)), null, 2))
  const npm = (args, more) => runProgram('npm', args, { cwd: folder, env: { ...env, ...more } })
  const { seconds } = await npm(install)
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
  const scriptBytes = opened[0]?.bytes
  const size = scriptBytes ? `, scripts ${(scriptBytes / 1024).toFixed(0)} KB gzipped` : ''
  const last =
    printed.split('\n').findLast(line => says.test(line)) ?? says.exec(printed)[0].trim().split('\n').at(-1)
  const found =
    `install ${seconds.toFixed(0)} s, ${(installed.bytes / 1e6).toFixed(0)} MB, ${installed.packages} packages; ` +
    `run ${runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(0)} s${size}; ` +
    `${last.trim()}; ${warnings.length} warnings`
  return { found, warnings }
}
