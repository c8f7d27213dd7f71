// What takes longer than a pull request waits, or asks the network: hostile bytes for every loader, two hundred mishaps of the
// command, a run that is killed twenty times, indices with LanceDB itself, a release rehearsed, and what npm knows against
// what we ship. Each is run, whatever became of the one before.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

const jobs = {
  fuzz: { args: ['packages/data/fuzz/run.mjs', ...process.argv.slice(2)] },
  chaos: { args: [vitest, 'run', 'packages/cli/src/chaos'], env: { CHIARO_CHAOS: '200' } },
  index: { args: ['tooling/checks/vector-index.mjs'] },
  rehearsal: { args: ['tooling/release/rehearse.mjs'] },
  audit: { args: ['tooling/release/audit.mjs'] },
  kill: { args: [vitest, 'run', 'packages/cli/src/kill-and-resume.test.ts'], env: { CHIARO_KILLS: '20' } },
}

const codes = Object.entries(jobs).map(([name, { args, env }]) => {
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }
  const { status, signal } = spawnSync(process.execPath, args, options)
  if (signal === 'SIGINT') process.exit(130)
  return [name, status ?? 1]
})
for (const [name, code] of codes) console.log(`${name.padEnd(9)} exit code ${code}`)
process.exit(codes.some(([, code]) => code !== 0) ? 1 : 0)
