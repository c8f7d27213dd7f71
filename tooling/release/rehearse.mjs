// npm run release:rehearse: a whole release against a registry on loopback, in a copy of the workspace. Versions, publishes,
// tags, installs and runs five kinds of project, releases a patch of ops, upgrades, mixes versions, deprecates, and leaves
// nothing behind.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleBrowser, exampleOf } from '@chiaro/checks/examples'
import { runProgram, scratchFolder } from '@chiaro/checks/processes'
import { runExample, userEnvironment } from '@chiaro/checks/run-example'
import { packageFolders } from '@chiaro/pack'
import { publishWorkspace } from './publish.mjs'
import { startRegistry } from './registry.mjs'
import { end, expectSame, step } from './rehearsal/steps.mjs'
import {
  commitAll,
  copyWorkspace,
  describeChange,
  installedIn,
  makeRepository,
  tagsAt,
} from './rehearsal/workspace.mjs'
import { tagPublished } from './tag.mjs'
import { versionWorkspace } from './version.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const kinds = ['node-esm', 'node-cjs', 'vitest', 'esbuild', 'vite-react']
const scratch = scratchFolder('chiaro-rehearsal-')
const workspace = join(scratch, 'workspace')
const remote = join(scratch, 'remote.git')

const { stdout: upstream } = await runProgram('npm', ['config', 'get', 'registry'], {
  cwd: root,
  env: userEnvironment,
})
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
const view = async (what, field) =>
  JSON.parse((await npm(['view', what, field, '--json', '--prefer-online'])).stdout)
const publish = tag => publishWorkspace({ root: workspace, env, tag })
const project = join(scratch, kinds[0])
const browser = await exampleBrowser()

let commit
/** Versions the workspace after a change, commits it, and says how each package moves. */
async function move(name, bumps) {
  describeChange(workspace, name, bumps)
  const moved = await versionWorkspace(workspace)
  commit = commitAll(workspace, `Release: ${name}`)
  return Object.fromEntries(moved.map(one => [one.name, one]))
}

const manifestOf = folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const inOrder = record => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** A folder for a project of a user. */
function newProject(name) {
  const folder = join(scratch, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  return folder
}

let first
await step('a copy of the workspace, versioned', async () => {
  copyWorkspace(root, workspace)
  makeRepository(workspace, remote)
  const moved = await move('ops', { '@chiaro/ops': 'minor' })
  first = moved['@chiaro/ops'].newVersion
  return Object.values(moved)
    .map(({ name, newVersion }) => `${name} ${newVersion}`)
    .join(', ')
})

await step('publish, without provenance', async () => {
  const { length } = await publish()
  expectSame('number of published packages', length, packageFolders(root).length)
  expectSame('what is published the second time', await publish(), [])
  return `${length} packages`
})

await step('tags', async () => {
  const names = packageFolders(workspace).map(folder => manifestOf(join(workspace, folder)))
  const wanted = Object.fromEntries(names.map(({ name, version }) => [`${name}@${version}`, commit]))
  await tagPublished({ root: workspace, env })
  expectSame('the tags', inOrder(tagsAt(remote)), inOrder(wanted))
  expectSame('what is tagged the second time', await tagPublished({ root: workspace, env }), [])
  return `${names.length} at ${commit.slice(0, 7)}`
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

await step('a patch of ops moves ops alone', async () => {
  const moved = await move('ops-again', { '@chiaro/ops': 'patch' })
  expectSame('what moves', Object.keys(moved), ['@chiaro/ops'])
  const { newVersion } = moved['@chiaro/ops']
  expectSame('what is published', await publish(), [`@chiaro/ops@${newVersion}`])
  // As after a release whose tags failed: main has moved on, and the tag still stands where it was published from.
  const published = commit
  describeChange(workspace, 'later', {})
  commitAll(workspace, 'Something else')
  expectSame('what is tagged', await tagPublished({ root: workspace, env }), [`@chiaro/ops@${newVersion}`])
  expectSame('where', tagsAt(remote)[`@chiaro/ops@${newVersion}`], published)
  return `${first} → ${newVersion}`
})

await step(`upgrade ${kinds[0]}`, async () => {
  const before = installedIn(project)
  await npm(['update', '--no-audit', '--no-fund', '--prefer-online'], project)
  const after = installedIn(project)
  const place = 'node_modules/@chiaro/ops'
  const changed = Object.keys({ ...before, ...after }).filter(name => before[name] !== after[name])
  expectSame('what an upgrade moves', changed, [place])
  await npm(['run', ...exampleOf(kinds[0]).scripts], project)
  return `@chiaro/ops ${before[place]} → ${after[place]}, ${Object.keys(after).length - 1} others stay`
})

await step('a minor of core and ops beside the versions before', async () => {
  const moved = await move('core-and-ops', { '@chiaro/core': 'minor', '@chiaro/ops': 'minor' })
  expectSame(
    'majors',
    Object.values(moved).filter(({ type }) => type === 'major'),
    [],
  )
  await publish()
  const folder = newProject('mixed')
  const old = [`@chiaro/core@${first}`, `@chiaro/ops@${first}`, '@tensorflow/tfjs-core@4.22.0']
  await npm(['install', 'chiaro', ...old, '--prefer-online', '--no-audit', '--no-fund'], folder)
  cpSync(fileURLToPath(new URL('rehearsal/mixed.mjs', import.meta.url)), join(folder, 'mixed.mjs'))
  const { output, stdout } = await runProgram(process.execPath, ['mixed.mjs'], { cwd: folder, env })
  if (!output.includes('Two copies of @chiaro/core')) throw new Error(`the copies must be said:\n${output}`)
  const { known, loss, slope } = JSON.parse(stdout)
  expectSame('whether an error is known', known, true)
  expectSame('the loss', Math.abs(loss - Math.log1p(Math.exp(-2))) < 1e-6, true)
  expectSame('the slope of softplus at 0', Math.abs(slope - 0.5) < 1e-6, true)
  const bin = join(folder, 'node_modules', 'chiaro', 'bin', 'chiaro.js')
  const doctor = await runProgram(process.execPath, [bin, 'doctor', '--json'], { cwd: folder, env })
  const { duplicates } = JSON.parse(doctor.stdout)
  expectSame(
    'what doctor finds twice',
    [...new Set(duplicates.map(({ name }) => name))],
    ['@chiaro/core', '@chiaro/ops'],
  )
})

await step('deprecate', async () => {
  const why = 'Rehearsed: a later patch mends it.'
  await npm(['deprecate', `@chiaro/ops@${first}`, why])
  expectSame('what npm says of it', await view(`@chiaro/ops@${first}`, 'deprecated'), why)
  const { output } = await npm(
    ['install', `@chiaro/ops@${first}`, '--prefer-online', '--no-audit'],
    newProject('deprecated'),
  )
  if (!output.includes(why)) throw new Error(`an install must warn, it says:\n${output}`)
})

await step('a canary', async () => {
  describeChange(workspace, 'canary', { '@chiaro/objectives': 'minor' })
  const moved = await versionWorkspace(workspace, { snapshot: 'canary' })
  await publish('canary')
  expectSame('what is tagged of a canary', await tagPublished({ root: workspace, env }), [])
  const { canary, latest } = await view('@chiaro/objectives', 'dist-tags')
  expectSame("npm's canary", canary, moved.find(({ name }) => name === '@chiaro/objectives').newVersion)
  if (latest.includes('-')) throw new Error(`latest must stay a release, got ${latest}`)
  return canary
})

await registry.close()
end()
