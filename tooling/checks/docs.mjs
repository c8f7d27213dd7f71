// What documentation says of the workspace, drawn from it and compared: node tooling/checks/docs.mjs [--write]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawDependencies } from './dependencies.mjs'
import { drawImports, drawMap } from './draw-layers.mjs'
import { brokenLinks } from './links.mjs'
import { notesPlaces } from './notes.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const write = process.argv.includes('--write')
const notes = notesPlaces(root)
const dependencies = drawDependencies(root)
const drawn = [
  { page: 'CONTRIBUTING.md', part: 'map', text: drawMap(root) },
  { page: 'docs/design.md', part: 'map', text: drawMap(root) },
  { page: 'docs/design.md', part: 'imports', text: drawImports(root) },
  { page: 'docs/dependencies.md', part: 'dependencies', text: dependencies.text },
  { page: 'docs/notes.md', part: 'places', text: notes.text },
]

const problems = [...notes.problems, ...dependencies.problems]
for (const { page, part, text } of drawn) {
  const path = join(root, page)
  const before = readFileSync(path, 'utf8')
  const place = new RegExp(`(<!-- ${part}, drawn by npm run docs -->\n\n)[\\s\\S]*?(\n\n<!-- /${part} -->)`)
  if (!place.test(before)) problems.push(`${page}: it has no place for the ${part}`)
  const after = before.replace(place, (_, start, end) => start + text + end)
  if (after === before) continue
  if (write) writeFileSync(path, after)
  else problems.push(`${page}: the ${part} is not as it is drawn now: npm run docs`)
}
problems.push(...brokenLinks(root))

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`docs: ${drawn.length} parts as they are drawn, no broken links`)
if (write) console.log('docs: the site is in apps/site/dist, and npm run serve in apps/site shows it')
