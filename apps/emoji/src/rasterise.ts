import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Emoji } from './emoji.ts'
import type { Vendor } from './vendor.ts'

/** Width and height of every picture, in pixels. */
export const pictureSize = 32

/** "waving hand: light skin tone" → "noto/waving-hand-light-skin-tone.png"; the hexcode tells twins apart. */
export function pictureName(vendor: string, emoji: Emoji): string {
  const words = emoji.name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `${vendor}/${words}-${emoji.hexcode}.png`
}

/** Draws each vendor's emoji on white, as 32 × 32 PNG files under `folder`. */
export async function rasterise(
  folder: string,
  vendors: readonly Vendor[],
  emoji: readonly Emoji[],
): Promise<void> {
  const jobs = vendors.flatMap(vendor =>
    emoji.flatMap(one => {
      const svg = vendor.svg(one.hexcode)
      return svg === undefined ? [] : [{ svg, file: join(folder, pictureName(vendor.name, one)) }]
    }),
  )
  for (const vendor of vendors) await mkdir(join(folder, vendor.name), { recursive: true })
  let next = 0
  const worker = async () => {
    while (next < jobs.length) {
      const { svg, file } = jobs[next++]
      const png = await sharp(Buffer.from(svg))
        .resize(pictureSize, pictureSize, { fit: 'contain', background: '#ffffff' })
        .flatten({ background: '#ffffff' })
        .png({ compressionLevel: 1 })
        .toBuffer()
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, png)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}
