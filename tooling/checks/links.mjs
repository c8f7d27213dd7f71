import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { filesUnder } from './files.mjs'

/** Links of Markdown to files that are not there, and places of the workspace named in `code` that are not: a sentence each. */
export function brokenLinks(root) {
  return [...filesUnder(root, /\.md$/)].flatMap(file => {
    const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g)].map(match =>
      join(dirname(file), match[1]),
    )
    const named = [...text.matchAll(/`((?:apps|packages|tooling|docs)\/[\w./-]+)`/g)].map(match =>
      join(root, match[1]),
    )
    // Pages of the site lead to pages that are made when it is built, which then refuses dead ones.
    const judged = file.startsWith(join(root, 'apps/site/pages')) ? [] : links
    return [...judged, ...named]
      .filter(target => !existsSync(target))
      .map(target => `${relative(root, file)}: ${relative(root, target)} is not there`)
  })
}
