// What the CLIP lab must do, each by the user's own means.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, unzipSync, zipSync } from 'fflate'
import sharp from 'sharp'
import { fitsEveryWidth } from './fits.mjs'
import { choose, framesWhile, openLab, trainToTheEnd } from './lab-page.mjs'
import {
  chiaroIn,
  drop,
  goesOnFromItsFile,
  refusesWrongRuns,
  says,
  unpackIn,
  withInfo,
} from './run-files.mjs'

const open = (browser, server, options) =>
  openLab(browser, server.address, { lab: 'clip.html', plot: 'matrix', ...options })

/** What guessing gives, as the page says it beside a figure, in per cent. */
const chanceOf = async (text, name) => Number((await text(`figure-${name}`)).match(/chance ([\d.]+)/)[1])

/** What a text finds, nearest first. */
async function ask(page, words) {
  await page.fill('#text', words)
  const label = `ol.ranking[aria-label^="Pictures nearest to “${words}”"]`
  await page.waitForSelector(label)
  return page.$$eval(`${label} li span`, found => found.map(({ textContent }) => textContent))
}

async function trains(browser, server) {
  const { context, page, problems, firstLoad, figure, text } = await open(browser, server)
  const bytes = await firstLoad()
  assert(bytes < 400_000, `the first load is ${bytes} bytes gzipped without its pictures, 400,000 at most`)
  const before = server.asked.length
  await context.setOffline(true)
  const untrained = await figure('first')
  const frames = await framesWhile(page, () => trainToTheEnd(page))
  const [loss, chanceLoss] = [await figure('loss'), await chanceOf(text, 'loss')]
  assert.equal(chanceLoss, Number(Math.log(128).toFixed(3)), 'log N for N = 128')
  assert(loss < chanceLoss - 1, `the last loss is ${loss}, log N ${chanceLoss}`)
  const said = []
  for (const name of ['first', 'ten', 'unseen', 'zero-shot']) {
    const [found, chance] = [await figure(name), await chanceOf(text, name)]
    said.push(`${name} ${found} % (chance ${chance})`)
    if (name === 'first' || name === 'ten')
      assert(found > 10 * chance, `${said.at(-1)}: ten times chance wanted`)
    else assert(found > 1.5 * chance, `${said.at(-1)}: more than chance wanted`)
  }
  assert(untrained < 2, `untrained towers find ${untrained} %`)
  const right = []
  for (const words of [
    'a red heart',
    'green apple',
    'airplane',
    'blue book',
    'slice of pizza',
    'sunflower',
  ]) {
    const found = await ask(page, words)
    assert.equal(found.length, 12)
    const last = words.split(' ').at(-1)
    if (found.some(name => name.includes(last))) right.push(words)
  }
  // By chance each would with probability 12 in 1,365.
  assert(
    right.length >= 3,
    `${said.join(', ')}: only ${right.join(', ')} found what they name among twelve of all emoji`,
  )
  assert.match(await text('announcement'), /^Nearest to “sunflower”: /)
  assert.equal(server.asked.length, before, 'no request after the load')
  assert.deepEqual(problems, [])
  await context.close()
  return `loss ${loss} (log N ${chanceLoss}); ${said.join(', ')}; found: ${right.join(', ')}; first load ${(bytes / 1000).toFixed(0)} kB; ${frames}`
}

async function savesAndOpens(browser, server, folder) {
  const { context, page, text, figure } = await open(browser, server)
  const saved = join(folder, 'clip.zip')
  const last = async () => [await text('figure-step'), await figure('loss'), await figure('ten')]
  const settings = { steps: 30, batchSize: 32 }
  const { step } = await goesOnFromItsFile(page, saved, { settings, least: 5, last })
  // The command reads it.
  unpackIn(folder, saved)
  mkdirSync(join(folder, 'pictures'), { recursive: true })
  const square = background => ({ create: { width: 32, height: 32, channels: 3, background } })
  for (const colour of ['red', 'blue']) {
    await sharp(square(colour))
      .png()
      .toFile(join(folder, 'pictures', `${colour}.png`))
  }
  const chiaro = chiaroIn(folder)
  const { stdout } = await chiaro('search', 'run', '--text', 'red', '--images', 'pictures', '--threads', '1')
  assert.match(stdout, /red\.png/)
  assert.match(stdout, /blue\.png/)
  const wrong = await refusesWrongRuns(page, saved)
  assert(await drop(page, { 'a.png': 'x' }), 'the browser would leave the page for what is dropped')
  await says(page, 'This page opens one run file (.zip), got a.png.')
  // Emoji of another build: looked at, not trained on.
  const files = unzipSync(readFileSync(saved))
  const info = JSON.parse(strFromU8(files['run/run.json']))
  assert.match(info.data.words, /^[0-9a-f]{24}$/)
  const other = withInfo(files, { data: { words: 'others' } })
  await page.setInputFiles('#run-file', { name: 'o.zip', mimeType: '', buffer: Buffer.from(zipSync(other)) })
  await says(page, 'The emoji of this page are not those of the run', 'pictures-remark')
  assert.notEqual(await text('run'), 'Resume')
  await context.close()
  return `saved at step ${step}, gone on to the same figures; the command searches pictures with it; ${wrong} wrong files named`
}

async function saysWhatIsWrong(browser, server) {
  const { context, page, text } = await open(browser, server)
  await page.fill('[name=batchSize]', '7')
  await page.press('[name=batchSize]', 'Enter')
  assert.match(await text('error'), /^Batch: Please give a whole number from 8 to 512\.$/)
  await page.fill('[name=batchSize]', '16')
  await page.fill('#text', '?!…')
  await page.waitForFunction(() =>
    /Nothing of “\?!…” occurs/.test(document.querySelector('[data-plot=ranking]').textContent),
  )
  await context.close()
  return 'a batch that is too small, and a text without anything that was learned'
}

const fits = (browser, server, folder) =>
  fitsEveryWidth(
    options => open(browser, server, options),
    async page => {
      await choose(page, { steps: 40, batchSize: 64 })
      await trainToTheEnd(page)
    },
    folder,
    'clip',
  )

/** The loss and the logit scale's own figures after 20 steps. */
async function after20(browser, server, backend) {
  const { context, page, problems, text, figure } = await open(browser, server, { backend, plot: null })
  assert.match(await text('backend'), new RegExp(backend))
  // What draws without a card takes its time for the first look at all pictures.
  await page.waitForSelector('[data-plot="matrix"] svg', { timeout: 300_000 })
  await page.fill('[name=steps]', '20')
  await page.fill('[name=batchSize]', '16')
  await page.press('[name=batchSize]', 'Tab')
  await page.waitForFunction(
    () =>
      document.querySelector('#figure-step').textContent === '0 of 20' &&
      document.querySelector('#figure-loss').textContent.endsWith('2.773') &&
      !document.querySelector('#run').disabled,
    null,
    { timeout: 200_000 },
  )
  await trainToTheEnd(page, { seconds: 400 })
  assert.equal(await text('error'), '')
  const found = [await figure('loss'), await figure('ten')]
  assert.deepEqual(problems, [])
  await context.close()
  return found
}

const stepsOn = backend => async (browser, server) => {
  const [loss, ten] = await after20(browser, server, backend)
  const onWasm = await after20(browser, server, 'wasm')
  assert(Math.abs(loss - onWasm[0]) < 0.05, `loss ${loss}, on wasm ${onWasm[0]}`)
  assert(Math.abs(ten - onWasm[1]) < 3, `among ten ${ten} %, on wasm ${onWasm[1]} %`)
  return `after 20 steps loss ${loss}, among ten ${ten} %; on wasm ${onWasm.join(' and ')} %`
}

export default [
  { name: 'clip: trains offline to ten times chance', check: trains },
  { name: 'clip: saves a run, here and for the command', check: savesAndOpens },
  { name: 'clip: says what is wrong', check: saysWhatIsWrong },
  { name: 'clip: fits every width', check: fits },
  { name: 'clip: takes 20 steps on webgl', check: stepsOn('webgl'), gpu: true },
  { name: 'clip: takes 20 steps on webgpu', check: stepsOn('webgpu'), gpu: true },
]
