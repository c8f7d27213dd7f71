// Each folder of examples/ as a stranger has it: copied out of the repository, installed by npm from packed tarballs, its
// scripts run, its pages opened. npm run examples [names …]
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packAll } from '@chiaro/pack'
import { findChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright'
import { scratchFolder } from './processes.mjs'
import { runExample, userEnvironment } from './run-example.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What there is to do in a folder once it is installed: scripts of its manifest, and the folder or server of its page. */
const examples = {
  'node-esm': { scripts: ['start'] },
  'node-cjs': { scripts: ['start'] },
  vitest: { scripts: ['test'] },
  esbuild: { scripts: ['build', 'start'], page: 'dist' },
  webpack: { scripts: ['start'], page: 'public' },
  'vite-react': { scripts: ['build'], page: 'dist' },
  next: { scripts: ['build'], serves: 'start', route: '/api/train' },
}

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

/** A manifest that takes our packages from tarballs, those that it does not name too. */
function fromTarballs(manifest, tarballs) {
  const ours = Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`])
  const named = ours.filter(([name]) => manifest.dependencies[name] !== undefined)
  const others = ours.filter(([name]) => manifest.dependencies[name] === undefined)
  return {
    ...manifest,
    dependencies: { ...manifest.dependencies, ...Object.fromEntries(named) },
    overrides: Object.fromEntries(others),
  }
}

async function runFromTarballs(names) {
  const scratch = scratchFolder('chiaro-examples-')
  const tarballs = Object.fromEntries(packAll(join(scratch, 'packed')).map(({ name, path }) => [name, path]))
  const browser = await exampleBrowser()
  let failed = 0
  for (const name of names) {
    const folder = join(scratch, name)
    try {
      const { found, warnings } = await runExample(exampleOf(name), {
        folder,
        edit: manifest => fromTarballs(manifest, tarballs),
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
  console.log(`${names.length - failed} of ${names.length} examples ran from tarballs`)
  process.exit(failed > 0 ? 1 : 0)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2)
  await runFromTarballs(asked.length > 0 ? asked : Object.keys(examples))
}
