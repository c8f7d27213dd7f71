/** A node of a line of code, as Shiki makes them: spans of one colour each, of one text. */
export interface CodeNode {
  readonly type: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly value?: string
  children?: CodeNode[]
}

/** The colour of words that have none of their own, in the themes of .vitepress/config.ts; site.css gives it to the whole block. */
export const plainColors = { light: '#0E1116', dark: '#F0F3F6' } as const
const plain = `--shiki-light:${plainColors.light};--shiki-dark:${plainColors.dark}`

const styleOf = ({ properties }: CodeNode) => String(properties?.style ?? plain)
const textOf = ({ value, children = [] }: CodeNode): string => value ?? children.map(textOf).join('')

/**
 * A transformer of Shiki's that puts neighbours of one colour into one span, and words of the plain colour into none: of the
 * examples of objectives a third fewer elements are left, which look the same. Blanks take the colour that is before them.
 */
export const fewerSpans = {
  name: 'fewer-spans',
  line(line: CodeNode): void {
    const runs: { style: string; text: string; first: CodeNode }[] = []
    for (const node of line.children ?? []) {
      const [style, text] = [styleOf(node), textOf(node)]
      const before = runs.at(-1)
      if (before !== undefined && (before.style === style || text.trim() === '')) before.text += text
      else runs.push({ style: text.trim() === '' ? plain : style, text, first: node })
    }
    line.children = runs.map(({ style, text, first }) =>
      style === plain
        ? { type: 'text', value: text }
        : { ...first, children: [{ type: 'text', value: text }] },
    )
  },
}
