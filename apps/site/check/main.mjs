// The built site: npm run test:site [-- --only figure] [-- --screenshots FOLDER]. Links, pictures, then pages in Chromium without a network.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { needChromium } from '@chiaro/test-kit/chromium'
import { chromium } from 'playwright-core'
import { serve } from 'vitepress'
import { htmlProblems } from './html.mjs'

const site = fileURLToPath(new URL('..', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const option = name => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
const kept = option('--screenshots')
const only = option('--only') ?? ''
const executablePath = needChromium()
if (!existsSync(join(site, 'dist/index.html'))) {
  console.error('The site is not built yet: npm run docs')
  process.exit(1)
}

const paths = [
  'index',
  'learn/index',
  'learn/noise-contrastive-estimation',
  'learn/clip',
  'guides/from-python',
  'reference/@chiaro/objectives',
  'measured/speed',
  'compare',
]
const kinds = [1280, 390].flatMap(width => ['light', 'dark'].map(scheme => ({ width, scheme })))

let [passed, failed] = [0, 0]
async function check(name, work) {
  if (!name.includes(only)) return
  try {
    await work()
    passed += 1
    console.log(`ok      ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${name}: ${error.message}`)
  }
}
function none(problems) {
  if (problems.length > 0) throw new Error(problems.join('\n          '))
}

await check('links, places and words for pictures', () => {
  const { problems, pages, links } = htmlProblems(join(site, 'dist'))
  none(problems)
  console.log(`        ${links} links of ${pages} pages`)
})

const { server } = await serve({ root: site, port: 0 })
const origin = `http://127.0.0.1:${server.address().port}`
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })

/** A page of the site, and what goes wrong on it. */
async function open(path, { width, scheme }) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const problems = []
  page.on('pageerror', error => problems.push(String(error)))
  page.on('console', message => message.type() === 'error' && problems.push(message.text()))
  page.on('request', request => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(origin))
      problems.push(`it asks for ${request.url()}`)
  })
  await page.goto(`${origin}/${path}.html`, { waitUntil: 'networkidle' })
  return { page, context, problems }
}
async function picture(page, name) {
  if (kept === undefined) return
  mkdirSync(kept, { recursive: true })
  await page.screenshot({ path: join(kept, `${name}.png`), fullPage: true })
}

for (const path of paths)
  for (const kind of kinds) {
    const name = `${path.replaceAll('/', '-')}-${kind.width}-${kind.scheme}`
    await check(name, async () => {
      const { page, context, problems } = await open(path, kind)
      await picture(page, name)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (overflow > 0) problems.push(`it is ${overflow} pixels wider than its window`)
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => globalThis.axe.run(document))
      for (const { id, help, nodes } of violations)
        problems.push(`axe, ${id}: ${help} (${nodes.length}: ${nodes[0].html.slice(0, 160)})`)
      await context.close()
      none(problems)
    })
  }

/** Where a lab's run is shown, and what has been drawn once it trains. */
const live = {
  'learn/noise-contrastive-estimation': { drawings: 'svg', count: 4 },
  'learn/simclr': { drawings: 'svg, .strip canvas', count: 6 },
  'learn/clip': { drawings: 'svg, li canvas', count: 12 },
}
for (const [path, { drawings, count }] of Object.entries(live))
  await check(`a figure trains on ${path}`, async () => {
    const { page, context, problems } = await open(path, kinds[0])
    const button = page.locator('figure.live button')
    await button.click()
    await page
      .locator('figure.live .plot')
      .locator(drawings)
      .nth(count - 1)
      .waitFor()
    await page.locator('figure.live [role=status]', { hasText: /^Step ([1-9]\d*,?)+\./ }).waitFor()
    await button.click()
    await page.locator('figure.live button', { hasText: 'Go on' }).waitFor()
    await page.locator('figure.live').scrollIntoViewIfNeeded()
    await picture(page, `figure-${path.replaceAll('/', '-')}`)
    await context.close()
    none(problems)
  })

await check('a search finds a function', async () => {
  const { page, context, problems } = await open('index', kinds[0])
  await page.click('.VPNavBarSearch button')
  await page.fill('.VPLocalSearchBox input', 'binaryNceLoss')
  await page.waitForSelector('.VPLocalSearchBox .result')
  await context.close()
  none(problems)
})

await check('print leaves out what a sheet has no use for', async () => {
  const { page, context, problems } = await open('learn/clip', kinds[0])
  await page.emulateMedia({ media: 'print' })
  for (const selector of ['.VPNav', '.VPSidebar', '.VPDocFooter'])
    if (await page.locator(selector).first().isVisible()) problems.push(`${selector} is printed`)
  if (!(await page.locator('figure.curves').isVisible())) problems.push('the figure is not printed')
  await picture(page, 'print')
  await context.close()
  none(problems)
})

await browser.close()
server.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
