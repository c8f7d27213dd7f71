import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Emoji, listEmoji } from './emoji.ts'
import { rasterise } from './rasterise.ts'
import { splitEmoji } from './splits.ts'
import {
  type HeldOutTask,
  heldOutTasks,
  type PairRow,
  trainingPairs,
  trainingVendors,
  unseenVendor,
} from './tasks.ts'
import { openVendor, type Vendor } from './vendor.ts'

/** The repository, from where the command was given. */
export const root = relative(process.cwd(), fileURLToPath(new URL('../../..', import.meta.url)))
/** Where the pictures are drawn. */
export const pictures = join(root, 'runs/emoji-pictures')

/** The emoji that every vendor draws, the pairs to train on, and the tasks held out. */
export interface EmojiSet {
  readonly vendors: readonly Vendor[]
  readonly emoji: readonly Emoji[]
  readonly training: readonly PairRow[]
  readonly tasks: readonly HeldOutTask[]
}

export function openEmojiSet(): EmojiSet {
  const vendors = [...trainingVendors, unseenVendor].map(openVendor)
  const emoji = listEmoji(hexcode => vendors.every(vendor => vendor.svg(hexcode) !== undefined))
  const splits = splitEmoji(emoji)
  return { vendors, emoji, training: trainingPairs(emoji, splits), tasks: heldOutTasks(emoji, splits) }
}

/** Draws every emoji by every vendor. */
export function drawPictures({ vendors, emoji }: EmojiSet): Promise<void> {
  return rasterise(pictures, vendors, emoji)
}
