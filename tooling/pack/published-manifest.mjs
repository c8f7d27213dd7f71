/** What a range of the workspace is outside of it: `workspace:^` by the packages' versions, `catalog:` by the catalog. */
function publishedRange(name, range, { versions, catalog }) {
  if (range === 'catalog:') return catalog[name]
  if (!range.startsWith('workspace:')) return range
  const sign = range.slice('workspace:'.length)
  return (sign === '*' ? '' : sign) + versions[name]
}

const publishedRanges = (ranges, workspace) =>
  ranges &&
  Object.fromEntries(
    Object.entries(ranges).map(([name, range]) => [name, publishedRange(name, range, workspace)]),
  )

/** Entries without the condition by which the workspace finds sources; conditions may nest. */
function withoutSource(entries) {
  if (entries === null || typeof entries !== 'object') return entries
  const kept = Object.entries(entries).filter(([condition]) => condition !== '@chiaro/source')
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutSource(value)]))
}

/**
 * The manifest of a tarball, from that of the source: ranges that npm knows, entries that are built, and where the project
 * lives, which one place of the workspace says.
 *
 * @param workspace `{ repository, versions, catalog, commit }`: the project's address, versions by name, tfjs's by name, and the
 *   commit it is published from, where it is: npm keeps it as `gitHead`, by which release:tag knows what to tag
 * @param folder the package's folder in the repository, "packages/core"
 */
export function publishedManifest(manifest, folder, workspace) {
  const { scripts, devDependencies, publishConfig, files, ...kept } = manifest
  const { repository, commit } = workspace
  return {
    ...kept,
    homepage: `${repository}/tree/main/${folder}#readme`,
    bugs: `${repository}/issues`,
    repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
    ...(Array.isArray(kept.sideEffects) && {
      sideEffects: kept.sideEffects.filter(path => !path.startsWith('./src/')),
    }),
    exports: { ...withoutSource(kept.exports), './package.json': './package.json' },
    ...(kept.imports && { imports: withoutSource(kept.imports) }),
    ...(kept.dependencies && { dependencies: publishedRanges(kept.dependencies, workspace) }),
    ...(kept.peerDependencies && { peerDependencies: publishedRanges(kept.peerDependencies, workspace) }),
    publishConfig: { access: 'public' },
    ...(commit && { gitHead: commit }),
  }
}
