// `npm test`: everything a change must pass, in one command that ends with "N passed, N failed".
// Each check is a step; the unit tests are one step with a count of their own. Steps of one stage run side by side, and
// say what they have to say when they end; the unit tests take every core by themselves.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chiaro-test-'))
const report = join(scratch, 'vitest.json')
const bin = name => join(root, 'node_modules', name)

const unitTests = {
  name: 'unit tests',
  args: [
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
}
const stages = [
  [
    { name: 'format and lint', args: [bin('@biomejs/biome/bin/biome'), 'check', '.'] },
    { name: 'layers and cycles', args: ['tooling/checks/layers.mjs'] },
    { name: 'maps, citations and links', args: ['tooling/checks/docs.mjs'] },
    {
      name: 'unused files, exports and dependencies',
      args: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints', '--exclude', 'types'],
    },
    { name: 'types', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
    { name: 'names that scripts import', args: ['tooling/checks/script-names.mjs'] },
  ],
  [unitTests],
  [
    { name: 'documentation snippets', args: ['tooling/checks/snippets.mjs'] },
    { name: 'public signatures', args: ['tooling/checks/api.mjs'] },
    { name: 'packed tarballs', args: ['tooling/checks/tarballs.mjs'] },
    { name: 'what npm run new writes', args: ['tooling/new/check.mjs'] },
  ],
]

/** Runs a step; alone it prints as it goes, beside others all at its end. Resolves to whether it passed. */
async function run({ name, args }, alone) {
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  let output = `\n== ${name}\n`
  if (alone) console.log(output.trimEnd())
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const status = await new Promise(resolve => child.once('close', resolve))
  if (!alone) process.stdout.write(output)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s`)
  return status === 0
}

/** How many unit tests passed and failed, as vitest reports them. */
function unitCounts(ok) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    // A file that fails to load has no test of its own to fail.
    return [numPassedTests, ok ? 0 : Math.max(1, numFailedTests)]
  } catch {
    return [0, 1]
  }
}

const failures = []
let [passed, failed] = [0, 0]
for (const stage of stages) {
  const results = await Promise.all(stage.map(step => run(step, stage.length === 1)))
  for (const [i, ok] of results.entries()) {
    const [good, bad] = stage[i] === unitTests ? unitCounts(ok) : [Number(ok), Number(!ok)]
    passed += good
    failed += bad
    if (!ok) failures.push(stage[i].name)
  }
}
rmSync(scratch, { recursive: true, force: true })

if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failures.length > 0 ? 1 : 0)
