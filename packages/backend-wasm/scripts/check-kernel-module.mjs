// The kernels live inside tfjs's heap, where tfjs's own stack and data are. A module that brought data segments
// or a memory, or that ran code when instantiated, would write over them: refuse it at build time.

/** More than a few numbers are a problem: a class in assembly/, written to the heap by its fields' names. */
const mostParameters = 6

const valueTypes = { 127: 'i32', 126: 'i64', 125: 'f32', 124: 'f64', 123: 'v128' }
const sections = { 1: 'type', 2: 'import', 3: 'function', 5: 'memory', 7: 'export', 8: 'start', 11: 'data' }

/** Reads a WASM binary as far as we need it. */
function reader(bytes) {
  let at = 0
  const byte = () => bytes[at++]
  const unsigned = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const b = byte()
      value += (b & 0x7f) * 2 ** shift
      if (b < 0x80) return value
    }
  }
  const text = () => {
    const length = unsigned()
    at += length
    return new TextDecoder().decode(bytes.subarray(at - length, at))
  }
  const list = item => Array.from({ length: unsigned() }, item)
  return { byte, unsigned, text, list, at: () => at, seek: to => (at = to), done: () => at >= bytes.length }
}

function limits(read) {
  const flags = read.unsigned()
  const initial = read.unsigned()
  const maximum = flags & 1 ? read.unsigned() : undefined
  return { shared: (flags & 2) !== 0, initial, maximum }
}

const importedBy = {
  0: read => ({ kind: 'function', type: read.unsigned() }),
  2: read => ({ kind: 'memory', ...limits(read) }),
}

/**
 * Throws unless `binary` imports the memory `env.memory` and nothing else, is of a shared memory or not as `shared` says,
 * has no memory, data or start function of its own, and exports functions of a few numbers.
 */
export function checkKernelModule(binary, shared) {
  const read = reader(binary)
  read.seek(8)
  const found = {}
  while (!read.done()) {
    const id = read.byte()
    const end = read.unsigned() + read.at()
    const name = sections[id]
    if (name === 'type') {
      found.type = read.list(() => {
        if (read.byte() !== 0x60) throw new Error('kernel module: unknown kind of type')
        return { parameters: read.list(read.byte), results: read.list(read.byte) }
      })
    } else if (name === 'import') {
      found.import = read.list(() => {
        const from = `${read.text()}.${read.text()}`
        const kind = read.byte()
        const parse = importedBy[kind]
        if (parse === undefined) throw new Error(`kernel module: it imports ${from}`)
        return { from, ...parse(read) }
      })
    } else if (name === 'function') {
      found.function = read.list(read.unsigned)
    } else if (name === 'export') {
      found.export = read.list(() => ({ name: read.text(), kind: read.byte(), index: read.unsigned() }))
    } else if (name !== undefined) {
      found[name] = true
    }
    read.seek(end)
  }
  for (const forbidden of ['memory', 'start', 'data']) {
    if (found[forbidden]) throw new Error(`kernel module: it must have no ${forbidden} section`)
  }
  const imports = found.import ?? []
  if (imports.length !== 1 || imports[0].from !== 'env.memory' || imports[0].kind !== 'memory') {
    const names = imports.map(entry => entry.from).join(', ')
    throw new Error(`kernel module: it must import env.memory alone, got ${names || 'nothing'}`)
  }
  if (imports[0].shared !== shared) {
    throw new Error(`kernel module: shared must be ${shared}, is ${imports[0].shared}`)
  }
  for (const { name, kind, index } of found.export) {
    if (kind !== 0) continue
    const { parameters, results } = found.type[found.function[index]]
    if (parameters.length > mostParameters) {
      throw new Error(`kernel module: ${name} has ${parameters.length} parameters, it must read a problem`)
    }
    const unsupported = [...parameters, ...results]
      .map(t => valueTypes[t])
      .find(t => !/^[if]32$|^f64$/.test(t))
    if (unsupported) throw new Error(`kernel module: ${name} has a parameter of type ${unsupported}`)
  }
}
