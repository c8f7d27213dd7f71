// Run files of the checks: saved by a page, opened again, read by the command, and wrong in every way.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { choose, trainToTheEnd } from './lab-page.mjs'

const cli = fileURLToPath(new URL('../../../packages/cli/bin/chiaro.js', import.meta.url))

/** Runs the command in a folder. */
export const chiaroIn =
  folder =>
  (...words) =>
    promisify(execFile)(process.execPath, [cli, ...words], { cwd: folder })

export const stepAbove = (page, least) =>
  page.waitForFunction(
    least => Number.parseInt(document.querySelector('#figure-step').textContent, 10) >= least,
    least,
  )

export const readsOnRun = (page, words) =>
  page.waitForFunction(words => document.querySelector('#run').textContent === words, words)

/** Presses save, and keeps the file. */
export async function saveRun(page, path) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')])
  await download.saveAs(path)
}

/**
 * Trains to a step after `least`, saves there and trains to the end; then opens what was saved, and trains that to the
 * same end.
 *
 * @param last the figures of the end
 * @returns the step where it was saved, and the figures
 */
export async function goesOnFromItsFile(page, saved, { settings, least, last }) {
  await choose(page, settings)
  await page.click('#run')
  await stepAbove(page, least)
  await page.click('#run')
  await readsOnRun(page, 'Resume')
  const step = Number.parseInt(await page.textContent('#figure-step'), 10)
  assert(step >= least && step < settings.steps, `paused at step ${step}`)
  await saveRun(page, saved)
  await trainToTheEnd(page)
  const unbroken = await last()
  await choose(page, { seed: 2 })
  await page.setInputFiles('#run-file', saved)
  await readsOnRun(page, 'Resume')
  await trainToTheEnd(page)
  assert.deepEqual(await last(), unbroken, 'a run opened from its file ends as the unbroken one')
  return { step, unbroken }
}

/** Unpacks a run file as its folder in another. */
export function unpackIn(folder, saved) {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(saved)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}

/** A run folder as a ZIP beside it. */
export function packIn(folder, run) {
  const files = {}
  for (const name of readdirSync(join(folder, run), { recursive: true })) {
    const path = join(folder, run, name)
    if (statSync(path).isFile()) files[relative(folder, path)] = readFileSync(path)
  }
  const zip = join(folder, `${run}-packed.zip`)
  writeFileSync(zip, zipSync(files, { level: 0 }))
  return zip
}

/** The files of a run whose run.json says something else; without its checksum, as somebody's own. */
export function withInfo(files, change) {
  const info = { ...JSON.parse(strFromU8(files['run/run.json'])), ...change, checksum: undefined }
  return { ...files, 'run/run.json': strToU8(JSON.stringify(info)) }
}

/** Files that are no run of the lab, each with what the page says of it. */
function wrongRuns(saved) {
  const files = unzipSync(saved)
  const model = Object.keys(files).find(name => name.endsWith('/model.safetensors'))
  const flipped = bytes => bytes.with(bytes.length - 3, bytes.at(-3) ^ 1)
  const bomb = zipSync({ 'run/run.json': strToU8('{}') })
  // The unpacked size in the directory, 24 bytes behind its beginning.
  new DataView(bomb.buffer).setUint32(
    Buffer.from(bomb).lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24,
    4e9,
    true,
  )
  return {
    'words.zip': [strToU8('no zip'), 'it must be a ZIP file, got something else'],
    'cut.zip': [saved.subarray(0, saved.length >> 1), 'it must be a whole ZIP file, got one that is cut off'],
    'pictures.zip': [zipSync({ 'a.png': strToU8('x') }), 'it has no run.json'],
    'outside.zip': [
      zipSync({ '../run.json': strToU8('{}') }),
      'its ../run.json must be a path within the ZIP',
    ],
    'bomb.zip': [bomb, 'it must hold at most 1073741824 bytes'],
    'later.zip': [
      zipSync(withInfo(files, { schemaVersion: 2 })),
      'its run.json: schemaVersion must be 1, got 2',
    ],
    'other.zip': [zipSync(withInfo(files, { task: 'weather' })), 'it is a run of the task “weather”, no '],
    'bit.zip': [
      zipSync({ ...files, [model]: flipped(files[model]) }),
      'must have the checksum of state.json',
    ],
    'bit-of-zip.zip': [flippedIn(saved, model), 'it is damaged'],
  }
}

/** A ZIP with one bit flipped within a file's bytes. */
function flippedIn(zip, name) {
  const bytes = Uint8Array.from(zip)
  bytes[Buffer.from(zip).indexOf(name) + name.length + 200] ^= 1
  return bytes
}

/** Opens wrong files one after another: each is named with what is wrong, and the run that is there stays. */
export async function refusesWrongRuns(page, saved) {
  const step = await page.textContent('#figure-step')
  const wrong = Object.entries(wrongRuns(readFileSync(saved)))
  for (const [name, [bytes, problem]] of wrong) {
    await page.setInputFiles('#run-file', { name, mimeType: 'application/zip', buffer: Buffer.from(bytes) })
    await page.waitForFunction(name => document.querySelector('#error').textContent.startsWith(name), name)
    const said = await page.textContent('#error')
    assert(said.startsWith(`${name} can’t be opened: `) && said.includes(problem), said)
    assert.equal(await page.textContent('#figure-step'), step, `${name} leaves the run`)
  }
  return wrong.length
}

/** Drops files on the page, of names and contents; whether the page took them from the browser. */
export const drop = (page, files) =>
  page.evaluate(files => {
    const dataTransfer = new DataTransfer()
    for (const [name, content] of Object.entries(files)) dataTransfer.items.add(new File([content], name))
    return ['dragover', 'drop'].every(
      kind =>
        !document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true })),
    )
  }, files)

/** Waits for a sentence of the page. */
export const says = (page, words, id = 'error') =>
  page.waitForFunction(
    ([id, words]) => document.querySelector(`#${id}`).textContent.includes(words),
    [id, words],
  )
