// Where the code cites the lecture notes: "docs/notes.md eq. 1.16" in sources, a link of that text in Markdown.
import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { filesUnder } from './files.mjs'

const numbers = /1\.\d+(?:(?:–| and |, )1\.\d+)*/
const citation = new RegExp(
  `docs/notes\\.md eq\\. (${numbers.source})|\\[notes eq\\. (${numbers.source})\\]\\([^)]*docs/notes\\.md\\)`,
  'g',
)
const anyNumber = /\beq\. 1\.\d+/g

/** "1.3 and 1.12–1.14" → 1.3, 1.12, 1.13, 1.14. */
function listed(text) {
  return text.split(/ and |, /).flatMap(part => {
    const [first, last = first] = part.split('–').map(number => Number(number.slice(2)))
    return Array.from({ length: last - first + 1 }, (_, i) => `1.${first + i}`)
  })
}

/** The citations of a text, and what in it cites the notes in another form. */
export function citationsIn(text) {
  // A citation may be broken over the lines of a comment.
  const line = text.replace(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ')
  const found = [...line.matchAll(citation)].flatMap(match => listed(match[1] ?? match[2]))
  const bare = line.replace(citation, '').match(anyNumber) ?? []
  return { found, bare }
}

/**
 * Where each equation of docs/notes.md stands, a line each: the files that cite it and its example of the gallery; and what
 * is wrong, a sentence each.
 */
export function notesPlaces(root) {
  const page = readFileSync(join(root, 'docs/notes.md'), 'utf8')
  const known = [...page.matchAll(/^\| (1\.\d+(?:–1\.\d+)?) /gm)].flatMap(match => listed(match[1]))
  const places = new Map(known.map(number => [number, { code: [], gallery: [] }]))
  const problems = []
  const placeOf = path => relative(root, path).split(sep).join('/')
  // This page and this check speak of the form, and cite nothing.
  const enter = path => !['docs', 'tooling/checks'].includes(placeOf(path))
  for (const file of filesUnder(root, /\.(md|[cm]?js|tsx?)$/, enter)) {
    const where = placeOf(file)
    const text = readFileSync(file, 'utf8')
    const { found, bare } = citationsIn(text)
    for (const one of bare) problems.push(`${where}: ${one} must name its page, as "docs/notes.md ${one}"`)
    for (const number of new Set(found)) {
      if (places.has(number)) places.get(number).code.push(where)
      else problems.push(`${where}: docs/notes.md has no equation ${number}`)
    }
    // The notes' own number stands in each of its examples.
    const example = /^apps\/gallery\/src\/notes\//.test(where) && /\bequation: '([\d.]+)'/.exec(text)?.[1]
    if (example) places.get(example)?.gallery.push(where)
  }
  for (const [number, { gallery }] of places)
    if (gallery.length === 0) problems.push(`docs/notes.md: no example of the gallery works ${number}`)
  const links = all => all.map(where => `[${where.split('/').slice(1).join('/')}](../${where})`).join(', ')
  const lines = [...places].map(([number, { code, gallery }]) => {
    const parts = [...(code.length > 0 ? [links(code)] : []), `worked in ${links(gallery)}`]
    return `- **${number}** ${parts.join('; ')}`
  })
  return { problems, text: lines.join('\n') }
}
