import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { foldIn, key, uniformValues } from '@chiaro/random'
import sharp from 'sharp'

const side = 12
const classes = ['blue', 'green', 'grey', 'red']
const ofEach = 16

/** Tiny data of each kind: 64 pictures with their classes as folders, the same as pairs, and a table. */
export async function writeData(folder: string): Promise<void> {
  const pairs = ['image,text']
  for (const [place, name] of classes.entries()) {
    await mkdir(join(folder, 'pictures', name), { recursive: true })
    for (let i = 0; i < ofEach; i++) {
      const noise = uniformValues(foldIn(key(place), i), side * side * 3)
      const bytes = Uint8Array.from(noise, (value, at) => 100 * value + (at % 3 === place ? 150 : 0))
      // PNG has checksums of its own, JPEG has none.
      const file = `${name}/${i}.${i % 2 === 0 ? 'png' : 'jpg'}`
      await sharp(bytes, { raw: { width: side, height: side, channels: 3 } }).toFile(
        join(folder, 'pictures', file),
      )
      pairs.push(`${file},number ${i} of ${name}`)
    }
  }
  await writeFile(join(folder, 'pairs.csv'), `${pairs.join('\n')}\n`)
  const rows = Array.from({ length: 80 }, (_, i) => {
    const [x, y] = uniformValues(foldIn(key(9), i), 2)
    return `${(4 * x).toFixed(3)},${(x + y).toFixed(3)},${i % 3 === 0 ? 'a' : 'b'}`
  })
  await writeFile(join(folder, 'rows.csv'), `x,y,kind\n${rows.join('\n')}\n`)
}

/** Pictures of noise in an IDX file. */
export function noiseIdx(count: number, side: number): Buffer {
  const header = Buffer.from([0, 0, 8, 3, 0, 0, count >> 8, count & 255, 0, 0, 0, side, 0, 0, 0, side])
  const pixels = uniformValues(key(7), count * side * side).map(value => 255 * value)
  return Buffer.concat([header, Uint8Array.from(pixels)])
}
