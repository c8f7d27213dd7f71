// What the compiler knows of the kernels, as TypeScript: what each is called with and, for a problem (an unmanaged
// class), where its numbers lie. Both sides of the heap thus have one layout, which stands in assembly/.

/** The types a problem's number may have: as TypeScript writes them, and how they go to the heap. */
const types = {
  i32: { written: 'number', stored: (at, value) => `heap.setInt32(${at}, ${value}, true)` },
  f32: { written: 'number', stored: (at, value) => `heap.setFloat32(${at}, ${value}, true)` },
  f64: { written: 'number', stored: (at, value) => `heap.setFloat64(${at}, ${value}, true)` },
  bool: { written: 'boolean', stored: (at, value) => `heap.setInt8(${at}, Number(${value}))` },
  usize: {
    written: 'Place',
    stored: (at, value) => `heap.setInt32(${at}, addressOf(backend, ${value}), true)`,
  },
}

function fieldsOf(problem) {
  return [...problem.members.values()].flatMap(({ name, instance, fieldDeclaration }) => {
    if (!instance?.isField) return []
    const type = instance.type.toString()
    if (!(type in types)) throw new Error(`kernel problem ${problem.name}: ${name} has the type ${type}`)
    const optional = fieldDeclaration.type.name.identifier.text === 'MaybeAddress'
    return [{ name, type, optional, offset: instance.memoryOffset }]
  })
}

/** Name, size, fields and base of a class; one that only says what to do with the numbers is as its base. */
function problemOf(problem) {
  const fields = fieldsOf(problem)
  const base = problem.base ? problemOf(problem.base) : undefined
  if (base?.fields.length === fields.length) return base
  return { name: problem.name, bytes: problem.nextMemoryOffset, fields, base }
}

/** Name, parameters, result and problem of each function that the entry file exports, of asc's `program`. */
export function kernelsOf(program) {
  return [...program.filesByName.get('assembly/index').exports].map(([name, prototype]) => {
    const [{ signature }] = prototype.instances.values()
    const problem = signature.parameterTypes[0]?.classReference
    return {
      name,
      parameters: prototype.declaration.signature.parameters.map(parameter => parameter.name.text),
      result: signature.returnType.toString() === 'void' ? 'void' : 'number',
      problem: problem && problemOf(problem),
    }
  })
}

const lines = (list, line) => [...list].map(line).join('\n')

const layoutOf = name => `${name[0].toLowerCase()}${name.slice(1)}`

/** A problem as TypeScript knows it, and how it is written to the heap; each class adds to what its base has. */
function classSource({ name, bytes, fields, base }) {
  const own = fields.slice(base?.fields.length ?? 0)
  const ofBase = base ? `    ${layoutOf(base.name)}.write(heap, at, problem, backend)\n` : ''
  const places = fields.some(({ type }) => type === 'usize') ? ', backend' : ''
  const declared = ({ name, type, optional }) =>
    `  readonly ${name}${optional ? '?' : ''}: ${types[type].written}`
  return `export interface ${name}${base ? ` extends ${base.name}` : ''} {
${lines(own, declared)}
}

const ${layoutOf(name)}: Layout<${name}> = {
  bytes: ${bytes},
  write(heap, at, problem${places}) {
${ofBase}${lines(own, ({ name, type, offset }) => `    ${types[type].stored(`at + ${offset}`, `problem.${name}`)}`)}
  },
}
`
}

/** src/generated/kernel-exports.ts */
export function interfaceSource(kernels) {
  const posed = kernels.filter(({ problem }) => problem)
  const classes = new Map()
  const add = problem => {
    if (problem.base) add(problem.base)
    const same = classes.get(problem.name) ?? problem
    if (JSON.stringify(same) !== JSON.stringify(problem)) {
      throw new Error(`kernel problem ${problem.name}: two classes have this name`)
    }
    classes.set(problem.name, problem)
  }
  for (const { problem } of posed) add(problem)
  const parameters = names => names.map(name => `${name}: number`).join(', ')
  return `// Written by scripts/build-kernels.mjs from assembly/. Do not edit.
import { addressOf, type Place } from '../heap.ts'
import type { Layout } from '../problem.ts'

/** What the kernel module exports; every parameter is an address (bytes) or a plain number. */
export interface KernelExports {
${lines(kernels, kernel => `  ${kernel.name}(${parameters(kernel.parameters)}): ${kernel.result}`)}
}

${lines(classes.values(), classSource)}
/** The problem that a kernel finds at its first parameter. */
export interface KernelProblems {
${lines(posed, ({ name, problem }) => `  ${name}: ${problem.name}`)}
}

/** Where a problem's numbers lie. */
export const layouts: { readonly [Kernel in keyof KernelProblems]: Layout<KernelProblems[Kernel]> } = {
${lines(posed, ({ name, problem }) => `  ${name}: ${layoutOf(problem.name)},`)}
}
`
}
