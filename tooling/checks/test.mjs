// `npm test`: everything a change must pass, in one command that ends with "N passed, N failed".
// Each check is a step; the unit tests are one step with a count of their own.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-test-'))
const report = join(scratch, 'vitest.json')
const bin = name => join(root, 'node_modules', name)

const steps = [
  ['format and lint', [bin('@biomejs/biome/bin/biome'), 'check', '.']],
  ['layers and cycles', ['tooling/checks/layers.mjs']],
  [
    'unused files, exports and dependencies',
    [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints', '--exclude', 'types'],
  ],
  ['types', [bin('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  [
    'unit tests',
    [bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  ['documentation snippets', ['tooling/checks/snippets.mjs']],
  ['packed tarballs', ['tooling/checks/tarballs.mjs']],
]

const failures = []
let passed = 0
let failed = 0
for (const [name, args] of steps) {
  const began = performance.now()
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  console.log(
    `== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  if (name === 'unit tests') {
    let counts
    try {
      counts = JSON.parse(readFileSync(report, 'utf8'))
    } catch {
      counts = { numPassedTests: 0, numFailedTests: 1 }
    }
    passed += counts.numPassedTests
    failed += counts.numFailedTests
    // A file that fails to load has no test of its own to fail.
    if (status !== 0 && counts.numFailedTests === 0) failed += 1
  } else if (status === 0) passed += 1
  else failed += 1
  if (status !== 0) failures.push(name)
}
rmSync(scratch, { recursive: true, force: true })

if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failures.length > 0 ? 1 : 0)
