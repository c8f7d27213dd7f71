// What is wrong with built pages that can be seen without a browser.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** All tags of a page by name: their attributes as text. */
const tags = (html, name) =>
  [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'gi'))].map(match => match[1])
const attribute = (text, name) => {
  const found = new RegExp(`(?:^|\\s)${name}(?:="([^"]*)"|(?=[\\s/]|$))`, 'i').exec(text)
  return found === null ? undefined : (found[1] ?? '')
}
const decoded = text => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')

/** Pictures of a page without words for them, in a sentence each; words may be empty where they are said to be none. */
export function picturesWithoutWords(html) {
  const images = tags(html, 'img').filter(text => attribute(text, 'alt') === undefined)
  const drawings = tags(html, 'svg').filter(
    text =>
      attribute(text, 'role') === 'img' &&
      attribute(text, 'aria-hidden') !== 'true' &&
      !attribute(text, 'aria-label'),
  )
  return [
    ...images.map(text => `a picture without alt: ${attribute(text, 'src') ?? '?'}`),
    ...drawings.map(() => 'a drawing without aria-label'),
  ]
}

/** What a page loads from elsewhere when it is opened. */
export const loadedFromElsewhere = html =>
  [
    ...['script', 'img', 'iframe', 'source'].flatMap(name =>
      tags(html, name).map(text => attribute(text, 'src')),
    ),
    ...tags(html, 'link')
      .filter(text => attribute(text, 'rel') !== 'canonical')
      .map(text => attribute(text, 'href')),
  ].filter(address => address !== undefined && /^(\w+:)?\/\//.test(address))

const htmlOf = folder =>
  readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.html'))
    .map(name => join(folder, name))

/** All that is wrong with the pages of a built folder, a sentence each, and how many pages and links were read. */
export function htmlProblems(folder) {
  const files = htmlOf(folder)
  const pages = new Map(files.map(file => [file, readFileSync(file, 'utf8')]))
  const anchors = new Map()
  const anchorsOf = file => {
    if (!anchors.has(file)) {
      const found = [...pages.get(file).matchAll(/\s(?:id|name)="([^"]+)"/g)].map(match => decoded(match[1]))
      anchors.set(file, new Set(found))
    }
    return anchors.get(file)
  }
  const problems = []
  let links = 0
  for (const [file, html] of pages) {
    const say = problem => problems.push(`${relative(folder, file)}: ${problem}`)
    for (const problem of picturesWithoutWords(html)) say(problem)
    for (const address of loadedFromElsewhere(html)) say(`it loads ${address}`)
    for (const text of tags(html, 'a')) {
      const href = decoded(attribute(text, 'href') ?? '')
      if (href === '' || /^\w+:/.test(href)) continue
      links += 1
      const { pathname, hash } = new URL(href, `http://site/${relative(folder, file).replaceAll('\\', '/')}`)
      const path = join(folder, decodeURIComponent(pathname))
      const target = [path, `${path}.html`, join(path, 'index.html')].find(
        one => existsSync(one) && statSync(one).isFile(),
      )
      if (target === undefined) say(`a link to nothing, ${href}`)
      else if (hash !== '' && pages.has(target) && !anchorsOf(target).has(decodeURIComponent(hash.slice(1))))
        say(`a link to no such place, ${href}`)
    }
  }
  return { problems: [...new Set(problems)], pages: pages.size, links }
}
