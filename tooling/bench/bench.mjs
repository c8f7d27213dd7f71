// npm run bench -- [--only <part of a name>] [--rounds 5] [--seconds 0.4] [--node <path of another Node>]
//   [--flags <V8 flags of ours>] [--multiply-add separate|fused|wide]
// Ours and peers side by side: each peer is a process, all are asked in turns for each case, and the median over rounds of
// each round's median counts. Prints a table, and writes tooling/bench/results.json with all of it.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cases, memoryCases } from './cases.mjs'
import { startPeer } from './start-peer.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.4' },
    out: { type: 'string', default: fileURLToPath(new URL('results.json', import.meta.url)) },
    python: { type: 'string', default: 'python3' },
    node: { type: 'string', default: process.execPath },
    flags: { type: 'string', default: '' },
    'multiply-add': { type: 'string', default: 'auto' },
  },
})
const rounds = Number(options.rounds)
const milliseconds = 1000 * Number(options.seconds)

const here = name => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const node = (name, ...args) => [options.node, [here(name), ...args]]
const flags = options.flags.split(' ').filter(flag => flag !== '')
const ours = threads => [
  options.node,
  [...flags, here('chiaro.mjs'), String(threads), options['multiply-add']],
]
/** `role` is what targets speak of; the fastest of a role is what we are compared with. */
const commands = [
  { label: 'ours', role: 'ours', command: ours(1) },
  { label: 'ours, 2 threads', role: 'ours2', command: ours(2) },
  { label: 'tfjs wasm', role: 'tfjs', command: node('tfjs.mjs', 'wasm') },
  { label: 'tfjs cpu', role: 'cpu', command: node('tfjs.mjs', 'cpu'), atMost: 3e8 },
  { label: 'jax-js', role: 'jax-js', command: node('jax.mjs') },
  { label: 'PyTorch, 1 thread', role: 'torch1', command: [options.python, [here('pytorch.py'), '1']] },
  { label: 'PyTorch, 2 threads', role: 'torch', command: [options.python, [here('pytorch.py'), '2']] },
]

const peers = []
for (const peer of commands) {
  const started = await startPeer(peer.command)
  if (started.name === undefined) console.log(`left out: ${peer.label} (${started.missing})`)
  else peers.push({ ...peer, ...started })
}
const ceiling = await startPeer(node('ceiling.mjs'))
const gigaflops = 96 / (await fastest(ceiling, { maker: 'multiplyAdd', args: [] }))
const bytes = 64 * 2 ** 20
const copied = bytes / 1e6 / (await fastest(ceiling, { maker: 'copy', args: [bytes] }))
ceiling.end()

console.log(`\n${peers.map(({ label, name }) => `${label}: ${name}`).join('\n')}`)
console.log(`${cpus()[0].model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`)
console.log(
  `ceiling of one WASM thread: ${gigaflops.toFixed(1)} GFLOPS multiplying and adding in registers, ` +
    `${copied.toFixed(1)} GB/s copying memory\n`,
)

console.log(
  `Milliseconds, medians of ${rounds} rounds. GFLOPS and their share of the ceiling are ours; ratios are ours ÷ theirs.\n`,
)
console.log(`| | ${peers.map(({ label }) => label).join(' | ')} | GFLOPS | share | ratios asked |`)
console.log(`|---|${peers.map(() => '---').join('|')}|---|---|---|`)
const results = []
for (const each of cases.filter(({ name }) => name.includes(options.only))) {
  const answers = await inTurns(each)
  const times = Object.fromEntries(peers.map(({ role }, i) => [role, answers[i].milliseconds]))
  results.push({ ...each, times, problems: answers.map(({ problem }) => problem) })
  const speed = each.flop === undefined ? undefined : each.flop / times.ours / 1e6
  const cells = answers.map(({ milliseconds: ms, problem }) =>
    problem === undefined ? (ms === undefined ? '—' : figure(ms)) : 'fails',
  )
  const asked = [...ratios(times, 'ours', each.target), ...ratios(times, 'ours2', each.threaded)]
  const share = speed === undefined ? '' : `${((100 * speed) / gigaflops).toFixed(0)} %`
  console.log(`| ${[each.name, ...cells, speed?.toFixed(1) ?? '', share, asked.join('; ')].join(' | ')} |`)
}
for (const peer of peers) peer.end()
for (const { name, problems } of results) {
  problems.forEach((problem, i) => {
    if (problem !== undefined) console.log(`\n${peers[i].label} fails at ${name}: ${problem}`)
  })
}

const memory = []
const measured = memoryCases.filter(({ name }) => name.includes(options.only))
if (measured.length > 0) {
  console.log(
    '\nGrowth of the process (its largest resident size) in one call, MB, each in a process of its own.\n',
  )
  console.log(`| | ${commands.map(({ label }) => label).join(' | ')} |`)
  console.log(`|---|${commands.map(() => '---').join('|')}|`)
}
for (const each of measured) {
  const cells = []
  for (const { role, command, atMost = 1e12 } of commands) {
    // Logits of 32,768² are 4 GB a copy: more than stock tfjs can hold, and for a peer a long wait.
    const possible = each.flop <= atMost && (role.startsWith('ours') || each.args[0] <= 4096)
    const peer = possible ? await startPeer(command) : {}
    const answer = peer.name === undefined ? {} : await peer.ask({ ...each, milliseconds: 0 })
    peer.end?.()
    memory.push({ name: each.name, role, ...answer })
    cells.push(answer.growth === undefined ? '—' : (answer.growth / 1e6).toFixed(0))
  }
  console.log(`| ${[each.name, ...cells].join(' | ')} |`)
}

const about = peers.map(({ label, name, role }) => ({ label, name, role }))
writeFileSync(
  options.out,
  `${JSON.stringify({ node: process.version, gigaflops, copied, peers: about, results, memory }, null, 2)}\n`,
)
console.log(`\nwritten to ${options.out}`)

/** What was asked of our time as a share of others', and what it is. */
function ratios(times, ours, target = {}) {
  const label = role => peers.find(peer => peer.role === role).label
  return Object.entries(target).flatMap(([role, most]) => {
    if (times[role] === undefined || times[ours] === undefined) return []
    const ratio = times[ours] / times[role]
    const verdict = `≤ ${most.toFixed(2)}: ${ratio <= most ? 'met' : 'missed'}`
    return [`${ratio.toFixed(2)} of ${label(role)}${ours === 'ours2' ? ' with 2 threads' : ''} (${verdict})`]
  })
}

async function fastest(peer, request) {
  const times = []
  for (let i = 0; i < 5; i++) times.push((await peer.ask({ ...request, milliseconds: 200 })).milliseconds)
  return Math.min(...times)
}

/** Each peer's median over rounds; every round asks all of them. `ours` is another maker of our own processes. */
async function inTurns({ maker, ours: own = maker, args, flop = 0 }) {
  const collected = peers.map(() => [])
  const last = peers.map(() => ({}))
  for (let round = 0; round < rounds; round++) {
    for (const [i, { ask, role, atMost = Number.POSITIVE_INFINITY }] of peers.entries()) {
      if (flop > atMost || last[i].missing || last[i].problem) continue
      last[i] = await ask({ maker: role.startsWith('ours') ? own : maker, args, milliseconds })
      if (last[i].milliseconds !== undefined) collected[i].push(last[i].milliseconds)
    }
  }
  return last.map(({ problem }, i) => ({ problem, milliseconds: median(collected[i]) }))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function figure(ms) {
  return ms < 1 ? ms.toFixed(3) : ms < 100 ? ms.toFixed(2) : ms.toFixed(0)
}
