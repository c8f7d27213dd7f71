// What the SimCLR lab must do, each by the user's own means.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fitsEveryWidth } from './fits.mjs'
import { choose, framesWhile, openLab, trained, trainToTheEnd } from './lab-page.mjs'
import { writeMany, writePictures } from './picture-folder.mjs'
import {
  chiaroIn,
  drop,
  goesOnFromItsFile,
  packIn,
  readsOnRun,
  refusesWrongRuns,
  says,
  stepAbove,
  unpackIn,
} from './run-files.mjs'

const lab = 'simclr.html'
const open = (browser, server, options) =>
  openLab(browser, server.address, { lab, plot: 'views', ...options })
async function trains(browser, server) {
  const { context, page, problems, firstLoad, figure, text } = await open(browser, server)
  const bytes = await firstLoad()
  assert(bytes < 400_000, `the first load is ${bytes} bytes gzipped, 400,000 at most`)
  const before = server.asked.length
  await context.setOffline(true)
  const frames = await framesWhile(page, () => trainToTheEnd(page))
  const chance = Number((await text('figure-loss')).match(/chance (.+)/)[1])
  const [loss, learned, pixels] = [await figure('loss'), await figure('learned'), await figure('pixels')]
  assert.equal(chance, Number(Math.log(127).toFixed(3)), 'log(2N−1) for N = 64')
  assert(loss < chance - 1, `the last loss is ${loss}, log(2N−1) ${chance}`)
  assert(learned > pixels + 15, `right neighbours ${learned} %, by raw pixels ${pixels} %`)
  // The neighbours of another picture, by pointer, by keys and by number.
  const query = () => page.locator('.query button').getAttribute('aria-label')
  const changes = async act => {
    const was = await query()
    await act()
    await page.waitForFunction(
      old => document.querySelector('.query button').getAttribute('aria-label') !== old,
      was,
    )
  }
  await changes(() => page.click('.neighbours li:nth-child(3) button'))
  await changes(async () => {
    await page.focus('canvas.pictures')
    await page.keyboard.press('ArrowRight')
  })
  await changes(async () => {
    await page.fill('#picture', '77')
    await page.press('#picture', 'Enter')
  })
  assert.match(await query(), /^Picture 77: /)
  assert.match(await text('announcement'), /^Nearest to /)
  assert.equal(await page.locator('.neighbours li:not([hidden])').count(), 8)
  assert.equal(server.asked.length, before, 'no request after the load')
  assert.deepEqual(problems, [])
  await context.close()
  return `loss ${loss} (log(2N−1) ${chance}), right neighbours ${learned} %, by pixels ${pixels} %; first load ${(bytes / 1000).toFixed(0)} kB; ${frames}`
}

async function savesAndOpens(browser, server, folder) {
  const { context, page, text, figure } = await open(browser, server)
  const saved = join(folder, 'simclr.zip')
  const last = async () => [await text('figure-step'), await figure('alignment'), await figure('learned')]
  const settings = { steps: 60, batchSize: 32 }
  const { step, unbroken } = await goesOnFromItsFile(page, saved, { settings, least: 10, last })
  // The command reads it, and the page what the command wrote.
  unpackIn(folder, saved)
  const chiaro = chiaroIn(folder)
  await chiaro('embed', 'run', '--images', 'idx:run/pictures.idx', '--out', 'embeddings.npy')
  assert(statSync(join(folder, 'embeddings.npy')).size > 1600 * 128 * 4)
  await chiaro('resume', 'run', '--threads', '1')
  await page.setInputFiles('#run-file', packIn(folder, 'run'))
  await page.waitForFunction(() => document.querySelector('#figure-step').textContent.startsWith('60'))
  await trained(page)
  await page.waitForFunction(
    () => Number.parseFloat(document.querySelector('#figure-learned').textContent) > 0,
  )
  const byCommand = await last()
  assert(Math.abs(byCommand[1] - unbroken[1]) < 0.02, `alignment ${byCommand[1]}, on the page ${unbroken[1]}`)
  // A run that the command began has no pictures in it.
  const words = '--images idx:run/pictures.idx --out own --steps 5 --batch-size 16 --widths 8,16 --threads 1'
  await chiaro('train', 'simclr', ...words.split(' '))
  await page.setInputFiles('#run-file', packIn(folder, 'own'))
  await page.waitForFunction(() => document.querySelector('#figure-step').textContent === '5 of 5')
  assert.match(await text('pictures-remark'), /The file has no pictures in it/)
  assert.equal(await text('error'), '')
  await page.fill('[name=steps]', '50')
  await page.waitForTimeout(500)
  assert.notEqual(await text('run'), 'Resume', 'it is not trained on the page’s pictures')
  const wrong = await refusesWrongRuns(page, saved)
  await context.close()
  return `saved at step ${step}; gone on to the same figures here, and by the command to alignment ${byCommand[1]} (${unbroken[1]}); ${wrong} wrong files named`
}

async function takesAFolder(browser, server, folder) {
  const { context, page, text, figure } = await open(browser, server)
  const pictures = join(folder, 'pictures')
  writePictures(pictures)
  await page.fill('[name=batchSize]', '8')
  await page.selectOption('[name=source]', 'folder')
  await page.setInputFiles('#folder', pictures)
  await page.waitForFunction(() =>
    document.querySelector('#pictures-remark').textContent.startsWith('24 pictures'),
  )
  const said = await text('pictures-remark')
  assert.match(said, /2 classes/)
  assert.match(
    said,
    /Left out: 2 pictures \(red\/damaged\.png: must be .+; red\/huge\.png: must have at most /,
  )
  assert.match(said, /Passed by: 2 files that are no pictures \(1 \.heic, 1 \.txt\)\./)
  await page.fill('[name=steps]', '15')
  await page.uncheck('[name=blur]')
  await page.waitForTimeout(500)
  await trainToTheEnd(page)
  assert.equal(await figure('step'), 15)
  assert(Number.isFinite(await figure('learned')))
  await page.fill('[name=batchSize]', '64')
  await page.press('[name=batchSize]', 'Enter')
  await page.waitForFunction(() =>
    document.querySelector('#error').textContent.includes('Take a smaller batch'),
  )
  assert(!(await page.isDisabled('#reset')), 'after a refusal one can begin anew')
  await page.fill('[name=steps]', '3.5')
  await page.waitForFunction(() =>
    document.querySelector('#error').textContent.startsWith('Steps: Please give a whole number'),
  )
  await context.close()
  return said
}

/** While a run trains, a folder of too many pictures is dropped, read and stopped; the run is there afterwards. */
async function staysWhileItReads(browser, server, folder) {
  const { context, page, text, figure } = await open(browser, server)
  const pictures = join(folder, 'many')
  writeMany(pictures, 20_000)
  await choose(page, { steps: 5000, batchSize: 16 })
  await page.click('#run')
  await stepAbove(page, 5)
  assert(await drop(page, { 'a.txt': 'no picture', 'b.heic': 'none' }), 'the browser would leave the page')
  await says(page, 'The folder has no pictures (PNG, JPEG, WebP, GIF or BMP), but 1 .heic, 1 .txt.')
  assert.equal(await text('run'), 'Pause', 'it trains on')
  const step = await figure('step')
  await page.setInputFiles('#folder', pictures)
  await readsOnRun(page, 'Stop')
  await says(page, 'of 4000 pictures', 'pictures-remark')
  const began = performance.now()
  await page.click('#run')
  await says(page, 'Stopped: no new run was made.')
  const stopped = (performance.now() - began) / 1000
  assert(stopped < 5, `stopped after ${stopped.toFixed(1)} s`)
  await readsOnRun(page, 'Resume')
  assert((await figure('step')) >= step, 'the run is there at its step')
  // All of it is read, and the page stays smooth meanwhile.
  await page.setInputFiles('#folder', pictures)
  await readsOnRun(page, 'Stop')
  const frames = await framesWhile(page, async () => {
    await says(page, '20000 pictures 4000 were taken', 'pictures-remark')
  })
  await context.close()
  return `stopped reading in ${stopped.toFixed(1)} s; of 20,000 pictures 4,000: ${frames}`
}

const fits = (browser, server, folder) =>
  fitsEveryWidth(
    options => open(browser, server, options),
    async page => {
      await choose(page, { steps: 60, batchSize: 32 })
      await trainToTheEnd(page)
    },
    folder,
    'simclr',
  )

/** 20 steps on few pictures: what draws without a card takes seconds for each. */
async function losses(browser, server, pictures, backend) {
  const { context, page, problems, text, figure } = await open(browser, server, { backend })
  assert.match(await text('backend'), new RegExp(backend))
  await page.fill('[name=batchSize]', '8')
  await page.fill('[name=steps]', '20')
  await page.setInputFiles('#folder', pictures)
  await page.waitForFunction(
    () =>
      document.querySelector('#pictures-remark').textContent.startsWith('24 pictures') &&
      document.querySelector('#run').textContent === 'Start',
  )
  await trainToTheEnd(page, { seconds: 400 })
  assert.equal(await text('error'), '')
  const found = [await figure('loss'), await figure('alignment')]
  assert.deepEqual(problems, [])
  await context.close()
  return found
}

const stepsOn = backend => async (browser, server, folder) => {
  const pictures = join(folder, `pictures-${backend}`)
  writePictures(pictures)
  const [loss, alignment] = await losses(browser, server, pictures, backend)
  const onWasm = await losses(browser, server, pictures, 'wasm')
  assert(Math.abs(loss - onWasm[0]) < 0.05, `loss ${loss}, on wasm ${onWasm[0]}`)
  assert(Math.abs(alignment - onWasm[1]) < 0.05, `alignment ${alignment}, on wasm ${onWasm[1]}`)
  return `after 20 steps loss ${loss} and alignment ${alignment}, on wasm ${onWasm.join(' and ')}`
}

export default [
  { name: 'simclr: trains offline to more than pixels tell', check: trains },
  { name: 'simclr: saves a run, here and for the command', check: savesAndOpens },
  { name: 'simclr: takes a folder of pictures', check: takesAFolder },
  { name: 'simclr: keeps its run while it reads a folder', check: staysWhileItReads },
  { name: 'simclr: fits every width', check: fits },
  { name: 'simclr: takes 20 steps on webgl', check: stepsOn('webgl'), gpu: true },
  { name: 'simclr: takes 20 steps on webgpu', check: stepsOn('webgpu'), gpu: true },
]
