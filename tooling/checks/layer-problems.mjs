import { dirname, relative, resolve, sep } from 'node:path'
import { foldersOf, importsOf, manifestOf, sourcesOf } from './imports.mjs'
import { madeCode } from './made-code.mjs'
import { byPath, kernelImporters, rows } from './rows.mjs'

const rowOf = new Map(rows.flatMap(({ packages }, row) => packages.map(name => [name, row])))

/** Whether a manifest names an entry, given as './path' or '.'; a '*' stands for any name. */
function exported({ manifest }, entry) {
  return Object.keys(manifest.exports ?? {}).some(name => {
    const [start, end] = name.split('*')
    return end === undefined ? name === entry : entry.startsWith(start) && entry.endsWith(end)
  })
}

/** What is wrong with importing one of our packages, in words; undefined if nothing is. */
function wrongTarget({ importer, shipped }, { specifier, dynamic }, target, entry) {
  if (target === undefined) return `imports unknown package ${specifier}`
  if (!exported(target, entry)) return `${specifier} is not among the exports of ${target.name}`
  if (target.name === 'test-kit') return shipped ? 'test-kit is for tests' : undefined
  if (['checks', 'pack'].includes(target.name) && importer.kind === 'tooling') return undefined
  // What an app exports is for other apps: the site shows the demo's figures and the gallery's table.
  if (target.kind === 'apps' && importer.kind === 'apps') return undefined
  if (target.kind !== 'packages') return `${target.kind}/${target.name} is nobody's to import`
  if (target === importer) return shipped ? 'a package does not import itself by its name' : undefined
  if (/^backend-/.test(target.name)) {
    const way = kernelImporters[`${importer.kind}/${importer.name}`]
    if (way === undefined) return `${importer.name} may not import ${target.name}: only backend does`
    if (way === 'dynamic' && !dynamic) return `${specifier} may only be imported dynamically`
  }
  // A test may look upwards: it proves a layer with what is built on it. apps/ and tooling/ are above all layers.
  const layered = shipped && importer.kind === 'packages'
  if (layered && rowOf.get(target.name) <= rowOf.get(importer.name))
    return `${importer.name} may not import ${target.name}: imports run downwards only`
  return undefined
}

/**
 * All that is wrong with the imports of a workspace, a sentence each, and how many files were read: the layers of rows.mjs
 * are kept in packages/; in apps/ and tooling/ too nobody reaches past what a package exports or into another's folder,
 * every import is a declared dependency, no names are exported wholesale, no files load each other in a circle, and what is
 * published makes no code of text.
 */
export function layerProblems(root) {
  const folders = foldersOf(root)
  const byName = new Map(folders.map(folder => [folder.manifest.name, folder]))
  const installedForAll = manifestOf(root).devDependencies
  const placeOf = path => relative(root, path).split(sep).join('/')

  /** What is wrong with one import of a file, in words; undefined if nothing is. */
  function wrongImport(from, found) {
    const { importer, file, shipped } = from
    const { specifier } = found
    if (/^(node:|#|virtual:)/.test(specifier)) return undefined
    if (specifier.startsWith('.')) {
      const target = resolve(dirname(file), specifier)
      // A page or a table may be read from anywhere by what is not published.
      const code = /\.([cm]?js|tsx?)$/.test(specifier)
      const inside = target.startsWith(importer.path + sep) || !(shipped || code)
      return inside || byPath[placeOf(file)]?.includes(placeOf(target))
        ? undefined
        : `${specifier} leaves its package`
    }
    const [, scoped, path] = /^(@chiaro\/[^/]+|chiaro)(?:\/(.+))?$/.exec(specifier) ?? []
    if (scoped !== undefined) {
      const target = byName.get(scoped)
      const wrong = wrongTarget(from, found, target, path === undefined ? '.' : `./${path}`)
      if (wrong !== undefined || target === importer) return wrong
    }
    const { dependencies, peerDependencies, devDependencies } = importer.manifest
    // What is not published may use what the workspace installs for all.
    const published = importer.kind === 'packages' && shipped
    const others = published ? {} : { ...devDependencies, ...installedForAll }
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    const declared = { ...dependencies, ...peerDependencies, ...others }
    return name in declared ? undefined : `${name} is not a dependency of ${importer.name}`
  }

  const problems = []
  /** The files that each file loads before itself. */
  const loads = new Map()
  for (const importer of folders) {
    if (importer.kind === 'packages' && !rowOf.has(importer.name)) {
      problems.push(`packages/${importer.name} is in no layer: add it to tooling/checks/rows.mjs`)
      continue
    }
    for (const file of sourcesOf(importer.path)) {
      const shipped =
        importer.kind !== 'tooling' && /^src\/(?!.*(\.|-in-)test\.ts$)/.test(relative(importer.path, file))
      const { imports, exportsAll } = importsOf(file)
      const found = imports.map(one => wrongImport({ importer, file, shipped }, one)).filter(Boolean)
      if (exportsAll) found.push('export * hides what is public: list the names')
      if (shipped && importer.kind === 'packages')
        for (const { line, what } of madeCode(file))
          found.push(`line ${line} makes code of text (${what}), which strict pages refuse`)
      problems.push(...found.map(problem => `${placeOf(file)}: ${problem}`))
      const loaded = imports.filter(one => one.specifier.startsWith('.') && !one.dynamic && !one.typeOnly)
      loads.set(
        file,
        loaded.map(({ specifier }) => resolve(dirname(file), specifier)),
      )
    }
  }

  const done = new Set()
  function visit(file, path) {
    const at = path.indexOf(file)
    if (at >= 0) problems.push(`import cycle: ${[...path.slice(at), file].map(placeOf).join(' → ')}`)
    if (at >= 0 || done.has(file)) return
    for (const next of loads.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of loads.keys()) visit(file, [])
  return { problems, files: loads.size }
}
