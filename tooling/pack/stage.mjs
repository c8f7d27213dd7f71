import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { absoluteLinks } from './absolute-links.mjs'
import { packageFolders } from './folders.mjs'
import { publishedManifest } from './published-manifest.mjs'

const manifestOf = path => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))

/** What the workspace says of all its packages. */
function workspaceOf(root) {
  const manifests = packageFolders(root).map(folder => manifestOf(join(root, folder)))
  return {
    repository: manifestOf(root).repository,
    versions: Object.fromEntries(manifests.map(({ name, version }) => [name, version])),
    catalog: parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')).catalog,
  }
}

/** Copies the build, and beside it the sources that its maps point to; what is left of a source that is gone stays behind. */
function copyBuild(from, target) {
  for (const name of readdirSync(join(from, 'dist'), { recursive: true })) {
    const source = /\.(d\.ts|js)(\.map)?$/.test(name)
      ? name.replace(/\.(d\.ts|js)(\.map)?$/, '.ts')
      : undefined
    if (source !== undefined && !existsSync(join(from, 'src', source))) continue
    if (statSync(join(from, 'dist', name)).isDirectory()) continue
    cpSync(join(from, 'dist', name), join(target, 'dist', name))
    if (source !== undefined) cpSync(join(from, 'src', source), join(target, 'src', source))
  }
}

/**
 * Puts what a package's tarball holds into a new folder: the build, the sources that its maps point to, the manifest as it
 * is published, licence, notice, and a README and a changelog whose links work anywhere.
 *
 * @param options.commit what `publishedManifest` says of it
 * @throws Error when the package is not built
 */
export function stage(root, folder, target, { commit } = {}) {
  const from = join(root, folder)
  if (!existsSync(join(from, 'dist/index.js'))) throw new Error(`${folder} is not built: npm run build`)
  const workspace = workspaceOf(root)
  mkdirSync(target, { recursive: true })
  copyBuild(from, target)
  if (existsSync(join(from, 'bin'))) cpSync(join(from, 'bin'), join(target, 'bin'), { recursive: true })
  for (const name of ['LICENSE', 'NOTICE']) cpSync(join(root, name), join(target, name))
  for (const name of ['README.md', 'CHANGELOG.md'].filter(name => existsSync(join(from, name)))) {
    const page = readFileSync(join(from, name), 'utf8')
    writeFileSync(join(target, name), absoluteLinks(page, folder, workspace.repository))
  }
  const manifest = publishedManifest(manifestOf(from), folder, { ...workspace, commit })
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
