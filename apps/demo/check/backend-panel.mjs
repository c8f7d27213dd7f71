// What the backend panel must do: check(browser, server, folder).
import assert from 'node:assert/strict'
import { fitsEveryWidth } from './fits.mjs'
import { openLab } from './lab-page.mjs'

const openPanel = (browser, address, options) =>
  openLab(browser, address, { lab: 'backends.html', plot: null, ready: '#run:not(:disabled)', ...options })

/** Presses a button and waits until nothing is measured any more. */
async function measured(page, button) {
  await page.click(button)
  await page.waitForSelector('#run:not(:disabled)', { timeout: 240_000 })
}

const row = (page, name) =>
  page.$eval(`[data-backend=${name}]`, ({ dataset, cells }) => ({
    state: dataset.state,
    cells: [...cells].slice(1).map(({ textContent }) => textContent),
  }))

/** A row's numbers are there and sensible. */
function assertMeasured({ state, cells }, name) {
  assert.equal(state, 'measured', `${name}: ${cells}`)
  const [product, clip, nce, gradient, error] = cells
  for (const time of [product, clip, nce]) assert(Number(time) > 0, `${name} took ${time} ms`)
  assert.equal(gradient, 'passes')
  assert(Number(error.replace('−', '-')) < 1e-4, `${name}: the gradient is off by ${error}`)
}

async function choosesAndCompares(browser, server) {
  const { context, page, problems, firstLoad, text } = await openPanel(browser, server.address)
  const bytes = await firstLoad()
  assert(bytes < 400_000, `the first load is ${bytes} bytes gzipped, 400,000 at most`)
  assert.match(await text('choice'), /computes on wasm/)
  const reasons = await page.$$eval('#reasons dd', found => found.map(({ textContent }) => textContent))
  assert.equal(reasons.length, 4)
  assert(
    reasons.every(words => /^[A-Z].{5,}\.$/.test(words)),
    reasons.join(' | '),
  )
  await measured(page, '#run')
  for (const name of ['wasm', 'cpu']) assertMeasured(await row(page, name), name)
  const { state, cells } = await row(page, 'webgpu')
  assert.equal(state, 'failed', 'there is no WebGPU without a GPU')
  assert.match(cells[0], /can't be used: /)
  assert((await page.locator('[data-plot="times"] svg').count()) === 1)
  const before = await row(page, 'wasm')
  await measured(page, '[aria-label="Measure JavaScript"]')
  assert.deepEqual(await row(page, 'wasm'), before, 'measuring one backend leaves the others’ figures')
  await page.selectOption('#wish', 'cpu')
  assert.match(page.url(), /backends\.html\?backend=cpu$/)
  assert.match(
    await page.getAttribute('nav a', 'href'),
    /^\.\/index\.html\?backend=cpu$|index\.html\?backend=cpu$/,
  )
  assert.deepEqual(problems, [])
  await context.close()
  const [product, clip, nce] = before.cells
  return `first load ${(bytes / 1000).toFixed(0)} kB; wasm: product ${product}, CLIP ${clip}, NCE ${nce} ms`
}

async function saysUnknown(browser, server) {
  const { context, text } = await openPanel(browser, server.address, { backend: 'abacus' })
  assert.match(await text('error'), /“abacus”; there are auto, webgpu, webgl, wasm, cpu/)
  await context.close()
  return 'an unknown backend in the address is named, and what there is'
}

async function comparesAll(browser, server) {
  const { context, page, problems } = await openPanel(browser, server.address)
  await measured(page, '#run')
  const said = []
  for (const name of ['webgpu', 'webgl', 'wasm', 'cpu']) {
    const found = await row(page, name)
    assertMeasured(found, name)
    said.push(`${name} ${found.cells.slice(0, 3).join('/')} ms`)
  }
  assert.deepEqual(problems, [])
  await context.close()
  return said.join(', ')
}

const looksRight = (browser, server, folder) =>
  fitsEveryWidth(
    look => openPanel(browser, server.address, look),
    page => measured(page, '#run'),
    folder,
    'backends',
  )

export default [
  { name: 'backends: says which is chosen and compares', check: choosesAndCompares },
  { name: 'backends: names an unknown one', check: saysUnknown },
  { name: 'backends: fits every width', check: looksRight },
  { name: 'backends: measures all four', check: comparesAll, gpu: true },
]
