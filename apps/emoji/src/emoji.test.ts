import { describe, expect, test } from 'vitest'
import { conceptGroup, listEmoji } from './emoji.ts'
import { openEmojiSet } from './emoji-set.ts'
import { folds, splitEmoji, validationSplit } from './splits.ts'
import { unseenVendor, validationVendor } from './tasks.ts'
import { normaliseHexcode, openVendor } from './vendor.ts'

const vendors = ['noto', 'fluent-emoji-flat', 'twemoji'].map(openVendor)
const emoji = listEmoji(hexcode => vendors.every(vendor => vendor.svg(hexcode) !== undefined))
const splits = splitEmoji(emoji)

describe('the emoji all three vendors draw', () => {
  test('are 1,594 base ones and 1,545 skin-tone variants', () => {
    expect(emoji.filter(({ kind }) => kind === 'base')).toHaveLength(1594)
    expect(emoji.filter(({ kind }) => kind === 'variant')).toHaveLength(1545)
  })

  test('have names of their own', () => {
    expect(new Set(emoji.map(({ name }) => name)).size).toBe(emoji.length)
  })

  test('fall into one group whatever their skin tone, gender and direction', () => {
    const groups = ['1F9D1-200D-2695-FE0F', '1F468-200D-2695-FE0F', '1F469-1F3FD-200D-2695-FE0F'].map(
      conceptGroup,
    )
    expect(new Set(groups)).toEqual(new Set(['1f9d1-2695']))
    expect(conceptGroup('1F6B6-200D-2640-FE0F-200D-27A1-FE0F')).toBe(conceptGroup('1F6B6'))
    expect(conceptGroup('2640-FE0F')).toBe('2640')
  })

  test('are drawn by sets without code points under the names that Noto’s have', () => {
    expect(openVendor('emojione').svg('1f34e')).toMatch(/^<svg /)
    // Of 2022: neither has it.
    for (const name of ['emojione', 'noto-v1']) expect(openVendor(name).svg('1fae0')).toBeUndefined()
  })

  test('lose the presentation selector', () => {
    expect(normaliseHexcode('2764-FE0F')).toBe('2764')
  })
})

describe('the splits', () => {
  test('hold out whole concepts', () => {
    const held = new Set(emoji.filter((_, i) => splits[i] === 'unseen-concept').map(({ group }) => group))
    emoji.forEach(({ group }, i) => {
      expect(splits[i] === 'unseen-concept').toBe(held.has(group))
    })
  })

  test('hold out about 290 base concepts and 265 combinations', () => {
    const concepts = emoji.filter(({ kind }, i) => kind === 'base' && splits[i] === 'unseen-concept').length
    const combinations = splits.filter(split => split === 'unseen-combination').length
    // A hash is a fair draw: within three standard errors of the binomial that the shares name.
    expect(Math.abs(concepts - 290)).toBeLessThan(3 * Math.sqrt(1594 * 0.175 * 0.825))
    expect(Math.abs(combinations - 265)).toBeLessThan(3 * Math.sqrt(1545 * 0.17 * 0.83))
  })

  test('never hold out a combination whose parts are not seen elsewhere', () => {
    const tones = (name: string) =>
      name
        .match(/: (.*skin tone.*)$/)?.[1]
        .split(',')
        .at(-1)
        ?.trim()
    const seen = emoji.filter((_, i) => splits[i] === 'seen')
    const seenGroups = new Set(seen.map(({ group }) => group))
    const seenTones = new Set(seen.map(({ name }) => tones(name)))
    emoji.forEach(({ group, name }, i) => {
      if (splits[i] !== 'unseen-combination') return
      expect(seenGroups).toContain(group)
      expect(seenTones).toContain(tones(name))
    })
  })
})

describe('the folds that hyperparameters are chosen by', () => {
  const seen = emoji.filter((_, i) => splits[i] === 'seen')
  const folded = Array.from({ length: folds }, (_, fold) => validationSplit(seen, fold))

  test('hold out every concept once, whole, about a fifth at a time', () => {
    const groups = new Set(seen.map(({ group }) => group))
    const heldOut = folded.map(
      split => new Set(seen.filter((_, i) => split[i] === 'unseen-concept').map(({ group }) => group)),
    )
    expect(heldOut.flatMap(of => [...of]).toSorted()).toEqual([...groups].toSorted())
    const error = Math.sqrt(groups.size * 0.2 * 0.8)
    for (const { size } of heldOut) expect(Math.abs(size - groups.size / 5)).toBeLessThan(3 * error)
    for (const [fold, split] of folded.entries())
      seen.forEach(({ group }, i) => {
        expect(split[i] === 'unseen-concept').toBe(heldOut[fold].has(group))
      })
  })

  test('have nothing of the emoji and of the vendor that judge', () => {
    const judges = new Set(emoji.filter((_, i) => splits[i] !== 'seen').map(({ name }) => name))
    const { training, tasks, vendors: opened } = openEmojiSet({ fold: 0 })
    expect(opened.map(({ name }) => name)).not.toContain(unseenVendor)
    const asked = tasks.flatMap(({ galleries }) => galleries.flatMap(({ candidates }) => candidates))
    for (const { image, text } of [...training, ...asked]) {
      expect(image.startsWith(`${unseenVendor}/`)).toBe(false)
      expect(judges.has(text.split(' ; ')[0]), text).toBe(false)
    }
    expect(training.some(({ image }) => image.startsWith(`${validationVendor}/`))).toBe(false)
  })

  test('without a fold, train on the further vendors too, and never on Twemoji', () => {
    const { training } = openEmojiSet()
    expect(new Set(training.map(({ image }) => image.split('/')[0]))).toEqual(
      new Set(['noto', 'fluent-emoji-flat', 'openmoji', 'noto-v1', 'emojione']),
    )
  })
})
