// What stands for @lancedb/lancedb in a test: tables as JSON files, an index that looks at every partition-th row, and codes
// that keep a fourth of each number. Its recall grows with probes and candidates as a true one's does.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const rowsOf = ({ batch }) => {
  const [{ values: names }, { type, child }] = batch.data.children
  return names.map((name, i) => ({
    name,
    vector: [...child.data.slice(i * type.length, (i + 1) * type.length)],
  }))
}

const batchOf = rows => ({
  numRows: rows.length,
  getChild: column =>
    column === 'name'
      ? { data: [], toArray: () => rows.map(({ name }) => name) }
      : {
          data: [
            {
              length: rows.length,
              // As slices of Arrow have it: what is meant begins behind the first row.
              offset: 1,
              children: [
                {
                  offset: 0,
                  values: Float32Array.from([
                    ...(rows[0]?.vector ?? []),
                    ...rows.flatMap(({ vector }) => vector),
                  ]),
                },
              ],
            },
          ],
        },
})

/** A row's code: its direction, in fourths. */
const codeOf = ({ vector }) => {
  const code = vector.map(value => Math.round(4 * value) / 4)
  const length = Math.hypot(...code) || 1
  return code.map(value => value / length)
}
const codes = new Map()

/** What the files hold, by their paths. */
const known = new Map()
function write(file, content) {
  known.set(file, content)
  writeFileSync(file, JSON.stringify(content))
}

function tableIn(folder, name) {
  const file = join(folder, `${name}.json`)
  const read = () => {
    if (!known.has(file)) known.set(file, JSON.parse(readFileSync(file, 'utf8')))
    return known.get(file)
  }
  const commit = (rows, partitions = read().partitions) => {
    const { counts } = read()
    write(file, { rows, counts: [...counts, rows.length], partitions })
    at = undefined
  }
  /** The version that is looked at; the last unless one is said. */
  let at
  const rows = () => {
    const { rows, counts } = read()
    return rows.slice(0, counts[(at ?? counts.length) - 1])
  }
  return {
    add: async table => commit([...rows(), ...rowsOf(table)]),
    countRows: async () => rows().length,
    createIndex: async (column, { config }) => {
      if (column !== 'vector' || config.distanceType !== 'cosine') throw new Error('another index')
      commit(rows(), config.numPartitions)
    },
    optimize: async () => commit(rows()),
    version: async () => at ?? read().counts.length,
    checkout: async version => {
      at = version
    },
    restore: async () => commit(rows()),
    close() {},
    query: () => ({
      select() {
        return this
      },
      async *[Symbol.asyncIterator]() {
        const all = rows()
        for (let from = 0; from < all.length; from += 1000) yield batchOf(all.slice(from, from + 1000))
      },
      nearestTo(vector) {
        let [probes, limit] = [1, 10]
        return {
          distanceType() {
            return this
          },
          nprobes(n) {
            probes = n
            return this
          },
          limit(n) {
            limit = n
            return this
          },
          select() {
            return this
          },
          async toArrow() {
            const { partitions } = read()
            const near = rows()
              .filter((_, i) => i % partitions < probes)
              .map(row => {
                if (!codes.has(row)) codes.set(row, codeOf(row))
                return { row, score: codes.get(row).reduce((sum, value, i) => sum + value * vector[i], 0) }
              })
              .sort((a, b) => b.score - a.score)
            return { batches: [batchOf(near.slice(0, limit).map(({ row }) => row))] }
          },
        }
      },
    }),
  }
}

module.exports = {
  Index: { ivfPq: options => options },
  connect: async folder => {
    mkdirSync(folder, { recursive: true })
    return {
      createTable: async (name, table) => {
        const rows = rowsOf(table)
        write(join(folder, `${name}.json`), { rows, counts: [rows.length], partitions: 1 })
        return tableIn(folder, name)
      },
      openTable: async name => {
        readFileSync(join(folder, `${name}.json`))
        return tableIn(folder, name)
      },
      close() {},
    }
  },
}
