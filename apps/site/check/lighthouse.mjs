// Lighthouse on pages of the built site, as on a phone: node apps/site/check/lighthouse.mjs [path …]. Fetched by npx, since
// nothing else here needs it. What it says of speed holds on an idle machine only.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needChromium } from '@chiaro/test-kit/chromium'
import { serve } from 'vitepress'

// The last that runs on the oldest Node of ours.
const version = '12.8.2'
const wanted = 95
const categories = ['performance', 'accessibility', 'best-practices']
const site = fileURLToPath(new URL('..', import.meta.url))
const pages = ['index', 'learn/noise-contrastive-estimation', 'guides/from-python']
pages.push('reference/@chiaro/objectives', 'compare')

const executable = needChromium()
if (!existsSync(join(site, 'dist/index.html'))) {
  console.error('The site is not built yet: npm run docs')
  process.exit(1)
}
const { server } = await serve({ root: site, port: 0 })
const origin = `http://127.0.0.1:${server.address().port}`

/** The categories' scores of a page, 0 to 100, and what cost something. */
async function measured(path) {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      '--yes',
      `lighthouse@${version}`,
      `${origin}/${path}.html`,
      ...['--quiet', '--output=json', `--only-categories=${categories}`],
      '--chrome-flags=--headless --no-sandbox --disable-gpu',
    ],
    { env: { ...process.env, CHROME_PATH: executable }, maxBuffer: 2 ** 28 },
  )
  const report = JSON.parse(stdout)
  const scores = categories.map(name => Math.round(100 * (report.categories[name].score ?? 0)))
  const costs = categories.flatMap(name =>
    report.categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 0.9)
      .map(({ id }) => `${id} ${report.audits[id].displayValue ?? ''}`.trim()),
  )
  return { scores, costs }
}

let below = 0
console.log(['page', ...categories].join('  '))
for (const path of process.argv.length > 2 ? process.argv.slice(2) : pages) {
  const { scores, costs } = await measured(path)
  below += scores.filter(score => score < wanted).length
  console.log(`${path}  ${scores.join('  ')}${costs.length > 0 ? `  (${costs.join('; ')})` : ''}`)
}
server.close()
process.exit(below > 0 ? 1 : 0)
