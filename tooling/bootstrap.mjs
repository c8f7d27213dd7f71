// Every job of package.json that needs more than Node and npm: fetch the pinned pnpm, install what the lockfile says,
// build what the job needs and no more, then do it. Plain Node: nothing is installed yet.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const [needMajor, needMinor] = engines.node.replace('>=', '').split('.').map(Number)
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < needMajor || (major === needMajor && minor < needMinor)) {
  console.error(`Chiaro needs Node ${engines.node}, this is ${process.versions.node}.`)
  process.exit(2)
}

/** What turbo builds for a job, its dependencies with it, and what then runs. Tests run on sources and the kernels alone. */
const jobs = {
  start: { turbo: ['build', '--filter=@chiaro/emoji'], script: 'apps/emoji/dist/main.js' },
  floor: { turbo: ['build', '--filter=@chiaro/emoji'], script: 'apps/emoji/dist/floor.js' },
  gallery: { turbo: ['build', '--filter=@chiaro/gallery'], script: 'apps/gallery/dist/main.js' },
  demo: { turbo: ['build', '--filter=@chiaro/demo'], script: 'apps/demo/serve.mjs' },
  bench: { turbo: ['build', '--filter=@chiaro/bench'], script: 'tooling/bench/bench.mjs' },
  'bench:gpu': { turbo: ['build', '--filter=@chiaro/bench'], script: 'tooling/bench/gpu.mjs' },
  test: { turbo: ['build', '--filter=./packages/*'], script: 'tooling/checks/test.mjs' },
  examples: { turbo: ['build', '--filter=./packages/*'], script: 'tooling/checks/examples.mjs' },
  api: { turbo: ['build', '--filter=./packages/*'], script: 'tooling/checks/api.mjs', args: ['--write'] },
  new: { turbo: ['generate'], script: 'tooling/new/new.mjs' },
  pack: { turbo: ['build', '--filter=./packages/*'], script: 'tooling/pack/pack-all.mjs' },
  'release:version': {
    turbo: ['generate', '--filter=@chiaro/release'],
    script: 'tooling/release/version.mjs',
  },
  'release:publish': { turbo: ['build', '--filter=./packages/*'], script: 'tooling/release/publish.mjs' },
  'release:rehearse': { turbo: ['build', '--filter=./packages/*'], script: 'tooling/release/rehearse.mjs' },
  'release:sbom': { turbo: ['build', '--filter=./packages/*'], script: 'tooling/release/sbom.mjs' },
  nightly: { turbo: ['build', '--filter=./packages/*'], script: 'tooling/checks/nightly.mjs' },
  'test:browser': { turbo: ['generate'], script: 'tooling/checks/matrix.mjs' },
  'test:mpi': { turbo: ['build', '--filter=chiaro'], script: 'tooling/checks/mpi.mjs' },
  'test:mpi:tcp': { turbo: ['build', '--filter=chiaro'], script: 'tooling/checks/mpi-over-tcp.mjs' },
  'test:index': { turbo: ['generate'], script: 'tooling/checks/vector-index.mjs' },
  docs: { turbo: ['build', '--filter=@chiaro/site'], script: 'tooling/checks/docs.mjs', args: ['--write'] },
  'test:site': { turbo: ['build', '--filter=@chiaro/site'], script: 'apps/site/check/main.mjs' },
  'test:demo': {
    turbo: ['build', '--filter=@chiaro/demo', '--filter=chiaro'],
    script: 'apps/demo/check/main.mjs',
  },
}

const [job, ...rest] = process.argv.slice(2)
if (!Object.hasOwn(jobs, job)) {
  console.error(`usage: node tooling/bootstrap.mjs ${Object.keys(jobs).join(' | ')}`)
  process.exit(2)
}

// npx puts pnpm on the PATH of what it starts, and turbo looks for it there.
const npx = ['--yes', '--package', packageManager, '--']
const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', CI: process.env.CI ?? 'true' }

function run(command, args) {
  const { status, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: environment,
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1))
}

run('npx', [...npx, 'pnpm', 'install', '--frozen-lockfile', '--prefer-offline'])
run('npx', [...npx, 'pnpm', 'exec', 'turbo', 'run', ...jobs[job].turbo, '--output-logs=errors-only'])
run('node', [jobs[job].script, ...(jobs[job].args ?? []), ...rest])
