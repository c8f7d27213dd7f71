import { statSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { filesUnder } from './files.mjs'
import { madeCode } from './made-code.mjs'
import { shippedPackages } from './shipped.mjs'
import { table } from './table.mjs'

/** Licences that a dependency may have without a word. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']

/** What may have another, and why. */
const exceptions = [
  {
    name: /^@img\/sharp-(libvips-)?[a-z0-9-]+$/,
    licence: /^(Apache-2\.0 AND )?LGPL-3\.0-or-later( AND MIT)?$/,
    why: 'libvips is a library of its own beside sharp, and can be replaced',
  },
]

/** What is wrong with a package's licence, in words; undefined if nothing is. */
export function licenceProblem({ name, manifest: { license } }) {
  if (allowed.includes(license)) return undefined
  if (exceptions.some(one => one.name.test(name) && one.licence.test(license))) return undefined
  return `${name} has the licence ${JSON.stringify(license)}, of which tooling/checks/dependencies.mjs does not know that it may be shipped`
}

/** The files of a package that make code of text. Bundles are left out: what they are made of lies beside them. */
function makers({ path }) {
  const files = [
    ...filesUnder(path, /(?<!\.min)\.m?js$/, folder => !folder.endsWith('miniprogram'), ['node_modules']),
  ]
  return files
    .filter(file => statSync(file).size < 300_000 && madeCode(file).length > 0)
    .map(file => `\`${relative(path, file).split(sep).join('/')}\``)
}

/** All that users install with packages/ and that is not ours, as a table, and what is wrong with it, a sentence each. */
export function drawDependencies(root) {
  const packages = shippedPackages(root)
  const everybody = new Set(packages.flatMap(one => one.for)).size
  const rows = packages
    // Which binary is installed depends on the machine.
    .filter(({ manifest }) => manifest.os === undefined)
    .map(one => [
      `\`${one.name}\``,
      one.manifest.license,
      one.for.length === everybody ? 'all' : one.for.map(name => `\`${name}\``).join(', '),
      makers(one).join(', '),
    ])
  return {
    text: table(['package', 'licence', 'for', 'makes code of text in'], rows),
    problems: packages.map(licenceProblem).filter(problem => problem !== undefined),
  }
}
