// Folders of pictures for the checks.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

/** A PNG of one colour with a brighter square in it. */
function png(side, [r, g, b], corner) {
  const rows = Buffer.alloc(side * (1 + 3 * side))
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const inside = x >= corner && x < corner + side / 2 && y >= corner && y < corner + side / 2
      rows.set(inside ? [255, 255 - g, b] : [r, g, b], y * (1 + 3 * side) + 1 + 3 * x)
    }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2], 8)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Two sub-folders of pictures, two files that are none, one that is damaged, and one that is too large. */
export function writePictures(folder, count = 24) {
  for (const label of ['red', 'green']) mkdirSync(join(folder, label), { recursive: true })
  for (let i = 0; i < count; i++) {
    const red = i % 2 === 0
    const colour = red ? [200, 5 * i, 20] : [20, 200, 5 * i]
    writeFileSync(join(folder, red ? 'red' : 'green', `${i}.png`), png(40, colour, i % 20))
  }
  writeFileSync(join(folder, 'red', 'damaged.png'), png(40, [1, 2, 3], 0).subarray(0, 60))
  // 100 megapixels by its header: refused before it is decoded.
  const huge = png(40, [1, 2, 3], 0)
  huge.writeUInt32BE(10_000, 16)
  huge.writeUInt32BE(10_000, 20)
  writeFileSync(join(folder, 'red', 'huge.png'), huge)
  writeFileSync(join(folder, 'notes.txt'), 'no picture')
  writeFileSync(join(folder, 'live.heic'), 'no picture that a browser reads')
}

/** So many pictures, a thousand in a sub-folder. */
export function writeMany(folder, count) {
  const some = Array.from({ length: 20 }, (_, i) => png(40, [10 * i, 200 - 5 * i, 90], i))
  for (let i = 0; i < count; i++) {
    const own = join(folder, `part-${Math.floor(i / 1000)}`)
    if (i % 1000 === 0) mkdirSync(own, { recursive: true })
    writeFileSync(join(own, `${i}.png`), some[i % some.length])
  }
}
