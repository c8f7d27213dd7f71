// The public signatures of every entry, committed in api/ so that a review sees what a change does to users. Compares; with
// --write, as npm run api does it, writes them anew.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiReports, difference, typedEntries } from './api-reports.mjs'
import { scratchFolder } from './processes.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = join(root, 'api')
const reports = apiReports(typedEntries(root), scratchFolder('chiaro-api-'))

const committed = existsSync(pages) ? readdirSync(pages).filter(name => name !== 'README.md') : []
const gone = committed.filter(name => reports[name] === undefined)
const changed = Object.entries(reports).filter(
  ([name, text]) => !committed.includes(name) || readFileSync(join(pages, name), 'utf8') !== text,
)
if (process.argv.includes('--write')) {
  mkdirSync(pages, { recursive: true })
  for (const name of gone) rmSync(join(pages, name))
  for (const [name, text] of changed) writeFileSync(join(pages, name), text)
  console.log(
    `${Object.keys(reports).length} entries, ${changed.length + gone.length} pages of api/ written anew`,
  )
} else {
  for (const name of gone) console.error(`api/${name}: there is no such entry any more`)
  for (const [name, text] of changed) {
    const before = committed.includes(name) ? readFileSync(join(pages, name), 'utf8') : ''
    console.error([`api/${name}:`, ...difference(before, text)].join('\n  '))
  }
  if (changed.length + gone.length > 0) {
    console.error(
      'What users see has changed: npm run api writes it to api/, to be committed with the change.',
    )
    process.exit(1)
  }
  console.log(`${Object.keys(reports).length} entries export what api/ says`)
}
