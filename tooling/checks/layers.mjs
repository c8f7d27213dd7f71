// The design's layers, checked: imports run downwards only, packages of one row do not import each other,
// nobody reaches past what a package exports, every import is a declared dependency, entry points list names
// one by one, and no files import each other in a circle.
//   node tooling/checks/layers.mjs [root]
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url)))

/** Top row first. An app may import every package, and no package an app. */
const rows = [
  ['cli'],
  ['train', 'evaluate', 'data'],
  ['energy', 'noise', 'objectives', 'mcmc', 'augment', 'encoders'],
  ['backend'],
  ['backend-wasm', 'backend-webgpu'],
  ['random'],
  ['ops'],
  ['core'],
]
/** Packages one may import only by `import()`: a user who runs elsewhere never loads them. */
const dynamicOnly = { backend: ['backend-wasm', 'backend-webgpu'] }

const rowOf = new Map(rows.flatMap((names, row) => names.map(name => [name, row])))
const problems = []

function* sources(folder) {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (/\.tsx?$/.test(entry.name)) yield path
  }
}

function folders(parent) {
  const path = join(root, parent)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(path, entry.name, 'package.json')))
    .map(entry => ({ name: entry.name, path: join(path, entry.name), app: parent === 'apps' }))
}

const manifestOf = path => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
const packages = folders('packages')
const exportsOf = new Map(
  [...packages, ...folders('tooling')].map(({ name, path }) => [name, manifestOf(path).exports ?? {}]),
)

const statement =
  /(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
const dynamicImport = /\bimport\(\s*['"]([^'"]+)['"]/g

function importsOf(text) {
  return [
    ...[...text.matchAll(statement)].map(match => ({
      specifier: match[1] ?? match[2],
      dynamic: false,
      typeOnly: /^\s*(import|export)\s+type\b/.test(match[0]),
    })),
    ...[...text.matchAll(dynamicImport)].map(match => ({
      specifier: match[1],
      dynamic: true,
      typeOnly: false,
    })),
  ]
}

/** Whether a package's manifest names an entry, given as './path' or '.'; a '*' stands for any name. */
function exported(target, path) {
  return Object.keys(exportsOf.get(target)).some(entry => {
    const [start, end] = entry.split('*')
    return end === undefined ? entry === path : path.startsWith(start) && path.endsWith(end)
  })
}

function checkImport({ importer, where, test, specifier, dynamic, shipped }) {
  if (/^(\.|node:|#)/.test(specifier)) {
    const target = relative(importer.path, resolve(root, where, '..', specifier))
    if (specifier.startsWith('.') && target.startsWith('..') && !test)
      problems.push(`${where}: ${specifier} leaves its package`)
    return
  }
  const parts = specifier.match(/^(?:@chiaro\/([^/]+)|(chiaro))(?:\/(.+))?$/)
  if (parts) {
    const target = parts[1] ?? 'cli'
    if (!exportsOf.has(target)) {
      problems.push(`${where}: imports unknown package ${specifier}`)
      return
    }
    if (!exported(target, parts[3] ? `./${parts[3]}` : '.'))
      problems.push(`${where}: ${specifier} is not among the exports of ${target}`)
    if (target === 'test-kit') {
      if (!test) problems.push(`${where}: test-kit is for tests`)
      return
    }
    // A test may look upwards: it proves a layer with what is built on it.
    if (!test && !importer.app && target !== importer.name) {
      if (!rowOf.has(target) || rowOf.get(target) <= rowOf.get(importer.name))
        problems.push(`${where}: ${importer.name} may not import ${target}: imports run downwards only`)
      if (!dynamic && dynamicOnly[importer.name]?.includes(target))
        problems.push(`${where}: ${specifier} may only be imported dynamically`)
    }
    if (target === importer.name) return
  }
  const dependency = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (!test && !(dependency in shipped))
    problems.push(`${where}: ${dependency} is not a dependency of ${importer.name}`)
}

for (const importer of [...packages, ...folders('apps')]) {
  if (!importer.app && !rowOf.has(importer.name)) {
    problems.push(`packages/${importer.name} is in no layer: add it to tooling/checks/layers.mjs`)
    continue
  }
  const manifest = manifestOf(importer.path)
  const shipped = { ...manifest.dependencies, ...manifest.peerDependencies }
  for (const file of sources(join(importer.path, 'src'))) {
    const text = readFileSync(file, 'utf8')
    const where = relative(root, file)
    const test = file.endsWith('.test.ts')
    if (/(?:^|\n)\s*export\s*\*/.test(text))
      problems.push(`${where}: export * hides what is public: list the names`)
    for (const found of importsOf(text)) checkImport({ ...found, importer, where, test, shipped })
  }
}

/** Cycles between files of one package: depth-first over relative imports that leave a trace at run time. */
function cycles(folder) {
  const done = new Set()
  const path = []
  const visit = file => {
    const at = path.indexOf(file)
    if (at >= 0) {
      problems.push(`import cycle: ${[...path.slice(at), file].map(f => relative(root, f)).join(' → ')}`)
      return
    }
    // What is missing is the type checker's to report.
    if (done.has(file) || !existsSync(file)) return
    path.push(file)
    for (const { specifier, dynamic, typeOnly } of importsOf(readFileSync(file, 'utf8')))
      if (!typeOnly && !dynamic && /^\..*\.ts$/.test(specifier) && !specifier.includes('generated'))
        visit(join(file, '..', specifier))
    path.pop()
    done.add(file)
  }
  for (const file of sources(folder)) visit(file)
}
for (const { path } of packages) cycles(join(path, 'src'))

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`${problems.length} layering problem(s)`)
  process.exit(1)
}
console.log('layers: every import runs downwards, no cycles')
