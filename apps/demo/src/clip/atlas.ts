import type { HostImages } from '@chiaro/data'
import { key, permutation } from '@chiaro/random'
import { type DataFingerprint, digest } from '@chiaro/train'

/** One emoji in words. */
export interface Emoji {
  readonly name: string
  readonly keywords: readonly string[]
  readonly group: string
}

/** What the build writes beside the sheets. */
export interface AtlasWords {
  /** Pixels along a side, and pictures in a row of a sheet. */
  readonly side: number
  readonly columns: number
  /** The last one's drawings are never trained on. */
  readonly vendors: readonly string[]
  readonly groups: readonly string[]
  readonly emoji: readonly Emoji[]
}

/** Emoji, their words and drawings. */
export interface Atlas extends AtlasWords {
  /** Vendor v's drawing of emoji i is picture v·(number of emoji) + i. */
  readonly drawings: HostImages
  /** The captions that are learned. */
  readonly captions: readonly string[]
  /** Emoji that are trained on, and those that are not, whatever the run's seed. */
  readonly seen: Int32Array
  readonly unseen: Int32Array
  /** What tells these emoji from those of another build of the page. */
  readonly fingerprint: DataFingerprint
}

/** Between an emoji's name and its keywords; names hold no semicolon. */
export const keywordSeparator = ' ; '

/** The share of emoji that are never trained on. */
const unseenShare = 0.15

/** Name, then the keywords that are no words of the name. */
export function caption({ name, keywords }: Emoji): string {
  const known = new Set(name.toLowerCase().split(/[^\p{L}\p{N}-]+/u))
  const rest = keywords.filter(keyword => !known.has(keyword.toLowerCase()))
  return rest.length === 0 ? name : `${name}${keywordSeparator}${rest.join(', ')}`
}

export function splitOf(count: number): Pick<Atlas, 'seen' | 'unseen'> {
  const order = permutation(key(0), count)
  const unseen = order.slice(0, Math.round(unseenShare * count)).sort()
  return { unseen, seen: order.slice(unseen.length).sort() }
}

/** Pictures of a sheet (RGBA, row by row) one after another, RGB. */
export function cutSheet(
  rgba: ArrayLike<number>,
  { side, columns }: Pick<AtlasWords, 'side' | 'columns'>,
  count: number,
): HostImages {
  const data = new Uint8Array(count * side * side * 3)
  const width = columns * side
  let to = 0
  for (let picture = 0; picture < count; picture++) {
    const [left, top] = [(picture % columns) * side, Math.floor(picture / columns) * side]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = 4 * ((top + y) * width + left + x)
        for (let c = 0; c < 3; c++) data[to++] = rgba[from + c]
      }
    }
  }
  return { data, shape: [count, side, side, 3] }
}

/** The drawings of the vendor that is never trained on. */
export function newDrawings({ drawings, emoji }: Atlas): HostImages {
  const [, ...picture] = drawings.shape
  const size = emoji.length * picture.reduce((product, side) => product * side, 1)
  return { data: drawings.data.subarray(-size), shape: [emoji.length, ...picture] }
}

/** Fetches what the build drew from the folder at `address`. @throws RangeError in words where it is not there */
export async function loadAtlas(address: string): Promise<Atlas> {
  const fetched = async (name: string) => {
    const answer = await fetch(new URL(name, address)).catch(() => undefined)
    if (answer?.ok) return answer
    throw new RangeError(`The emoji could not be loaded (${name}). Reload the page.`)
  }
  const text = await (await fetched('words.json')).text()
  const words: AtlasWords = JSON.parse(text)
  const files = await Promise.all(words.vendors.map(async vendor => (await fetched(`${vendor}.webp`)).blob()))
  const sheets = await Promise.all(
    files.map(async file => {
      const bitmap = await createImageBitmap(file)
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
      context?.drawImage(bitmap, 0, 0)
      const rgba = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? []
      return cutSheet(rgba, words, words.emoji.length)
    }),
  )
  const data = new Uint8Array(sheets.reduce((size, { data }) => size + data.length, 0))
  sheets.forEach(({ data: own }, i) => {
    data.set(own, i * own.length)
  })
  const [count, ...picture] = sheets[0].shape
  const drawings: HostImages = { data, shape: [sheets.length * count, ...picture] }
  // Of the files, not of the pixels: browsers decode them each in their own way.
  const bytes = await Promise.all(files.map(async file => new Uint8Array(await file.arrayBuffer())))
  const fingerprint = { words: digest([text]), drawings: digest(bytes) }
  const captions = words.emoji.map(caption)
  return { ...words, drawings, captions, ...splitOf(words.emoji.length), fingerprint }
}
