// The libraries' tests on every backend: cpu, wasm, WebGL and WebGPU in Chromium, WebGPU in Node. npm run test:browser
// [-- part of a file's path].
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './browser.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suites = ['core', 'ops', 'random', 'backend-webgpu', 'energy', 'noise', 'objectives', 'augment']
const files = process.argv.slice(2)

if (findChromium() === undefined) {
  console.error(
    'No Chromium was found: install one (Debian: apt-get install chromium), or give its path as CHROME_PATH.',
  )
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'chiaro-matrix-'))

/** Runs one configuration on some files and gives its tests: { fullName, status, meta }. */
function run(name, paths) {
  const report = join(folder, `${name}.json`)
  rmSync(report, { force: true })
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--config=vitest.${name}.config.ts`,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
      '--silent=true',
      ...paths,
    ],
    { cwd: root, stdio: 'inherit' },
  )
  // A browser that does not start leaves none.
  if (!existsSync(report)) return { tests: [], failed: true }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return { tests: testResults.flatMap(({ assertionResults }) => assertionResults), failed: status !== 0 }
}

/** A lost device fails all that follows it: what failed is tried once more, in a browser of its own, and said to be. */
function runAgainIfFailed(name, path) {
  const first = run(name, [path])
  if (!first.failed) return first
  console.log(`\n${path} failed; once more, in a new browser`)
  return run(name, [path])
}

const together = parts => ({
  tests: parts.flatMap(({ tests }) => tests),
  failed: parts.some(({ failed }) => failed),
})

const paths = files.length > 0 ? files : suites.map(suite => `packages/${suite}/`)
const runs = {
  // A browser for each: what software drawing holds in a long life is let go.
  browser: together(paths.map(path => runAgainIfFailed('browser', path))),
  dawn: run('dawn', paths),
}
rmSync(folder, { recursive: true, force: true })

console.log('\n| backend | passed | failed | left out |\n|---|---|---|---|')
const reasons = new Map()
const where = { browser: 'Chromium', dawn: 'Node' }
for (const [name, { tests }] of Object.entries(runs)) {
  for (const backend of ['cpu', 'wasm', 'webgl', 'webgpu', undefined]) {
    const own = tests.filter(
      ({ fullName }) => / on (cpu|wasm|webgl|webgpu)\b/.exec(fullName)?.[1] === backend,
    )
    if (own.length === 0) continue
    const count = status => own.filter(one => one.status === status).length
    const leftOut = own.filter(({ status }) => status !== 'passed' && status !== 'failed')
    const title = `${backend ?? 'no backend'}, ${where[name]}`
    console.log(`| ${title} | ${count('passed')} | ${count('failed')} | ${leftOut.length} |`)
    for (const { meta } of leftOut) {
      const reason = `${title}: ${meta?.leftOut ?? 'no reason given'}`
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  }
}
console.log('\nLeft out:')
for (const [reason, count] of reasons) console.log(`  ${count} × ${reason}`)
const all = Object.values(runs).flatMap(({ tests }) => tests)
console.log(`\n${all.filter(({ status }) => status === 'passed').length} tests passed in the matrix`)
process.exit(Object.values(runs).some(({ failed }) => failed) ? 1 : 0)
