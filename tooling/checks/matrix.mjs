// The libraries' tests on every backend: cpu, wasm, WebGL and WebGPU in Chromium, WebGPU in Node. npm run test:browser
// [-- part of a file's path].
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { needChromium } from '@chiaro/test-kit/chromium'
import { lossesOf } from './losses.mjs'
import { suites } from './suites.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const asked = process.argv.slice(2)

needChromium()

const folder = mkdtempSync(join(tmpdir(), 'chiaro-matrix-'))

let runs = 0

/**
 * Runs one configuration on some paths: whether it failed, what it printed, and its report, a file of tests each. What it
 * has to say is printed at its end, since others run beside it.
 */
async function run(name, paths, lane = 0) {
  const report = join(folder, `${runs++}.json`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, '--silent=true']
  const child = spawn(
    process.execPath,
    [vitest, 'run', `--config=vitest.${name}.config.ts`, ...reporters, ...paths],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CHIARO_LANE: String(lane) } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const status = await new Promise(resolve => child.once('close', resolve))
  console.log(`\n== ${name}: ${paths.join(', ')}\n${output.trim()}`)
  const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : undefined
  return { failed: status !== 0, output, files }
}

/**
 * A lost device or browser fails all that follows it, right or wrong: those files are tried once more, in a browser of
 * their own, and said to be. What fails by itself has failed.
 */
async function runAgainIfLost(name, path, lane) {
  const first = await run(name, [path], lane)
  const losses = first.failed ? lossesOf(first) : undefined
  if (losses === undefined) return first
  console.log(`\nOnce more in a new browser, since ${path} lost:`)
  for (const { file, test, why } of losses)
    console.log(`  ${file === undefined ? '' : `${relative(root, file)} > `}${test}: ${why}`)
  const lost = new Set(losses.map(({ file }) => file))
  const second = await run(name, lost.has(undefined) ? [path] : [...lost], lane)
  const kept = lost.has(undefined) ? [] : first.files.filter(({ name }) => !lost.has(name))
  return { failed: second.failed, files: [...kept, ...(second.files ?? [])] }
}

/**
 * A browser for each path, as many at once as there are cores: drawing in software keeps one core busy, and what it holds
 * in a long life is let go.
 */
async function sideBySide(paths, work) {
  const done = []
  let next = 0
  const goThrough = async (_, lane) => {
    while (next < paths.length) {
      const i = next++
      done[i] = await work(paths[i], lane)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), paths.length) }, goThrough))
  return done
}

const together = parts => ({
  failed: parts.some(({ failed }) => failed),
  tests: parts.flatMap(({ files = [] }) => files.flatMap(({ assertionResults }) => assertionResults)),
})
const paths = asked.length > 0 ? asked : suites.map(suite => `packages/${suite}/`)
const inBrowser = await sideBySide(paths, (path, lane) => runAgainIfLost('browser', path, lane))
const results = { browser: together(inBrowser), dawn: together([await run('dawn', paths)]) }
rmSync(folder, { recursive: true, force: true })

console.log('\n| backend | passed | failed | left out |\n|---|---|---|---|')
const reasons = new Map()
const where = { browser: 'Chromium', dawn: 'Node' }
for (const [name, { tests }] of Object.entries(results)) {
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
const all = Object.values(results)
const count = wanted => all.flatMap(({ tests }) => tests).filter(({ status }) => status === wanted).length
// A file that fails to load, or a browser that does not come, has no test of its own to fail.
const unnamed = all.filter(({ failed, tests }) => failed && !tests.some(({ status }) => status === 'failed'))
console.log(`\n${count('passed')} passed, ${count('failed') + unnamed.length} failed`)
process.exit(all.some(({ failed }) => failed) ? 1 : 0)
