// The CLIP lab's pictures and words, drawn when the demo is built: emoji of three vendors' free sets, a sheet for each,
// and what each is called. Into public/, which Vite serves and copies.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const require = createRequire(import.meta.url)
const folder = fileURLToPath(new URL('./public/emoji', import.meta.url))
/** Raised with every change of what is drawn. */
const form = 1
/** Pixels of a picture's sides, and pictures in a row of a sheet. */
const [side, columns] = [32, 32]
/** The last one's drawings are never trained on. */
const vendors = ['noto', 'fluent-emoji-flat', 'twemoji']
/** Emojibase's groups, but for components and flags, which no words describe. */
const groups = {
  0: 'faces',
  1: 'people',
  3: 'nature',
  4: 'food',
  5: 'travel',
  6: 'activities',
  7: 'objects',
  8: 'symbols',
}

/** Drawings by code point, of an icon set in Iconify's form. */
function openVendor(name) {
  const { icons, aliases = {}, width = 16, height = 16 } = require(`@iconify-json/${name}/icons.json`)
  const names = require(`@iconify-json/${name}/chars.json`)
  const find = icon => icons[icon] ?? (aliases[icon] && { ...find(aliases[icon].parent), ...aliases[icon] })
  return hexcode => {
    const icon = find(names[hexcode] ?? names[`${hexcode}-fe0f`])
    if (icon?.body === undefined) return undefined
    const size = [icon.width ?? width, icon.height ?? height]
    const box = [icon.left ?? 0, icon.top ?? 0, ...size].join(' ')
    // From 128 pixels: at their own 16 or 36 they would alias.
    const [w, h] = size.map(pixels => (128 * pixels) / Math.max(...size))
    return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${w}" height="${h}" viewBox="${box}">${icon.body}</svg>`
  }
}

/** On white, RGB. */
const pixelsOf = svg =>
  sharp(Buffer.from(svg))
    .resize(side, side, { fit: 'contain', background: '#ffffff' })
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .raw()
    .toBuffer()

async function sheetOf(drawing, hexcodes) {
  const [width, height] = [columns * side, Math.ceil(hexcodes.length / columns) * side]
  const sheet = Buffer.alloc(width * height * 3, 255)
  const queue = hexcodes.entries()
  const worker = async () => {
    for (const [i, hexcode] of queue) {
      const pixels = await pixelsOf(drawing(hexcode))
      const [left, top] = [(i % columns) * side, Math.floor(i / columns) * side]
      for (let y = 0; y < side; y++) {
        pixels.copy(sheet, 3 * ((top + y) * width + left), 3 * y * side, 3 * (y + 1) * side)
      }
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return sharp(sheet, { raw: { width, height, channels: 3 } })
    .webp({ lossless: true, effort: 4 })
    .toBuffer()
}

const versions = ['emojibase-data', ...vendors.map(name => `@iconify-json/${name}`)].map(
  name => require(`${name}/package.json`).version,
)
const edition = JSON.stringify([form, versions])

/** Draws the sheets, unless those of this edition are there; resolves to their folder. */
export async function drawAtlas() {
  const words = `${folder}/words.json`
  if (existsSync(words) && JSON.parse(readFileSync(words, 'utf8')).edition === edition) return folder
  mkdirSync(folder, { recursive: true })
  const drawings = vendors.map(openVendor)
  const found = require('emojibase-data/en/data.json')
    .map(({ hexcode, label, tags = [], group }) => ({
      hexcode: hexcode.toLowerCase().replace(/-fe0f$/, ''),
      name: label,
      keywords: tags,
      group: groups[group],
    }))
    // Of one code point: people in their many tones and genders would be most of all others.
    .filter(({ hexcode, group }) => group && !hexcode.includes('-') && drawings.every(draw => draw(hexcode)))
  const hexcodes = found.map(({ hexcode }) => hexcode)
  for (const [i, vendor] of vendors.entries()) {
    writeFileSync(`${folder}/${vendor}.webp`, await sheetOf(drawings[i], hexcodes))
  }
  const emoji = found.map(({ name, keywords, group }) => ({ name, keywords, group }))
  // Last: an edition that is named is complete.
  writeFileSync(
    words,
    JSON.stringify({ edition, side, columns, vendors, groups: Object.values(groups), emoji }),
  )
  return folder
}
