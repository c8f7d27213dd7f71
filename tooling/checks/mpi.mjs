// Programs on several ranks, under the launchers of MPI that are here. npm run test:mpi [-- part of a test's name].
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [part] = process.argv.slice(2)

const here = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun']
  .map(command => spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout ?? '')
  .join('')
const install = {
  'Open MPI': 'apt-get install openmpi-bin libopenmpi3',
  MPICH: 'apt-get install mpich libmpich12',
}
const known = { 'Open MPI': /Open MPI|OpenRTE/, MPICH: /HYDRA/ }
const missing = Object.keys(known).filter(library => !known[library].test(here))
if (missing.length > 0) {
  const lines = missing.map(library => `${library} (${install[library]})`)
  console.log(`left out: the tests under ${lines.join(' and ')}, not on this machine`)
}
if (missing.length === 2) {
  console.log('\n0 passed, 0 failed')
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'chiaro-mpi-'))
const report = join(folder, 'report.json')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const named = part === undefined ? [] : ['-t', part]
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config=vitest.mpi.config.ts', ...reporters, ...named],
  // The command is run as it was built: half of a start by several ranks is reading sources.
  { cwd: root, stdio: 'inherit', env: { ...process.env, CHIARO_BUILT: '1' } },
)
const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
rmSync(folder, { recursive: true, force: true })
console.log(`\n${numPassedTests} passed, ${status === 0 ? 0 : Math.max(1, numFailedTests)} failed`)
process.exit(status === 0 ? 0 : 1)
