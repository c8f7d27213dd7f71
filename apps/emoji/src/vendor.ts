import { createRequire } from 'node:module'

/** An emoji vendor's free set on npm, in Iconify's JSON form. */
export interface Vendor {
  readonly name: string
  /** The SVG of an emoji by its normalised hexcode, or undefined if the vendor hasn't drawn it. */
  svg(hexcode: string): string | undefined
}

interface Icon {
  readonly body: string
  readonly left?: number
  readonly top?: number
  readonly width?: number
  readonly height?: number
}

interface IconSet {
  readonly width?: number
  readonly height?: number
  readonly icons: Readonly<Record<string, Icon>>
  readonly aliases?: Readonly<Record<string, Partial<Icon> & { readonly parent: string }>>
}

const require = createRequire(import.meta.url)

/** Lower case, without the presentation selector FE0F, which vendors write or leave out as they like. */
export function normaliseHexcode(hexcode: string): string {
  return hexcode
    .toLowerCase()
    .split('-')
    .filter(code => code !== 'fe0f')
    .join('-')
}

/** Sets without code points of their own. Iconify names an emoji alike in all sets, and Noto's names are told. */
const named: readonly string[] = ['noto-v1', 'emojione']

/** Opens `@iconify-json/<name>`: `icons.json` holds the drawings, `chars.json` maps code points to them. */
export function openVendor(name: string): Vendor {
  const set: IconSet = require(`@iconify-json/${name}/icons.json`)
  const told = named.includes(name) ? 'noto' : name
  const characters: Record<string, string> = require(`@iconify-json/${told}/chars.json`)
  const iconNames = new Map<string, string>()
  for (const [hexcode, icon] of Object.entries(characters)) {
    const normalised = normaliseHexcode(hexcode)
    if (!iconNames.has(normalised)) iconNames.set(normalised, icon)
  }

  const find = (icon: string): Icon | undefined => {
    const own = set.icons[icon]
    if (own) return own
    const alias = set.aliases?.[icon]
    const parent = alias && find(alias.parent)
    return parent && { ...parent, ...alias }
  }

  return {
    name,
    svg(hexcode) {
      const iconName = iconNames.get(hexcode)
      const icon = iconName === undefined ? undefined : find(iconName)
      if (!icon) return undefined
      const width = icon.width ?? set.width ?? 16
      const height = icon.height ?? set.height ?? 16
      // Rasterised from 128 px on the long side: the drawing programs' own 16 or 36 px would alias.
      const scale = 128 / Math.max(width, height)
      return (
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
        `width="${width * scale}" height="${height * scale}" ` +
        `viewBox="${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}">${icon.body}</svg>`
      )
    },
  }
}
