// npm run release:rehearse: a whole release against a registry on loopback, in a copy of the workspace. Versions, publishes,
// installs and runs five kinds of project, releases a patch of ops, upgrades, deprecates, and leaves nothing behind.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleBrowser, exampleOf } from '@chiaro/checks/examples'
import { runProgram, scratchFolder } from '@chiaro/checks/processes'
import { runExample, userEnvironment } from '@chiaro/checks/run-example'
import { packageFolders } from '@chiaro/pack'
import { publishWorkspace } from './publish.mjs'
import { startRegistry } from './registry.mjs'
import { versionWorkspace } from './version.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const kinds = ['node-esm', 'node-cjs', 'vitest', 'esbuild', 'vite-react']
const began = performance.now()
const scratch = scratchFolder('chiaro-rehearsal-')
const workspace = join(scratch, 'workspace')
let [passed, failed] = [0, 0]

/** A step of the rehearsal, whose outcome is one line; the steps after a failure are not tried. */
async function step(name, work) {
  const since = performance.now()
  try {
    const said = await work()
    passed += 1
    console.log(
      `ok   ${name} (${((performance.now() - since) / 1000).toFixed(0)} s)${said ? `: ${said}` : ''}`,
    )
  } catch (error) {
    failed += 1
    console.error(`FAIL ${name}: ${error.message}`)
    end()
  }
}

function end() {
  console.log(`\nrehearsed in ${((performance.now() - began) / 60_000).toFixed(1)} minutes`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

function expectSame(what, got, wanted) {
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    throw new Error(`${what} must be ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`)
}

/** Copies what git knows and what it does not ignore, with the packages' builds. */
function copyWorkspace() {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const builds = packageFolders(root).flatMap(folder => [`${folder}/dist`, `${folder}/src/generated`])
  for (const path of [...listed.split('\0'), ...builds]) {
    if (path === '' || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    cpSync(join(root, path), join(workspace, path), { recursive: true })
  }
}

/** Versions of our packages that a project has installed, by name. */
function installedIn(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  return Object.fromEntries(
    Object.entries(packages)
      .map(([path, { version }]) => [path.replace(/^.*node_modules\//, ''), version])
      .filter(([name]) => /^(@chiaro\/|chiaro$)/.test(name)),
  )
}

const changed = (before, after) => Object.keys(after).filter(name => before[name] !== after[name])

/** A change that somebody describes. */
const describeChange = (name, text) => writeFileSync(join(workspace, '.changeset', `${name}.md`), text)

const upstream = (await runProgram('npm', ['config', 'get', 'registry'], { cwd: root, env: userEnvironment }))
  .output
const registry = await startRegistry(join(scratch, 'registry'), upstream.trim())
// Whoever publishes must say who he is, though this registry asks nobody.
const npmrc = `registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=nobody\nprovenance=false\n`
writeFileSync(join(scratch, 'npmrc'), npmrc)
const env = {
  ...userEnvironment,
  npm_config_userconfig: join(scratch, 'npmrc'),
  npm_config_cache: join(scratch, 'cache'),
}
const npm = (args, cwd = scratch) => runProgram('npm', args, { cwd, env })
const browser = await exampleBrowser()
const project = join(scratch, kinds[0])
let first

await step('a copy of the workspace', copyWorkspace)

await step('versions', async () => {
  if (!existsSync(join(workspace, '.changeset'))) throw new Error('.changeset is missing')
  describeChange('rehearsal', `---\n"@chiaro/ops": minor\n---\n\nRehearsed.\n`)
  const moved = await versionWorkspace(workspace)
  const ops = moved.find(({ name }) => name === '@chiaro/ops')
  if (ops?.type !== 'minor') throw new Error(`@chiaro/ops must move by a minor, got ${JSON.stringify(ops)}`)
  const majors = moved.filter(({ type }) => type === 'major').map(({ name }) => name)
  expectSame('packages that a minor of ops makes a major of', majors, [])
  first = ops.newVersion
  return moved.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')
})

await step('publish, without provenance', async () => {
  const published = await publishWorkspace({ root: workspace, env })
  expectSame('number of published packages', published.length, packageFolders(root).length)
  expectSame('what is published the second time', await publishWorkspace({ root: workspace, env }), [])
  return `${published.length} packages`
})

for (const kind of kinds)
  await step(`install and run ${kind}`, async () => {
    const { found, warnings } = await runExample(exampleOf(kind, workspace), {
      folder: join(scratch, kind),
      env,
      browser,
    })
    return [found, ...warnings].join('\n     ')
  })
await browser?.close()

await step('the command, installed for all', async () => {
  await npm(['install', '--global', '--prefix', join(scratch, 'global'), 'chiaro'])
  const bin = join(scratch, 'global', process.platform === 'win32' ? 'chiaro.cmd' : 'bin/chiaro')
  const { output } = await runProgram(bin, ['--version'], { cwd: scratch, env })
  return `chiaro ${output.trim()}`
})

await step('a patch of ops moves ops alone', async () => {
  describeChange('rehearsed-patch', `---\n"@chiaro/ops": patch\n---\n\nRehearsed.\n`)
  const moved = await versionWorkspace(workspace)
  expectSame(
    'what moves',
    moved.map(({ name, type }) => `${name} ${type}`),
    ['@chiaro/ops patch'],
  )
  const published = await publishWorkspace({ root: workspace, env })
  expectSame('what is published', published, [`@chiaro/ops@${moved[0].newVersion}`])
  return `${first} → ${moved[0].newVersion}`
})

await step(`upgrade ${kinds[0]}`, async () => {
  const before = installedIn(project)
  await npm(['update', '--no-audit', '--no-fund', '--prefer-online'], project)
  const after = installedIn(project)
  expectSame('what an upgrade moves', changed(before, after), ['@chiaro/ops'])
  await npm(['run', ...exampleOf(kinds[0]).scripts], project)
  return `@chiaro/ops ${before['@chiaro/ops']} → ${after['@chiaro/ops']}, ${Object.keys(after).length - 1} others stay`
})

await step('deprecate', async () => {
  const why = 'Rehearsed: a later patch mends it.'
  await npm(['deprecate', `@chiaro/ops@${first}`, why])
  const { output } = await npm(['view', `@chiaro/ops@${first}`, 'deprecated', '--prefer-online'])
  expectSame('what npm says of it', output.trim(), why)
  const folder = join(scratch, 'deprecated')
  mkdirSync(folder)
  const told = await npm(['install', `@chiaro/ops@${first}`, '--prefer-online', '--no-audit'], folder)
  if (!told.output.includes(why)) throw new Error(`an install must warn, it says:\n${told.output}`)
})

await step('a canary', async () => {
  describeChange('rehearsed-canary', `---\n"@chiaro/objectives": minor\n---\n\nRehearsed.\n`)
  const [{ newVersion }] = (await versionWorkspace(workspace, { snapshot: 'canary' })).filter(
    ({ name }) => name === '@chiaro/objectives',
  )
  await publishWorkspace({ root: workspace, env, tag: 'canary' })
  const tags = JSON.parse(
    (await npm(['view', '@chiaro/objectives', 'dist-tags', '--json', '--prefer-online'])).output,
  )
  expectSame("npm's canary", tags.canary, newVersion)
  if (tags.latest.includes('-')) throw new Error(`latest must stay a release, got ${tags.latest}`)
  return newVersion
})

await registry.close()
end()
