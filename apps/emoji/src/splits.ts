import type { Emoji } from './emoji.ts'
import { fnv1a } from './fnv-1a.ts'

/** What an emoji is used for; a pure function of names, so the same for every seed and on every machine. */
export type Split =
  /** Seen in training, by the training vendors' drawings. */
  | 'seen'
  /** Its whole concept, every skin tone and gender, is kept out of training. */
  | 'unseen-concept'
  /** Only this one person × skin tone × gender is kept out; every part of it is seen elsewhere. */
  | 'unseen-combination'

/** Of a thousand. */
const shareOfConcepts = 175
const shareOfCombinations = 225

/** The split of every emoji of `emoji`, in its order. */
export function splitEmoji(emoji: readonly Emoji[]): Split[] {
  const conceptNames = nameConcepts(emoji)
  return emoji.map(({ group, kind, name }) => {
    if (fnv1a(`concept:${conceptNames.get(group)}`) % 1000 < shareOfConcepts) return 'unseen-concept'
    if (kind === 'variant' && fnv1a(`variant:${name}`) % 1000 < shareOfCombinations)
      return 'unseen-combination'
    return 'seen'
  })
}

/** Folds that hyperparameters are chosen by. */
export const folds = 5

/**
 * The split that hyperparameters are chosen by, of emoji that are seen in training: one of five folds of their concepts
 * stands for those never seen, and one of five of the other variants for the combinations.
 */
export function validationSplit(seen: readonly Emoji[], fold: number): Split[] {
  const conceptNames = nameConcepts(seen)
  return seen.map(({ group, kind, name }) => {
    if (fnv1a(`fold:${conceptNames.get(group)}`) % folds === fold) return 'unseen-concept'
    if (kind === 'variant' && fnv1a(`variant-fold:${name}`) % folds === fold) return 'unseen-combination'
    return 'seen'
  })
}

/** A concept's name is that of its first emoji, the gender-neutral one as the list has it. */
function nameConcepts(emoji: readonly Emoji[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const { group, name } of emoji) if (!names.has(group)) names.set(group, name)
  return names
}
