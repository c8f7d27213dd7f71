import { createRequire } from 'node:module'
import { normaliseHexcode } from './vendor.ts'

/** One emoji: a base one, or a skin-tone variant of a base one. */
export interface Emoji {
  /** Normalised code points, "1f44b-1f3fb". */
  readonly hexcode: string
  /** Unicode CLDR's short name, "waving hand: light skin tone". */
  readonly name: string
  /** CLDR's keywords; a variant has its base's. */
  readonly keywords: readonly string[]
  /** Code points without skin tone and gender: what a concept is held out by, whole. */
  readonly group: string
  readonly kind: 'base' | 'variant'
}

interface EmojibaseEntry {
  readonly hexcode: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group?: number
  readonly skins?: readonly { readonly hexcode: string; readonly label: string }[]
}

/** Emojibase's group of components (skin tones and hair by themselves), which are no pictures of anything. */
const componentGroup = 2

/** Gendered people → their gender-neutral code point: man, woman → person; boy, girl → child; and so on. */
const neutral: Readonly<Record<string, string>> = {
  '1f468': '1f9d1',
  '1f469': '1f9d1',
  '1f466': '1f9d2',
  '1f467': '1f9d2',
  '1f474': '1f9d3',
  '1f475': '1f9d3',
  '1f934': '1fac5',
  '1f478': '1fac5',
  '1f57a': '1f483',
  '1f930': '1fac4',
  '1fac3': '1fac4',
}

/** Emoji whose gender is not spelled by a code point of its own: Santa, Mrs. Claus, couples holding hands. */
const neutralWhole: Readonly<Record<string, string>> = {
  '1f385': '1f9d1-1f384',
  '1f936': '1f9d1-1f384',
  '1f46b': '1f9d1-1f91d-1f9d1',
  '1f46c': '1f9d1-1f91d-1f9d1',
  '1f46d': '1f9d1-1f91d-1f9d1',
}

const skinTone = /^1f3f[b-f]$/
const joiner = '200d'
/** Female sign, male sign, and the arrow of people who face right. */
const modifiers = new Set(['2640', '2642', '27a1'])

/** The concept a hexcode draws, with skin tone, gender and direction taken out. */
export function conceptGroup(hexcode: string): string {
  let codes = normaliseHexcode(hexcode)
    .split('-')
    .filter(code => !skinTone.test(code) && code !== joiner)
  // The female sign alone is an emoji of its own; behind a person it is a gender.
  if (codes.length > 1) codes = codes.filter(code => !modifiers.has(code))
  const key = codes.map(code => neutral[code] ?? code).join('-')
  return neutralWhole[key] ?? key
}

/** Every emoji of emojibase's English data for which `drawn` holds, base ones each followed by their variants. */
export function listEmoji(drawn: (hexcode: string) => boolean): Emoji[] {
  const entries: readonly EmojibaseEntry[] = createRequire(import.meta.url)('emojibase-data/en/data.json')
  const found: Emoji[] = []
  for (const entry of entries) {
    if (entry.group === undefined || entry.group === componentGroup) continue
    const group = conceptGroup(entry.hexcode)
    const keywords = entry.tags ?? []
    const add = (hexcode: string, name: string, kind: Emoji['kind']) => {
      const normalised = normaliseHexcode(hexcode)
      if (drawn(normalised)) found.push({ hexcode: normalised, name, keywords, group, kind })
    }
    add(entry.hexcode, entry.label, 'base')
    for (const skin of entry.skins ?? []) add(skin.hexcode, skin.label, 'variant')
  }
  return found
}
