import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { table } from '../../tooling/checks/table.mjs'

/** Pages of the repository that the site shows, and what each is called there. */
const shown = root => ({
  'tooling/bench/README.md': 'speed',
  'docs/backends.md': 'backends',
  'docs/notes.md': '../learn/index',
  ...Object.fromEntries(
    readdirSync(join(root, 'tooling/experiments'))
      .filter(name => name.endsWith('.md'))
      .map(name => [`tooling/experiments/${name}`, name.slice(0, -3)]),
  ),
})

/** Markdown with its links to what the site shows as links of the site, and those to other files as words. */
export const withSiteLinks = (text, place, pages) =>
  text.replace(/\[([^\]]+)\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g, (_, words, target) => {
    const page = pages[relative('.', join(dirname(place), target)).replaceAll('\\', '/')]
    return page === undefined ? words : `[${words}](./${page}.md)`
  })

/** What the gallery measured, equation by equation. */
function closedForms(root) {
  const number = value => value.toFixed(5).replace('-', '−')
  const examples = JSON.parse(readFileSync(join(root, 'apps/gallery/closed-forms.json'), 'utf8'))
  const lines = examples.flatMap(({ equation, rows }) =>
    rows.map(({ what, got, closedForm, tolerance }) => [
      equation,
      what.replaceAll('|', '\\|'),
      number(got),
      number(closedForm),
      String(Number(tolerance.toPrecision(2))),
    ]),
  )
  return `# Closed forms

Every equation of the notes, worked by the libraries on wasm, beside what it must be. Where a figure comes from draws, it may differ by three standard errors; else by the rounding of 32-bit floats. \`npm test\` works them anew.

\`\`\`sh
npm run gallery -- --json apps/gallery/closed-forms.json
\`\`\`

${table(['equation', 'what', 'here', 'closed form', 'may differ by'], lines)}
`
}

const ends = text => (text.endsWith('\n') ? text : `${text}\n`)
const titleOf = text => /^# (.+)$/m.exec(text)[1]

/** The pages of what was measured, from committed files: { name, title, text } each, the list of them first. */
export function measuredPages(root) {
  const pages = shown(root)
  const own = Object.entries(pages)
    .filter(([place]) => place !== 'docs/notes.md')
    .map(([place, name]) => ({
      name,
      text: withSiteLinks(readFileSync(join(root, place), 'utf8'), place, pages),
    }))
  own.splice(2, 0, { name: 'closed-forms', text: closedForms(root) })
  const named = own.map(({ name, text }) => ({ name, title: titleOf(text), text: ends(text) }))
  const index = `# Measured

What was measured, as it stands in the repository, misses too. Each page has the command that made it; nothing here is made anew when the site is built.

${named.map(({ name, title }) => `- [${title}](./${name}.md)`).join('\n')}
`
  return [{ name: 'index', title: 'What there is', text: index }, ...named]
}
