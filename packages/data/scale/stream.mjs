// Streams one epoch of 100,000 small pictures and prints the most memory it took, and what a picture costs:
//   npm run build && node packages/data/scale/stream.mjs [pictures, default 100000] [folder | shards]
// The pictures are hard links of 300 different ones, in 100 folders or shards in the temporary folder.
import { createWriteStream } from 'node:fs'
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { key } from '@chiaro/random/host'
import sharp from 'sharp'
import { pack } from 'tar-stream'
import { batches } from '../dist/index.js'
import { imageBatches, listImages, listShards, shardBatches } from '../dist/node/index.js'

const count = Number(process.argv[2] ?? 100_000)
const source = process.argv[3] ?? 'folder'
const different = 300
const perFolder = Math.ceil(count / 100)
const decode = { size: [32, 32], channels: 3 }

const folder = await mkdtemp(join(tmpdir(), 'chiaro-scale-'))
try {
  const pictures = await drawPictures()
  await (source === 'shards' ? writeShards(pictures) : writeFolders(pictures))
  const before = megabytes(process.memoryUsage.rss())
  const start = performance.now()
  let seen = 0
  let sum = 0
  for await (const { data, shape } of await open()) {
    seen += shape[0]
    for (let i = 0; i < data.length; i += 997) sum += data[i]
  }
  const seconds = (performance.now() - start) / 1000
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(
    `${seen} pictures from ${source} in ${seconds.toFixed(1)} s, ${((1000 * seconds) / seen).toFixed(3)} ms each`,
  )
  console.log(`resident memory: ${before} MB before, at most ${peak} MB (checksum ${sum})`)
} finally {
  await rm(folder, { recursive: true })
}

async function open() {
  if (source === 'shards') {
    const shards = await listShards(join(folder, '{00..99}.tar'))
    return shardBatches(shards, {
      ...decode,
      batchSize: 256,
      key: key(1),
      shuffleBuffer: 2000,
      dropLast: false,
    })
  }
  const images = await listImages(folder)
  const order = batches(images, { batchSize: 256, key: key(1), epochs: 1, dropLast: false })
  return imageBatches(images, order, decode)
}

async function drawPictures() {
  const drawn = []
  for (let i = 0; i < different; i++) {
    const raw = Buffer.alloc(32 * 32 * 3)
    for (let k = 0; k < raw.length; k++) raw[k] = (k * (i + 1) * 31) >> 3
    drawn.push(
      await sharp(raw, { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toBuffer(),
    )
  }
  return drawn
}

async function writeFolders(pictures) {
  const originals = join(folder, '.originals')
  await mkdir(originals)
  await Promise.all(pictures.map((bytes, i) => writeFile(join(originals, `${i}.png`), bytes)))
  for (let i = 0; i < count; i += perFolder) {
    const sub = join(folder, String(i / perFolder).padStart(2, '0'))
    await mkdir(sub)
    for (let k = i; k < Math.min(i + perFolder, count); k++) {
      await link(join(originals, `${k % different}.png`), join(sub, `${k}.png`))
    }
  }
}

async function writeShards(pictures) {
  for (let i = 0; i < 100; i++) {
    const packed = pack()
    const written = pipeline(packed, createWriteStream(join(folder, `${String(i).padStart(2, '0')}.tar`)))
    for (let k = i * perFolder; k < Math.min((i + 1) * perFolder, count); k++) {
      packed.entry({ name: `${k}.png` }, pictures[k % different])
      packed.entry({ name: `${k}.cls` }, String(k % 10))
    }
    packed.finalize()
    await written
  }
}

function megabytes(bytes) {
  return Math.round(bytes / 2 ** 20)
}
