import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { type CodeNode, fewerSpans, plainColors } from './fewer-spans.ts'

const span = (style: string, value: string): CodeNode => ({
  type: 'element',
  properties: { style },
  children: [{ type: 'text', value }],
})
const plain = `--shiki-light:${plainColors.light};--shiki-dark:${plainColors.dark}`

it('has one span for neighbours of a colour, and none for plain words', () => {
  const line: CodeNode = {
    type: 'element',
    children: [
      span('red', 'const'),
      span('blue', ' x'),
      span(plain, ' = '),
      span('red', 'a'),
      span('red', ' b'),
    ],
  }
  fewerSpans.line(line)
  const shown = line.children?.map(({ type, properties, value, children }) => [
    type,
    properties?.style,
    value ?? children?.[0].value,
  ])
  expect(shown).toEqual([
    ['element', 'red', 'const'],
    ['element', 'blue', ' x'],
    ['text', undefined, ' = '],
    ['element', 'red', 'a b'],
  ])
})

it('leaves indents without a colour, and empty lines empty', () => {
  const line: CodeNode = { type: 'element', children: [span('red', '  '), span('red', 'a')] }
  fewerSpans.line(line)
  expect(line.children?.map(({ type }) => type)).toEqual(['text', 'element'])
  const empty: CodeNode = { type: 'element', children: [] }
  fewerSpans.line(empty)
  expect(empty.children).toEqual([])
})

it('knows the plain colours of the themes, and so does the stylesheet', () => {
  const config = readFileSync(new URL('../.vitepress/config.ts', import.meta.url), 'utf8')
  const css = readFileSync(new URL('./site.css', import.meta.url), 'utf8').toLowerCase()
  const vitepress = createRequire(createRequire(import.meta.url).resolve('vitepress/package.json'))
  for (const scheme of ['light', 'dark'] as const) {
    const [, theme] = new RegExp(`${scheme}: '([a-z-]+)'`).exec(config) ?? []
    const file = createRequire(vitepress.resolve('shiki')).resolve(`@shikijs/themes/${theme}`)
    const [, color] =
      /"editor\.foreground":"(#\w{6})"/i.exec(readFileSync(file, 'utf8').replaceAll('\\', '')) ?? []
    expect(color?.toUpperCase()).toBe(plainColors[scheme])
    expect(css).toContain(`--vp-code-block-color: ${plainColors[scheme].toLowerCase()}`)
  }
})
