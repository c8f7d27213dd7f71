// The design's layers, checked: imports run downwards only, packages of one row do not import each other,
// nobody reaches into another package's src, and every import is a declared dependency.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Top row first. */
const rows = [
  ['cli'],
  ['train', 'evaluate', 'data'],
  ['energy', 'noise', 'objectives', 'mcmc', 'augment', 'encoders'],
  ['core'],
  ['backend'],
  ['backend-wasm', 'backend-webgpu'],
  ['ops'],
]
/** Packages one may import only by `import()`: a user who runs elsewhere never loads them. */
const dynamicOnly = { backend: ['backend-wasm', 'backend-webgpu'] }

const rowOf = new Map(rows.flatMap((names, row) => names.map(name => [name, row])))
const problems = []

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (/\.tsx?$/.test(entry.name)) yield path
  }
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
const dynamicPattern = /\bimport\(\s*['"]([^'"]+)['"]/g

for (const name of readdirSync(join(root, 'packages'))) {
  if (!rowOf.has(name)) {
    problems.push(`packages/${name} is in no layer: add it to tooling/checks/layers.mjs`)
    continue
  }
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const shipped = { ...manifest.dependencies, ...manifest.peerDependencies }
  for (const file of sources(join(root, 'packages', name, 'src'))) {
    const text = readFileSync(file, 'utf8')
    const test = file.endsWith('.test.ts')
    const found = [
      ...[...text.matchAll(importPattern)].map(match => ({
        specifier: match[1] ?? match[2],
        dynamic: false,
      })),
      ...[...text.matchAll(dynamicPattern)].map(match => ({ specifier: match[1], dynamic: true })),
    ]
    for (const { specifier, dynamic } of found) {
      const where = relative(root, file)
      const parts = specifier.match(/^(?:@chiaro\/([^/]+)|(chiaro))(\/src.*)?$/)
      if (parts) {
        const target = parts[1] ?? 'cli'
        if (parts[3]) problems.push(`${where}: reaches into ${specifier}`)
        if (target === name || target === 'test-kit') {
          if (target === 'test-kit' && !test) problems.push(`${where}: test-kit is for tests`)
          continue
        }
        if (!rowOf.has(target)) problems.push(`${where}: imports unknown package ${specifier}`)
        else if (!test && rowOf.get(target) <= rowOf.get(name))
          problems.push(`${where}: ${name} may not import ${target}: imports run downwards only`)
        if (!test && !dynamic && dynamicOnly[name]?.includes(target))
          problems.push(`${where}: ${specifier} may only be imported dynamically`)
      }
      if (specifier.startsWith('.') || specifier.startsWith('node:') || specifier.startsWith('#')) continue
      const dependency = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
      if (!test && !(dependency in shipped))
        problems.push(`${where}: ${dependency} is not a dependency of ${name}`)
    }
  }
}

/** Cycles between files of one package: depth-first over relative imports. */
function cycles(folder) {
  const done = new Set()
  const path = []
  const visit = file => {
    const at = path.indexOf(file)
    if (at >= 0) {
      problems.push(`import cycle: ${[...path.slice(at), file].map(f => relative(root, f)).join(' → ')}`)
      return
    }
    if (done.has(file)) return
    path.push(file)
    const text = readFileSync(file, 'utf8')
    for (const match of text.matchAll(importPattern)) {
      const specifier = match[1] ?? match[2]
      // A type-only import leaves no trace at run time, so it closes no cycle.
      if (/^\s*(import|export)\s+type\b/.test(match[0].trimStart())) continue
      if (specifier.startsWith('.') && specifier.endsWith('.ts') && !specifier.includes('generated'))
        visit(join(file, '..', specifier))
    }
    path.pop()
    done.add(file)
  }
  for (const file of sources(folder)) visit(file)
}
for (const name of readdirSync(join(root, 'packages'))) cycles(join(root, 'packages', name, 'src'))

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`${problems.length} layering problem(s)`)
  process.exit(1)
}
console.log('layers: every import runs downwards, no cycles')
