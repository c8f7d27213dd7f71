// npm run release:publish [-- --tag canary]: packs every package, and publishes those whose version the registry lacks,
// the lower layers first, so that what is there can always be installed.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runProgram, scratchFolder } from '@chiaro/checks/processes'
import { rows } from '@chiaro/checks/rows'
import { packAll } from '@chiaro/pack'
import { askRegistry } from './ask-registry.mjs'
import { publishedCommit } from './git.mjs'

const here = fileURLToPath(new URL('../..', import.meta.url))

/** The row of a package, counted from the ground. */
const heightOf = name => {
  const folder = name === 'chiaro' ? 'cli' : name.replace('@chiaro/', '')
  return rows.length - rows.findIndex(({ packages }) => packages.includes(folder))
}

/**
 * Publishes what a workspace has and the registry lacks; resolves to their names with versions.
 *
 * @param options.root the workspace, built; a release is what is committed, and nothing else
 * @param options.env npm's environment: registry, provenance
 * @param options.tag npm's tag, "latest" by default
 */
export async function publishWorkspace({ root, env, tag = 'latest', say = () => {} }) {
  const scratch = scratchFolder('chiaro-publish-')
  const options = { cwd: scratch, env }
  const commit = publishedCommit(root, { release: tag === 'latest' })
  const packed = packAll(join(scratch, 'packed'), root, { commit })
  packed.sort((a, b) => heightOf(a.name) - heightOf(b.name))
  const strays = packed.filter(({ version }) => version.includes('-') && tag === 'latest')
  if (strays.length > 0)
    throw new Error(
      `publish: --tag must be given for ${strays[0].name}@${strays[0].version}, which is no release`,
    )
  const known = await Promise.all(
    packed.map(({ name, version }) => askRegistry(`${name}@${version}`, 'version', options)),
  )
  const published = []
  for (const { name, version, path } of packed.filter((_, i) => known[i] === undefined)) {
    await runProgram('npm', ['publish', path, '--access', 'public', '--tag', tag], options)
    published.push(`${name}@${version}`)
    say(`published ${name}@${version}`)
  }
  return published
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { tag: { type: 'string' } } })
  const published = await publishWorkspace({ root: here, env: process.env, ...values, say: console.log })
  if (published.length === 0) console.log('the registry has every version: nothing to publish')
}
