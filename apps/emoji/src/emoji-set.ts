import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Emoji, listEmoji } from './emoji.ts'
import { rasterise } from './rasterise.ts'
import { splitEmoji, validationSplit } from './splits.ts'
import {
  furtherVendors,
  type HeldOutTask,
  heldOutTasks,
  type PairRow,
  seenVendors,
  trainingPairs,
  unseenVendor,
  validationVendor,
} from './tasks.ts'
import { openVendor, type Vendor } from './vendor.ts'

/** The repository, from where the command was given. */
export const root = relative(process.cwd(), fileURLToPath(new URL('../../..', import.meta.url)))
/** Where the pictures are drawn. */
export const pictures = join(root, 'runs/emoji-pictures')

/** The emoji that every judging vendor draws, the pairs to train on, and the tasks held out. */
export interface EmojiSet {
  readonly vendors: readonly Vendor[]
  readonly emoji: readonly Emoji[]
  readonly training: readonly PairRow[]
  readonly tasks: readonly HeldOutTask[]
}

/**
 * @param options.fold the fold of the seen emoji that hyperparameters are chosen by: nothing of the emoji and of the
 * vendor that judge is then in the set. Default: the set that judges
 */
export function openEmojiSet(options: { readonly fold?: number } = {}): EmojiSet {
  const { fold } = options
  const opened = new Map(
    [...seenVendors, ...furtherVendors, unseenVendor].map(name => [name as string, openVendor(name)]),
  )
  const draws = (vendor: string, { hexcode }: Pick<Emoji, 'hexcode'>) =>
    opened.get(vendor)?.svg(hexcode) !== undefined
  const all = listEmoji(hexcode => [...seenVendors, unseenVendor].every(vendor => draws(vendor, { hexcode })))
  const judging = splitEmoji(all)
  const emoji = fold === undefined ? all : all.filter((_, i) => judging[i] === 'seen')
  const splits = fold === undefined ? judging : validationSplit(emoji, fold)
  const unseen = fold === undefined ? unseenVendor : validationVendor
  const trained = [...seenVendors, ...furtherVendors].filter(vendor => vendor !== unseen)
  return {
    vendors: [...trained, unseen].map(name => opened.get(name)!),
    emoji,
    training: trainingPairs(emoji, splits, trained, draws),
    tasks: heldOutTasks(emoji, splits, unseen, draws),
  }
}

/** Draws every emoji by every vendor that has it. */
export function drawPictures({ vendors, emoji }: EmojiSet): Promise<void> {
  return rasterise(pictures, vendors, emoji)
}
