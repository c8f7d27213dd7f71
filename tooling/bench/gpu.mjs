// npm run bench:gpu -- <folder> [--minutes 5] [--seconds 0.4] [--only <part of a name>]
//   [--library-path <folder of libvulkan.so.1>] [--driver <a Vulkan driver's manifest>]
// Ours on a graphics card, in Node on WebGPU (Dawn): times beside the card's ceilings, value and gradients beside the
// cpu's; gpu.json and gpu.md in the folder. Where there is no card it says so and ends with 0.
// npm run test:gpu (--small) is the test of all this, on a software adapter too; it ends with 1 where even that is missing.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findSwiftShader } from '@chiaro/test-kit/chromium'
import { ceilings, gpuCases, gpuChecks } from './gpu-cases.mjs'
import { findVulkan } from './src/find-vulkan.mjs'
import { gpuReport } from './src/gpu-report.mjs'
import { startPeer } from './start-peer.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.4' },
    only: { type: 'string', default: '' },
    small: { type: 'boolean', default: false },
    'library-path': { type: 'string' },
    driver: { type: 'string' },
  },
})
const { small } = options
const folder = positionals[0] ?? (small ? mkdtempSync(join(tmpdir(), 'chiaro-gpu-')) : undefined)
if (folder === undefined) end('npm run bench:gpu -- <folder>: the folder to write to is missing', 2)
/** Differences from the cpu beyond this share of the largest number are a fault. */
const tolerance = 5e-4
/** Milliseconds for an answer; a card that takes longer is lost. */
const patience = 60_000
const last = performance.now() + 60_000 * Number(options.minutes)

const swiftShader = small ? findSwiftShader() : undefined
const vulkan = findVulkan({
  libraryPath: options['library-path'] ?? (swiftShader && dirname(swiftShader)),
  driver: options.driver ?? swiftShader,
})
if (process.platform === 'linux') console.log(vulkan.words.join('\n'))
let card = await start()
if (card.problem !== undefined) end(`Nothing measured, the process that computes died: ${card.missing}`, 1)
if (card.name === undefined) end(`No graphics card, nothing measured: ${card.missing}`, small ? 1 : 0)
const { name, adapter, kernels, versions } = card
console.log(`${name}; ${versions}\n`)

const asked = each => each.name.includes(options.only)
const [checks, rows, left] = [[], [], []]
for (const each of gpuChecks.filter(asked)) {
  const answer = await ask({ ...each, compare: true })
  checks.push({ name: each.name, ...answer })
  console.log(`${each.name}: ${answer.problem ?? `gradient within ${answer.gradient.toExponential(1)}`}`)
}
for (const each of small ? gpuChecks.filter(asked) : [...ceilings, ...gpuCases.filter(asked)]) {
  if (performance.now() > last) {
    left.push(each.name)
    continue
  }
  const answer = await ask({ ...each, milliseconds: small ? 0 : 1000 * Number(options.seconds) })
  const inSecond = amount => amount && answer.milliseconds && amount / answer.milliseconds / 1e6
  rows.push({ name: each.name, ...answer, gigaflops: inSecond(each.flop), gigabytes: inSecond(each.bytes) })
  console.log(`${each.name}: ${answer.problem ?? `${answer.milliseconds.toFixed(3)} ms`}`)
}
card.end()

const measured = { name, adapter, kernels, versions, rows, checks, left }
const report = gpuReport(measured)
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'gpu.json'), `${JSON.stringify(measured, null, 2)}\n`)
writeFileSync(join(folder, 'gpu.md'), report)
console.log(`\n${report}`)

const faults = [
  ...[...rows, ...checks].flatMap(({ name, problem }) => (problem ? `${name} fails (${problem})` : [])),
  ...checks.flatMap(({ name, value, gradient }) =>
    Math.max(value, gradient) > tolerance ? `${name} differs from the cpu` : [],
  ),
]
if (small) console.log(`${rows.length + checks.length - faults.length} passed, ${faults.length} failed`)
const done = `${rows.length} timed and ${checks.length} checked on ${adapter.description}, written to ${folder}`
end([done, ...faults].join('; '), faults.length === 0 ? 0 : 1)

/** The process that computes; Vulkan is looked for with what it starts with. */
function start() {
  const peer = fileURLToPath(new URL('peers/webgpu.mjs', import.meta.url))
  const command = [process.execPath, [peer, ...(small ? ['--software'] : [])]]
  return startPeer(command, { ...process.env, ...vulkan.environment })
}

/** The card's answer; one that is lost fails the case, and the next has a new process. */
async function ask(request) {
  let timer
  const silence = new Promise(resolve => {
    timer = setTimeout(() => resolve({ problem: `no answer in ${patience / 1000} s`, lost: true }), patience)
  })
  const { lost, ...answer } = await Promise.race([card.ask(request), silence])
  clearTimeout(timer)
  if (lost || answer.problem === 'died') {
    card.end()
    card = await start()
  }
  return answer
}

function end(words, code) {
  console.log(words)
  process.exit(code)
}
