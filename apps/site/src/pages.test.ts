import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { htmlProblems } from '../check/html.mjs'
import { withSiteLinks } from '../measured.mjs'
import { withoutTags, withRealPlaces } from '../reference.mjs'

describe('formulas', () => {
  it('have the stylesheet of the KaTeX that sets them', () => {
    const here = createRequire(import.meta.url)
    const setting = createRequire(realpathSync(here.resolve('@mdit/plugin-katex')))
    expect(here('katex/package.json').version).toBe(setting('katex/package.json').version)
  })
})

describe('a page of what was measured', () => {
  const pages = { 'docs/backends.md': 'backends', 'docs/notes.md': '../learn/index' }
  it('links to what the site shows, and has the words of what it does not', () => {
    const text =
      '[a](../../docs/backends.md), [b](run.mjs), [c](https://d.e/f.md), [g](#h), [i](../../docs/notes.md)'
    expect(withSiteLinks(text, 'tooling/bench/README.md', pages)).toBe(
      '[a](./backends.md), b, [c](https://d.e/f.md), [g](#h), [i](./../learn/index.md)',
    )
  })
})

describe('a page of the reference', () => {
  it('has no tags of docstrings, and code as it is', () => {
    const text = 'a <b> {{c}} `<d>{{e}}` <a id="f"></a>\n```ts\nx<y>()\n```\n'
    expect(withoutTags(text)).toBe('a &lt;b> &#123;&#123;c}} `<d>{{e}}` <a id="f"></a>\n```ts\nx<y>()\n```\n')
  })
})

describe('links within a page of the reference', () => {
  it('lead to the second heading of a name only where there is one', () => {
    const text = '### A()\n### A\n### B\n[a](#a-1) [b](#b-1) [c](#c-1)<a id="c-1"></a> [d](#b)'
    expect(withRealPlaces(text)).toBe(
      '### A()\n### A\n### B\n[a](#a-1) [b](#b) [c](#c-1)<a id="c-1"></a> [d](#b)',
    )
  })
})

describe('the check of built pages', () => {
  it('names dead links, missing places, pictures without words and what is loaded from elsewhere', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chiaro-site-'))
    try {
      mkdirSync(join(folder, 'a'))
      writeFileSync(
        join(folder, 'index.html'),
        '<a href="./a/b.html">1</a><a href="a/b.html#c">2</a><a href="/a/b.html#d">3</a><a href="/e.html">4</a>' +
          '<img src="f.png"><img src="g.png" alt=""><svg role="img"></svg><svg role="img" aria-label="h"></svg>' +
          '<script src="https://i.j/k.js"></script><a href="https://l.m/">5</a>',
      )
      writeFileSync(join(folder, 'a/b.html'), '<h1 id="c">c</h1><a href="../index.html">6</a>')
      const { problems, pages, links } = htmlProblems(folder)
      expect({ problems, pages, links }).toEqual({
        problems: [
          'index.html: a picture without alt: f.png',
          'index.html: a drawing without aria-label',
          'index.html: it loads https://i.j/k.js',
          'index.html: a link to no such place, /a/b.html#d',
          'index.html: a link to nothing, /e.html',
        ],
        pages: 2,
        links: 5,
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
