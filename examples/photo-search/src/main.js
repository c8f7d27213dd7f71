// Private photo search: drop a folder, and the page learns by itself, without labels, which of its photos are alike (SimCLR);
// a click on one finds those like it. No photo is sent anywhere: the page's policy allows no connection but to its own
// server. What it learned is kept in the browser, and there again after a reload.
import { useBackend } from '@chiaro/backend'
import { listFiles, loadBlobs } from '@chiaro/data/browser'
import { nearestRows } from '@chiaro/evaluate'
import { key } from '@chiaro/random'
import { simclr } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { droppedFiles } from './dropped.js'
import { forget, keep, kept } from './store.js'

const find = selector => document.querySelector(selector)
const say = text => {
  find('output').textContent = text
}
const side = 64

/** Learns from photos and keeps what it has learned. */
async function learn(files) {
  say('reading …')
  const left = []
  const listed = listFiles(files)
  const pictures = await loadBlobs(listed, { size: [side, side], onBad: bad => left.push(bad.picture) })
  const names = listed.filter((_, i) => pictures.rows[i] >= 0).map(({ name }) => name)
  await useBackend('auto')
  const model = await simclr.train({
    pictures,
    key: key(1),
    steps: 60,
    batchSize: Math.min(64, names.length),
    widths: [16, 32, 64],
    onStep: ({ step, loss }, steps) => say(`learning, step ${step} of ${steps}: loss ${loss.toFixed(3)}`),
  })
  const { vectors, dimension } = await model.embed(pictures)
  await keep('pictures.bin', pictures.data)
  await keep('vectors.bin', vectors)
  await keep('model.zip', model.save()) // for photos to come: simclr.load(bytes).embed(…)
  await keep('index.json', JSON.stringify({ names, dimension })) // last: without it there is nothing
  model.dispose()
  await open()
  if (left.length > 0) say(`${names.length} photos; can't be read: ${left.join(', ')}`)
}

/** A photo's small copy as an address for an image. */
async function addressOf(rgb) {
  const { data } = new ImageData(side, side)
  for (let i = 0; i < side * side; i++) data.set([rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], 255], 4 * i)
  const canvas = new OffscreenCanvas(side, side)
  canvas.getContext('2d').putImageData(new ImageData(data, side), 0, 0)
  return URL.createObjectURL(await canvas.convertToBlob())
}

/** Shows what is kept; nothing where there is nothing. */
async function open() {
  const index = await kept('index.json')
  if (index === undefined) return say('no photos yet')
  const { names, dimension } = JSON.parse(await index.text())
  const bytes = new Uint8Array(await (await kept('pictures.bin')).arrayBuffer())
  const vectors = new Float32Array(await (await kept('vectors.bin')).arrayBuffer())
  const rowOf = (values, row) =>
    values.subarray((row * values.length) / names.length, ((row + 1) * values.length) / names.length)
  const buttons = await Promise.all(
    names.map(async (name, row) => {
      const image = Object.assign(new Image(), { src: await addressOf(rowOf(bytes, row)), alt: name })
      const button = Object.assign(document.createElement('button'), { type: 'button', title: name })
      button.append(image)
      button.onclick = async () => {
        const query = tf.tensor2d(rowOf(vectors, row), [1, dimension])
        const [found] = await nearestRows(query, [{ vectors, names }], { top: 12 })
        query.dispose()
        find('#photos').replaceChildren(...found.map(({ row }) => buttons[row]))
        say(
          `like ${name}: ${found
            .slice(1, 4)
            .map(({ name }) => name)
            .join(', ')}`,
        )
      }
      return button
    }),
  )
  await useBackend('auto')
  find('#photos').replaceChildren(...buttons)
  find('#forget').hidden = false
  say(`${names.length} photos`)
  document.body.dataset.done = 'true'
}

const guarded = work => work().catch(error => say(error.message))
find('input').onchange = event => guarded(() => learn(event.target.files))
find('#drop').ondragover = event => event.preventDefault()
find('#drop').ondrop = event => {
  event.preventDefault()
  guarded(async () => learn(await droppedFiles(event.dataTransfer)))
}
find('#forget').onclick = () => guarded(() => forget().then(() => location.reload()))
guarded(open)
