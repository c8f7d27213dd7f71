// `npm start` and `npm test` on a machine that has Node and npm and nothing else: fetch the pinned pnpm,
// install what the lockfile says, build, then do the job. Plain Node: nothing is installed yet.
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

const jobs = {
  start: ['node', 'apps/emoji/dist/main.js'],
  test: ['node', 'tooling/checks/test.mjs'],
  'test:browser': ['node', 'tooling/checks/matrix.mjs'],
  bench: ['node', 'tooling/bench/bench.mjs'],
}

const [job, ...rest] = process.argv.slice(2)
if (!(job in jobs)) {
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
run('npx', [...npx, 'pnpm', 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])
const [command, ...args] = jobs[job]
run(command, [...args, ...rest])
