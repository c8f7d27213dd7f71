// The built demo in a real browser: npm run test:demo [-- --only smooth] [-- --screenshots FOLDER].
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needChromium } from '@chiaro/test-kit/chromium'
import { launch, serveBuild } from './lab-page.mjs'

const option = name => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

const executable = needChromium()
if (!existsSync(new URL('../dist/index.html', import.meta.url))) {
  console.error('The page is not built yet: npm run build')
  process.exit(1)
}
const kept = option('--screenshots')
const folder = kept ?? mkdtempSync(join(tmpdir(), 'chiaro-demo-'))
mkdirSync(folder, { recursive: true })
const only = option('--only') ?? ''

/** Every lab's checks, { name, check, isolated = true, gpu = false }, lab by lab. */
const labs = readdirSync(new URL('.', import.meta.url)).filter(name => /-(lab|panel)\.mjs$/.test(name))
const modules = await Promise.all(labs.map(name => import(new URL(name, import.meta.url))))
const checks = modules.flatMap(({ default: ofLab }) => ofLab).filter(({ name }) => name.includes(only))

let [passed, failed] = [0, 0]
for (const gpu of [false, true]) {
  const ofKind = checks.filter(one => (one.gpu ?? false) === gpu)
  if (ofKind.length === 0) continue
  const browser = await launch(executable, { gpu })
  for (const { name, check, isolated = true } of ofKind) {
    const server = await serveBuild({ isolated })
    // A folder of its own: no check finds the files of another, or of an earlier run.
    const own = join(folder, name.replace(/\W+/g, '-'))
    rmSync(own, { recursive: true, force: true })
    mkdirSync(own, { recursive: true })
    const began = performance.now()
    try {
      const said = await check(browser, server, own)
      passed++
      console.log(`ok      ${name}: ${said} (${((performance.now() - began) / 1000).toFixed(0)} s)`)
    } catch (error) {
      failed++
      console.log(`FAILED  ${name}: ${error.message}`)
    }
    for (const context of browser.contexts()) await context.close().catch(() => {})
    await server.close()
  }
  // A browser that is slow to end takes nothing from what was found.
  await browser.close().catch(({ message }) => console.log(`Chromium did not close in order: ${message}`))
}
if (kept === undefined) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // Left to the system's cleaning of its temporary files.
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
