// What npm's users get: packs every public package, asks publint and attw whether each is right, installs the
// tarballs by plain npm into a copy of ./consumer, and there computes a loss and its gradient on wasm: as an ES
// module, by require, from Vite's build for Node and in a browser; type-checks; and imports all of tfjs too.
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { resultInChromium } from './browser.mjs'
import { declarationProblems, ourPackagesIn, writeEntries } from './declarations.mjs'
import { manifestProblems } from './manifest-problems.mjs'
import { overdrawn } from './sizes.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const checks = join(root, 'tooling/checks')
const { devDependencies } = JSON.parse(readFileSync(join(checks, 'package.json'), 'utf8'))
// A user's own npm, not one that believes it runs inside this workspace.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

const scratch = mkdtempSync(join(tmpdir(), 'chiaro-tarballs-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** Ends the check with what the command said. */
function fail(command, output) {
  console.error(`${command} failed:\n${output}`)
  process.exit(1)
}

/** Runs npm or npx, for which Windows wants a shell. */
function npm(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail(`${command} ${args.join(' ')}`, `${stdout}${stderr}`)
}

/** Runs a Node program and resolves to what it printed. */
async function node(args, cwd) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env, maxBuffer: 2 ** 26 })
    return stdout
  } catch (error) {
    return fail(`node ${args.join(' ')}`, `${error.message}\n${error.stdout}${error.stderr}`)
  }
}

/** The JSON a program prints last. */
function lastLine(text) {
  try {
    return JSON.parse(text.trim().split('\n').at(-1))
  } catch {
    return fail('a program that ends with JSON', text)
  }
}

/** Runs asynchronous jobs two at a time. */
async function pairwise(jobs) {
  const queue = jobs.entries()
  const results = []
  const worker = async () => {
    for (const [index, job] of queue) results[index] = await job()
  }
  await Promise.all([worker(), worker()])
  return results
}

function expectEqual(what, actual, expected) {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (got !== wanted) fail(what, `expected ${wanted}, got ${got}`)
}

// Pack.
const packed = join(scratch, 'packed')
const tarballs = packAll(packed).map(({ path }) => path)

// Each manifest by itself.
const publint = join(checks, 'node_modules/publint/src/cli.js')
const attw = join(checks, 'node_modules/@arethetypeswrong/cli/dist/index.js')
await pairwise(
  tarballs.flatMap(tarball => [
    () => node([publint, tarball, '--strict'], scratch),
    () => node([attw, tarball, '--profile', 'esm-only', '--format', 'ascii'], scratch),
  ]),
)

// Install.
const consumer = join(scratch, 'consumer')
cpSync(join(checks, 'consumer'), consumer, { recursive: true })
const others = ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs@4.22.0', `vite@${devDependencies.vite}`]
npm('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs, ...others], consumer)

const installed = ourPackagesIn(consumer)
const problems = installed.flatMap(name => manifestProblems(join(consumer, 'node_modules', name)))
if (problems.length > 0) fail('the check of manifests', problems.join('\n'))
const dear = await overdrawn(consumer)
if (dear.length > 0) fail('the check of sizes', dear.join('\n'))

const entries = writeEntries(consumer, 'src/entries.ts')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const untyped = await declarationProblems(tsc, consumer, ['src/types.ts', 'src/entries.ts'])
if (untyped.length > 0) fail('the check of declarations', untyped.join('\n'))

const vite = join(consumer, 'node_modules/vite/bin/vite.js')
const [inNode, required, ours, theirs] = (
  await pairwise([
    () => node(['src/node.js'], consumer),
    () => node(['src/require.cjs'], consumer),
    () => node(['src/order.js', 'chiaro-first'], consumer),
    () => node(['src/order.js', 'tfjs-first'], consumer),
    () =>
      node(
        [vite, 'build', '--ssr', 'src/node.js', '--outDir', 'built/node', '--logLevel', 'warn'],
        consumer,
      ).then(() => '0'),
    () => node([vite, 'build', '--outDir', 'built/page', '--logLevel', 'error'], consumer).then(() => '0'),
  ])
).map(lastLine)

// CLIP's loss of ./consumer's numbers in float64, by its definition, and a central difference for its gradient.
function clip(image, text, scale) {
  const unit = rows => rows.map(row => row.map(x => x / Math.hypot(...row)))
  const logits = unit(image).map(a => unit(text).map(b => scale * a.reduce((sum, x, i) => sum + x * b[i], 0)))
  const logSum = row => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0))
  const terms = logits.map((row, i) => logSum(row) + logSum(logits.map(other => other[i])) - 2 * row[i])
  return terms.reduce((sum, x) => sum + x, 0) / (2 * terms.length)
}
const reference = nudge =>
  clip(
    [
      [3 + nudge, 4],
      [1, 0],
      [0, 2],
    ],
    [
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    2,
  )
const slope = (reference(1e-4) - reference(-1e-4)) / 2e-4
if (Math.abs(inNode.loss - reference(0)) > 1e-6 || Math.abs(inNode.gradient[0] - slope) > 1e-6)
  fail(
    'the loss in Node',
    `expected ${reference(0)} with first slope ${slope}, got ${JSON.stringify(inNode)}`,
  )
expectEqual('require', required, inNode)
const orders = { pool: [0, 1, 0, 0], product: [6, 6, 6, 6] }
expectEqual('all of tfjs imported after @chiaro/backend-wasm', ours, orders)
expectEqual('all of tfjs imported before @chiaro/backend-wasm', theirs, orders)
expectEqual("Vite's build in Node", lastLine(await node(['built/node/node.js'], consumer)), inNode)

const doctor = join(consumer, 'node_modules/chiaro/bin/chiaro.js')
if (!existsSync(doctor)) fail('chiaro', 'the command is not in its tarball')
lastLine(await node([doctor, 'doctor', '--json'], consumer))

const chromium = findChromium()
if (chromium === undefined)
  console.log('No Chromium found, so no page was tried: install one, or set CHROME_PATH to its executable.')
else {
  const page = join(consumer, 'built/page')
  expectEqual("Vite's build in Chromium", await resultInChromium(chromium, page), inNode)
  expectEqual(
    "Vite's build with two threads, in an isolated page",
    await resultInChromium(chromium, page, { isolated: true }),
    { ...inNode, threads: 2, wrong: -1 },
  )
}

console.log(
  `${tarballs.length} tarballs install by plain npm; loss ${inNode.loss} and its gradient on wasm: import, require, ` +
    `Vite in Node${chromium ? ', Vite in Chromium with one thread and with two' : ''}; ${entries} typed entries`,
)
