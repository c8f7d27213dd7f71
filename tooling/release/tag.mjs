// npm run release:tag: an annotated tag NAME@VERSION for each of the workspace's versions that the registry has, at the commit
// that it was published from; pushes them. It can be repeated. Plain Node, so that nothing has to be installed beside a token
// that can push.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askRegistry } from './ask-registry.mjs'
import { git } from './git.mjs'

const here = fileURLToPath(new URL('../..', import.meta.url))

/** Whether a clone has a commit; a shallow one may lack it. */
function hasCommit(root, commit) {
  try {
    git(root, ['cat-file', '-e', `${commit}^{commit}`])
    return true
  } catch {
    return false
  }
}

/** The names of a remote's tags. */
function tagsOf(root, remote = 'origin') {
  const listed = git(root, ['ls-remote', '--tags', '--refs', remote])
  return listed.split('\n').flatMap(line => line.split('\trefs/tags/')[1] ?? [])
}

/**
 * Tags what is published and has no tag, canaries left out, and pushes the tags, all or none; resolves to their names.
 *
 * @param options.root a clone, whose remote is "origin"
 * @param options.env npm's and git's environment: registry, committer
 * @throws Error for a version that was published without its commit
 */
export async function tagPublished({ root, env }) {
  const known = new Set(tagsOf(root))
  const manifests = git(root, ['ls-files', 'packages/*/package.json'])
    .split('\n')
    .map(file => JSON.parse(readFileSync(join(root, file), 'utf8')))
  const tags = []
  for (const { name, version } of manifests) {
    const tag = `${name}@${version}`
    if (version.includes('-') || known.has(tag)) continue
    const options = { cwd: root, env }
    if ((await askRegistry(tag, 'version', options)) === undefined) continue
    const commit = await askRegistry(tag, 'gitHead', options)
    if (commit === undefined) throw new Error(`tag: ${tag} was published without its commit, tag it by hand`)
    if (!hasCommit(root, commit)) git(root, ['fetch', '--quiet', '--depth=1', 'origin', commit])
    // A tag that was made and never pushed is made anew.
    git(root, ['tag', '--annotate', '--force', '--message', tag, tag, commit], env)
    tags.push(tag)
  }
  if (tags.length > 0)
    git(root, ['push', '--quiet', '--atomic', 'origin', ...tags.map(tag => `refs/tags/${tag}`)], env)
  return tags
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tags = await tagPublished({ root: here, env: process.env })
  for (const tag of tags) console.log(`tagged ${tag}`)
  if (tags.length === 0) console.log('every version that is published has its tag')
}
