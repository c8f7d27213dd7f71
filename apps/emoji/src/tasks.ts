import type { Emoji } from './emoji.ts'
import { pictureName } from './rasterise.ts'
import type { Split } from './splits.ts'

/** A row of a pairs file. */
export interface PairRow {
  readonly image: string
  readonly text: string
}

/** One held-out retrieval: the pairs asked about, and all pairs they must be told from. */
export interface HeldOutTask {
  readonly name: 'unseenVendor' | 'unseenCombinations' | 'unseenConcepts'
  /** What the table calls it. */
  readonly title: string
  /** One or more galleries, each with the pictures of one vendor; figures are averaged over them. */
  readonly galleries: readonly {
    readonly name: string
    readonly queries: PairRow[]
    readonly candidates: PairRow[]
  }[]
}

/** The vendors whose drawings a model is trained on and asked about. They draw every emoji. */
export const seenVendors = ['noto', 'fluent-emoji-flat'] as const
/** Vendors whose drawings it is only trained on; the last two draw a part of the emoji. */
export const furtherVendors = ['openmoji', 'noto-v1', 'emojione'] as const
/** The one it never sees. */
export const unseenVendor = 'twemoji'
/** In its place when hyperparameters are chosen: flat and without outlines as it is. */
export const validationVendor = 'emojione'

/** Whether a vendor draws an emoji. */
export type Draws = (vendor: string, emoji: Emoji) => boolean

/** What stands between an emoji's name and its keywords in a caption. CLDR's names hold no semicolon. */
export const keywordSeparator = ' ; '

/** An emoji as a caption: its name, then the keywords that are not words of the name. */
export function caption({ name, keywords }: Emoji): string {
  const known = new Set(name.toLowerCase().split(/[^\p{L}\p{N}-]+/u))
  const rest = keywords.filter(keyword => !known.has(keyword.toLowerCase()))
  return rest.length === 0 ? name : `${name}${keywordSeparator}${rest.join(', ')}`
}

/**
 * The pairs a model is trained on: every seen emoji, by each of `vendors` that draws it; by further vendors the base ones
 * alone. Combinations are asked about by the seen vendors, and skin tones by five would crowd out the concepts.
 */
export function trainingPairs(
  emoji: readonly Emoji[],
  splits: readonly Split[],
  vendors: readonly string[],
  draws: Draws,
): PairRow[] {
  const seen = emoji.filter((_, i) => splits[i] === 'seen')
  const drawsVariants = new Set<string>(seenVendors)
  return vendors.flatMap(vendor =>
    seen
      .filter(one => (one.kind === 'base' || drawsVariants.has(vendor)) && draws(vendor, one))
      .map(one => pair(vendor, one)),
  )
}

/** The three held-out tasks, of what is drawn by `unseen`, the vendor that is not trained on, and by the seen ones. */
export function heldOutTasks(
  emoji: readonly Emoji[],
  splits: readonly Split[],
  unseen: string,
  draws: Draws,
): HeldOutTask[] {
  const gallery = (vendor: string, asked: readonly Emoji[], among: readonly Emoji[]) => {
    const pairs = (some: readonly Emoji[]) =>
      some.filter(one => draws(vendor, one)).map(one => pair(vendor, one))
    return { name: vendor, queries: pairs(asked), candidates: pairs(among) }
  }
  const base = emoji.filter(({ kind }) => kind === 'base')
  const variants = emoji.filter(({ kind }) => kind === 'variant')
  const splitOf = new Map(emoji.map((one, i) => [one, splits[i]]))
  const seenBase = base.filter(one => splitOf.get(one) === 'seen')
  const unseenBase = base.filter(one => splitOf.get(one) === 'unseen-concept')
  const unseenVariants = variants.filter(one => splitOf.get(one) === 'unseen-combination')
  return [
    {
      name: 'unseenVendor',
      title: 'a vendor never seen, concepts seen',
      galleries: [gallery(unseen, seenBase, base)],
    },
    {
      name: 'unseenCombinations',
      title: 'combinations never seen, vendors seen',
      galleries: seenVendors.map(vendor => gallery(vendor, unseenVariants, variants)),
    },
    {
      name: 'unseenConcepts',
      title: 'concepts never seen, by a vendor never seen',
      galleries: [gallery(unseen, unseenBase, unseenBase)],
    },
  ]
}

function pair(vendor: string, emoji: Emoji): PairRow {
  return { image: pictureName(vendor, emoji), text: caption(emoji) }
}
