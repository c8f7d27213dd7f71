// Hostile bytes for every loader, at length: node packages/data/fuzz/run.mjs [inputs a loader, default 10000]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
const runs = process.argv[2] ?? '10000'
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'packages/data/src/fuzz', '--reporter=verbose'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHIARO_FUZZ_RUNS: runs },
  },
)
process.exit(status ?? 1)
