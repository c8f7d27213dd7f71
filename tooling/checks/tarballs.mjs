// What npm's users get: packs every public package, installs the tarballs with plain npm into an empty
// folder, and computes a loss and its gradient on WASM there, once in a Node script and once in the output
// of a Vite build. Also asks publint whether each manifest is right.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = mkdtempSync(join(tmpdir(), 'chiaro-tarballs-'))
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const viteVersion = JSON.parse(readFileSync(join(root, 'tooling/checks/package.json'), 'utf8'))
  .devDependencies.vite

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    // A user's own npm, not one that believes it runs inside this workspace.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))),
  })
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed (${status}):\n${stdout}\n${stderr}`)
    rmSync(here, { recursive: true, force: true })
    process.exit(1)
  }
  return stdout
}

const packed = join(here, 'packed')
mkdirSync(packed)
run(
  'npx',
  [
    '--yes',
    '--package',
    packageManager,
    '--',
    'pnpm',
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    packed,
  ],
  root,
)
const tarballs = readdirSync(packed).map(name => join(packed, name))
for (const tarball of tarballs) {
  run(
    process.execPath,
    [join(root, 'tooling/checks/node_modules/publint/src/cli.js'), tarball, '--strict'],
    here,
  )
}

const app = join(here, 'app')
mkdirSync(join(app, 'src'), { recursive: true })
const manifest = { name: 'app', private: true, type: 'module', version: '0.0.0' }
writeFileSync(join(app, 'package.json'), JSON.stringify(manifest))
run(
  'npm',
  [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...tarballs,
    '@tensorflow/tfjs-core@4.22.0',
    `vite@${viteVersion}`,
  ],
  app,
)

// All embeddings equal: CLIP's loss is exactly log n, and its gradient zero (equation 1.20).
const program = `
import * as tf from '@tensorflow/tfjs-core'
import '@chiaro/backend-wasm'
import { clipLoss } from '@chiaro/objectives'

await tf.setBackend('wasm')
const image = tf.tensor2d([[3, 4], [1, 0], [0, 2]])
const text = tf.tensor2d([[1, 0], [1, 1], [0, 1]])
const { value, grads } = tf.valueAndGrads((a, b) => clipLoss(a, b, { logitScale: 2 }))([image, text])
const [loss] = await value.data()
const gradient = Array.from(await grads[0].data())
const same = await clipLoss(tf.ones([4, 2]), tf.ones([4, 2]), { logitScale: 10 }).data()
if (tf.getBackend() !== 'wasm') throw new Error('not on wasm: ' + tf.getBackend())
if (!(Math.abs(same[0] - Math.log(4)) < 1e-6)) throw new Error('log 4 expected, got ' + same[0])
if (!gradient.every(Number.isFinite) || !gradient.some(x => Math.abs(x) > 1e-3)) throw new Error('gradient: ' + gradient)
console.log(JSON.stringify({ loss, gradient }))
`
writeFileSync(join(app, 'src/main.js'), program)
const inNode = JSON.parse(run(process.execPath, ['src/main.js'], app).trim().split('\n').at(-1))

writeFileSync(
  join(app, 'vite.config.js'),
  // A library build for Node's own loader: the bundle must work with nothing beside it.
  `export default { build: { ssr: 'src/main.js', outDir: 'built', target: 'es2022' }, ssr: { noExternal: [/^@chiaro/] } }`,
)
run(process.execPath, [join(app, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], app)
const inVite = JSON.parse(run(process.execPath, ['built/main.js'], app).trim().split('\n').at(-1))
if (JSON.stringify(inNode) !== JSON.stringify(inVite)) {
  console.error(`Node and Vite differ: ${JSON.stringify(inNode)} against ${JSON.stringify(inVite)}`)
  process.exit(1)
}

const doctor = run(process.execPath, ['node_modules/chiaro/bin/chiaro.js', 'doctor', '--json'], app)
JSON.parse(doctor)
console.log(
  `${tarballs.length} tarballs install with plain npm; loss ${inNode.loss} and its gradient on wasm, in Node and from a Vite build`,
)
rmSync(here, { recursive: true, force: true })
