// What the density lab must do, each by the user's own means: check(browser, server, folder).
import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitsEveryWidth } from './fits.mjs'
import { choose, framesWhile, openLab, trained, trainToTheEnd } from './lab-page.mjs'
import { drop, readsOnRun, refusesWrongRuns, saveRun, says, stepAbove } from './run-files.mjs'

/** Entropy of the page's Gaussian in nats: 1 + log 2π + ½ log det Σ, det Σ = 1.5·1 − 0.9². */
const entropy = 1 + Math.log(2 * Math.PI) + Math.log(1.5 - 0.81) / 2

async function trainsAGaussian(browser, server) {
  const { context, page, problems, firstLoad, text, figure } = await openLab(browser, server.address)
  const bytes = await firstLoad()
  assert(bytes < 400_000, `the first load is ${bytes} bytes gzipped, 400,000 at most`)
  const before = server.asked.length
  await context.setOffline(true)
  await choose(page, { source: 'gaussian', energy: 'gaussian', steps: 2500 })
  const frames = await framesWhile(page, () => trainToTheEnd(page))
  const [learned, grid, sampled] = [await figure('learned'), await figure('grid'), await figure('sampled')]
  const exact = Number((await text('figure-grid')).match(/exactly (.+)/)[1].replace('−', '-'))
  const error = Number((await text('figure-sampled')).match(/± (.+)/)[1])
  const optimum = Number((await text('figure-loss')).match(/least (.+)/)[1])
  assert(Math.abs(grid - exact) < 0.002, `log Z on the grid ${grid}, in closed form ${exact}`)
  assert(Math.abs(learned - exact) < 0.1, `log Z learned ${learned}, exactly ${exact}`)
  assert(
    Math.abs(sampled - exact) < 3 * error + 0.0005,
    `log Z sampled ${sampled} ± ${error}, exactly ${exact}`,
  )
  assert((await figure('divergence')) < 0.02, 'KL(data ‖ model) is below 0.02 nats')
  assert(Math.abs(optimum - (await figure('loss'))) < 0.1, 'the loss is that of the truth')
  assert(Math.abs((await figure('heldOut')) + entropy) < 0.2, 'the held-out log-density is minus the entropy')
  assert.equal(server.asked.length, before, 'no request after the load')
  assert.deepEqual(problems, [])
  await context.close()
  return `log Z learned ${learned}, exactly ${exact}; first load ${(bytes / 1000).toFixed(0)} kB; ${frames}`
}

async function staysSmooth(browser, server) {
  const { context, page, figure } = await openLab(browser, server.address)
  await choose(page, { source: 'moons', steps: 2000 })
  const frames = await framesWhile(page, () => trainToTheEnd(page))
  const [learned, grid] = [await figure('learned'), await figure('grid')]
  assert(Math.abs(learned - grid) < 0.1, `log Z learned ${learned}, on the grid ${grid}`)
  await context.close()
  return `network on moons: ${frames}`
}

async function failsAndRecovers(browser, server) {
  const { context, page, text } = await openLab(browser, server.address)
  await choose(page, { source: 'moons', steps: 100_000 })
  await page.click('#run')
  const advice = words =>
    page.waitForFunction(words => document.querySelector('#advice').textContent.includes(words), words, {
      timeout: 60_000,
    })
  await advice('serves')
  await page.fill('[name=noiseWidth]', '0.3')
  await advice('too narrow')
  await page.fill('[name=noiseWidth]', '1.3')
  await advice('serves')
  await page.click('#run')
  await page.waitForFunction(() => document.querySelector('#run').textContent === 'Resume')
  const said = await text('announcement')
  assert.match(said, /^Paused\. Step \d/)
  await context.close()
  return 'noise of 0.3 widths is called too narrow, and back at 1.3 it serves'
}

async function savesAndOpens(browser, server, folder) {
  const { context, page, text, figure } = await openLab(browser, server.address)
  const saved = join(folder, 'run.zip')
  const last = async () => [
    await text('figure-step'),
    await figure('learned'),
    await figure('grid'),
    await figure('heldOut'),
  ]
  // So long that it still trains when the file is there.
  await choose(page, { source: 'rings', steps: 1200 })
  await page.click('#run')
  await stepAbove(page, 50)
  await saveRun(page, saved)
  await trained(page)
  const unbroken = await last()
  await choose(page, { source: 'gaussian', energy: 'gaussian' })
  await page.setInputFiles('#run-file', saved)
  await readsOnRun(page, 'Resume')
  const step = await figure('step')
  assert(step >= 50 && step < 1200, `opened at step ${step}`)
  await trainToTheEnd(page)
  assert.deepEqual(await last(), unbroken, 'a run opened from its file ends as the unbroken one')
  const wrong = await refusesWrongRuns(page, saved)
  await context.close()
  return `saved at step ${step}, gone on to the same figures; ${wrong} wrong files named`
}

async function takesOwnRows(browser, server, folder) {
  const { context, page, problems, figure, text } = await openLab(browser, server.address)
  await page.selectOption('[name=source]', 'drawn')
  await page.fill('[name=steps]', '60')
  const plane = page.locator('[data-plot="rows"] .plot')
  const { x, y, width } = await plane.boundingBox()
  await page.mouse.move(x + 0.4 * width, y + 0.4 * width)
  await page.mouse.down()
  await page.mouse.move(x + 0.7 * width, y + 0.5 * width, { steps: 12 })
  await page.mouse.up()
  await plane.focus()
  for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowDown', 'Space', 'Space', 'Enter'])
    await page.keyboard.press(key)
  await trainToTheEnd(page)
  assert.equal(await figure('step'), 60)
  assert(Number.isFinite(await figure('grid')))
  const table = Array.from(
    { length: 300 },
    (_, i) => `${i % 7},${Math.sin(i) * 20 + 170},${Math.cos(3 * i) * 9 + 70}`,
  )
  writeFileSync(join(folder, 'people.csv'), ['group,height,weight', ...table].join('\n'))
  await page.selectOption('[name=source]', 'file')
  await page.setInputFiles('#csv', join(folder, 'people.csv'))
  await page.selectOption('#column-x', { label: 'height' })
  await page.selectOption('#column-y', { label: 'weight' })
  await page.waitForFunction(() =>
    document.querySelector('[data-plot="density"]').textContent.includes('weight'),
  )
  await trainToTheEnd(page)
  assert.equal(await text('error'), '')
  assert.equal(await text('pictures-remark'), '300 rows of people.csv.')
  const step = await text('figure-step')
  for (const [name, content, words] of [
    ['words.csv', 'name\nanna\n', 'words.csv has no column of numbers, and two are needed'],
    [
      'row.csv',
      'a,b\n1,2\n3,4\n5,six\n',
      'row.csv, row 4: b must be a number as most of its cells are, got "six".',
    ],
    ['header.csv', 'a,b\n', 'header.csv: must have rows, got a header only.'],
  ]) {
    writeFileSync(join(folder, name), content)
    await page.setInputFiles('#csv', join(folder, name))
    await says(page, words)
  }
  writeFileSync(join(folder, 'huge.csv'), 'a,b\n')
  truncateSync(join(folder, 'huge.csv'), 300 * 2 ** 20)
  await page.setInputFiles('#csv', join(folder, 'huge.csv'))
  await says(page, 'huge.csv must have at most 64 MB, got 300 MB.')
  assert.equal(await text('figure-step'), step, 'what is wrong leaves the run')
  const rows = Array.from({ length: 40 }, (_, i) => `${i};${i % 3 === 0 ? '' : i * i}`)
  assert(await drop(page, { 'dropped.csv': ['x;y', ...rows].join('\n') }), 'the browser would leave the page')
  await says(page, '26 rows of dropped.csv. Left out: 14 without x or y.', 'pictures-remark')
  assert(await drop(page, { 'a.csv': '', 'b.csv': '' }))
  await says(page, 'This page takes one CSV file or one run file (.zip), got 2 files.')
  assert.deepEqual(problems, [])
  await context.close()
  return 'points by pointer and keys, two columns of a CSV, and six wrong files named'
}

async function runsEverything(browser, server) {
  const { context, page, problems, text, figure } = await openLab(browser, server.address)
  const options = name => page.$$eval(`[name=${name}] option`, found => found.map(({ value }) => value))
  const tried = []
  const once = async settings => {
    await choose(page, { source: 'moons', steps: 25, ...settings })
    await trainToTheEnd(page, { seconds: 60 })
    assert.equal(await text('error'), '', JSON.stringify(settings))
    assert(Number.isFinite(await figure('grid')), JSON.stringify(settings))
    tried.push(settings)
  }
  for (const objective of await options('objective')) await once({ objective })
  for (const noise of await options('noise')) await once({ objective: 'binary', noise })
  for (const source of (await options('source')).slice(0, -2)) await once({ noise: 'gaussian', source })
  await page.fill('[name=steps]', '3.5')
  await page.waitForFunction(() =>
    document.querySelector('#error').textContent.startsWith('Steps: Please give a whole number'),
  )
  assert.deepEqual(problems, [])
  await context.close()
  return `${tried.length} combinations of objective, noise and data`
}

const looksRight = (browser, server, folder) =>
  fitsEveryWidth(
    look => openLab(browser, server.address, look),
    async page => {
      await choose(page, { source: 'spirals', steps: 150 })
      await trainToTheEnd(page)
    },
    folder,
    'density',
  )

const trainsOn = backend => async (browser, server) => {
  const { context, page, problems, figure, text } = await openLab(browser, server.address, { backend })
  await choose(page, { source: 'moons', steps: 20 })
  await trainToTheEnd(page)
  assert.match(await text('backend'), new RegExp(backend))
  const [learned, grid, loss] = [await figure('learned'), await figure('grid'), await figure('loss')]
  assert([learned, grid, loss].every(Number.isFinite), `${learned}, ${grid}, ${loss}`)
  assert.deepEqual(problems, [])
  await context.close()
  return `20 steps, loss ${loss}, log Z ${learned}, grid ${grid}`
}

async function saysWhy(browser, server) {
  const { context, text } = await openLab(browser, server.address, { backend: 'auto' })
  const said = await text('backend')
  assert.match(said, /^Computes on wasm.*\(not webgpu: .+; not webgl: .+\)/)
  await context.close()
  return said
}

async function worksWithoutThreads(browser, server) {
  const { context, page, text, figure } = await openLab(browser, server.address)
  await choose(page, { steps: 20 })
  await trainToTheEnd(page)
  assert.match(await text('backend'), /one thread/)
  assert.equal(await figure('step'), 20)
  await context.close()
  return 'one thread where the page is not cross-origin isolated'
}

export default [
  { name: 'density: trains a Gaussian offline to its log Z', check: trainsAGaussian },
  { name: 'density: stays smooth', check: staysSmooth },
  { name: 'density: fails and recovers with its noise', check: failsAndRecovers },
  { name: 'density: saves a run and opens it', check: savesAndOpens },
  { name: 'density: takes drawn points and CSV files', check: takesOwnRows },
  { name: 'density: runs every objective, noise and set', check: runsEverything },
  { name: 'density: fits every width', check: looksRight },
  { name: 'density: says why it computes where it does', check: saysWhy },
  { name: 'density: works without threads', check: worksWithoutThreads, isolated: false },
  { name: 'density: 20 steps on webgl', check: trainsOn('webgl'), gpu: true },
  { name: 'density: 20 steps on webgpu', check: trainsOn('webgpu'), gpu: true },
]
