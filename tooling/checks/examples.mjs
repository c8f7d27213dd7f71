// Each folder of examples/ as a stranger has it: copied out of the repository, installed by npm from packed tarballs, its
// scripts run, its pages opened. npm run examples [names …] [-- --pnpm]: installed by pnpm, whose node_modules are strict.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright'
import { jobs, kinds } from './example-kinds.mjs'
import { scratchFolder } from './processes.mjs'
import { runExample, userEnvironment } from './run-example.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = { ...kinds, ...jobs }
/** Packages of others that have a script of theirs run at an install, to put a binary in its place. */
const builders = ['bun', 'deno', 'esbuild', 'sharp', 'workerd']

/** The example of a name, and where it lies. */
export function exampleOf(name, from = root) {
  const source = join(from, 'examples', name)
  if (examples[name] === undefined || !existsSync(source)) throw new Error(`there is no example ${name}`)
  return { source, ...examples[name] }
}

/** A browser for the examples' pages, undefined where the machine has none. */
export async function exampleBrowser() {
  const executablePath = findChromium()
  return executablePath && (await chromium.launch({ executablePath, args: ['--no-sandbox'] }))
}

/** A manifest that takes our packages from tarballs, those that it does not name too; all of them if it wants everything. */
function fromTarballs(manifest, tarballs, everything) {
  const ours = Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`])
  const takes = ([name]) => everything || manifest.dependencies[name] !== undefined
  const graphics = everything ? ['webgl', 'webgpu'] : []
  return {
    ...manifest,
    dependencies: {
      ...manifest.dependencies,
      ...Object.fromEntries(ours.filter(takes)),
      ...Object.fromEntries(graphics.map(name => [`@tensorflow/tfjs-backend-${name}`, '4.22.0'])),
    },
    overrides: Object.fromEntries(ours.filter(one => !takes(one))),
    // pnpm has its own, and asks before a package builds itself.
    pnpm: { overrides: Object.fromEntries(ours), onlyBuiltDependencies: builders },
  }
}

async function runFromTarballs(names, manager) {
  const scratch = scratchFolder('chiaro-examples-')
  const tarballs = Object.fromEntries(packAll(join(scratch, 'packed')).map(({ name, path }) => [name, path]))
  const browser = await exampleBrowser()
  let failed = 0
  for (const name of names) {
    const folder = join(scratch, name)
    try {
      const project = exampleOf(name)
      const { found, warnings } = await runExample(project, {
        folder,
        edit: manifest => fromTarballs(manifest, tarballs, project.everything),
        manager,
        env: userEnvironment,
        browser,
      })
      console.log(`${name}: ${found}`)
      for (const warning of warnings) console.log(`  ${warning}`)
    } catch (error) {
      failed += 1
      console.error(`${name}: FAILED\n${error.message}`)
    }
    rmSync(folder, { recursive: true, force: true })
  }
  await browser?.close()
  console.log(
    `${names.length - failed} of ${names.length} examples ran from tarballs, installed by ${manager}`,
  )
  process.exit(failed > 0 ? 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals: asked } = parseArgs({
    options: { pnpm: { type: 'boolean' } },
    allowPositionals: true,
  })
  await runFromTarballs(asked.length > 0 ? asked : Object.keys(examples), values.pnpm ? 'pnpm' : 'npm')
}
