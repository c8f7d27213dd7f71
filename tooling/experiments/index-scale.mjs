/**
 * Search by an index beside comparing every row: what `chiaro index` makes of clustered vectors, how many of the ten nearest
 * rows a search by it finds, and how much sooner. Queries are drawn as the rows are, and are neither in the index nor among
 * the rows by which `chiaro index` has chosen its effort.
 *
 * A row is the unit vector along B h + 0.2 ε: h in 32 dimensions is its cluster's centre, normal, plus half a normal vector,
 * B is a normal matrix over √32, and ε normal in all dimensions. Clusters are equally probable.
 *
 * node tooling/experiments/index-scale.mjs --lance FOLDER [--rows 1000000] [--dimension 256] [--clusters 2000]
 *   [--queries 200] [--threads 2] [--sub-vectors n] [--folder scratch]
 *
 * FOLDER is one where `npm install @lancedb/lancedb@0.37.1` has been run.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { useBackend } from '@chiaro/backend'
import { withEmbeddingBlocks, withVectorIndex, writeEmbeddings } from '@chiaro/data/node'
import { nearestRows, neighbourRecall } from '@chiaro/evaluate'
import { foldIn, integerValues, key, normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { runProgram } from 'chiaro'

const { values: options } = parseArgs({
  options: {
    lance: { type: 'string' },
    rows: { type: 'string', default: '1000000' },
    dimension: { type: 'string', default: '256' },
    clusters: { type: 'string', default: '2000' },
    queries: { type: 'string', default: '200' },
    threads: { type: 'string', default: '2' },
    'sub-vectors': { type: 'string' },
    folder: { type: 'string' },
  },
})
if (options.lance === undefined)
  throw new Error('usage: node tooling/experiments/index-scale.mjs --lance FOLDER')
const [rows, dimension, clusters, queries] = ['rows', 'dimension', 'clusters', 'queries'].map(name =>
  Number(options[name]),
)
const [latent, top] = [32, 10]
const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'chiaro-index-scale-')))
const [files, index] = [join(folder, 'embeddings'), join(folder, `index-${rows}`)]
// From where the command finds LanceDB.
process.chdir(options.lance)

const random = key(1)
const mixing = normalValues(foldIn(random, 0), dimension * latent).map(value => value / Math.sqrt(latent))
const centres = normalValues(foldIn(random, 1), clusters * latent)

/** Rows of one key, [count, dimension]. */
function drawn(rowKey, count) {
  const of = integerValues(foldIn(rowKey, 0), count, { maximum: clusters })
  const within = normalValues(foldIn(rowKey, 1), count * latent)
  const vectors = normalValues(foldIn(rowKey, 2), count * dimension)
  const h = new Float64Array(latent)
  for (let i = 0; i < count; i++) {
    for (let l = 0; l < latent; l++) h[l] = centres[of[i] * latent + l] + 0.5 * within[i * latent + l]
    let squares = 0
    for (let j = 0, at = i * dimension; j < dimension; j++, at++) {
      let sum = 0.2 * vectors[at]
      for (let l = 0, from = j * latent; l < latent; l++) sum += mixing[from + l] * h[l]
      vectors[at] = sum
      squares += sum * sum
    }
    const length = Math.sqrt(squares)
    for (let at = i * dimension; at < (i + 1) * dimension; at++) vectors[at] /= length
  }
  return vectors
}

const megabytes = bytes => Math.round(bytes / 2 ** 20)
const bytesUnder = place =>
  readdirSync(place, { recursive: true })
    .map(name => statSync(join(place, name)))
    .reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0)
const seconds = async work => {
  const began = performance.now()
  const value = await work()
  return { value, took: (performance.now() - began) / 1000 }
}

await useBackend('wasm', { threads: Number(options.threads) })
const atATime = 50_000
const shards = Array.from({ length: Math.ceil(rows / atATime) }, (_, shard) => {
  const count = Math.min(atATime, rows - shard * atATime)
  return { count, file: join(files, `${String(shard).padStart(4, '0')}-${count}.npy`), shard }
})
for (const { count, file, shard } of shards) {
  if (existsSync(file)) continue
  const names = Array.from({ length: count }, (_, i) => String(shard * atATime + i))
  await writeEmbeddings(file, { names, vectors: drawn(foldIn(foldIn(random, 2), shard), count), dimension })
}

let built
if (!existsSync(index)) {
  const terminal = json => ({
    json,
    columns: 100,
    print: line => console.error(line),
    note: line => console.error(line),
    result: value => {
      built = value
    },
    progress: process.stderr,
  })
  const sub = options['sub-vectors'] === undefined ? [] : ['--sub-vectors', options['sub-vectors']]
  const args = [
    'index',
    ...shards.map(({ file }) => file),
    '--out',
    index,
    '--threads',
    options.threads,
    ...sub,
  ]
  const { value: code, took } = await seconds(() =>
    runProgram(args, { terminal, signal: new AbortController().signal }),
  )
  if (code !== 0) process.exit(code)
  console.log(`built in ${took.toFixed(0)} s, with the choice and measure of the effort`)
}

const asked = drawn(foldIn(random, 3), queries)
const query = (from, count = 1) =>
  tf.tensor2d(asked.subarray(from * dimension, (from + count) * dimension), [count, dimension])
/** Every row compared, from memory. */
const blocks = await withEmbeddingBlocks(
  shards.map(({ file }) => file),
  async source => {
    const all = []
    for await (const { names, vectors } of source) all.push({ names, vectors })
    return all
  },
)
const exactly = async (from, count) => {
  const of = query(from, count)
  const found = await nearestRows(of, blocks, { top })
  of.dispose()
  return found
}
const all = await seconds(() => exactly(0, queries))
const single = Math.min(5, queries)
const alone = await seconds(async () => {
  for (let i = 0; i < single; i++) await exactly(i, 1)
})

await withVectorIndex(index, async opened => {
  const { effort, recall: told } = opened.about
  const count = Math.max(top * effort.factor, 50)
  const search = async i => {
    const vector = asked.subarray(i * dimension, (i + 1) * dimension)
    const candidates = await opened.candidates(vector, { count, probes: effort.probes })
    const of = query(i)
    const [found] = await nearestRows(of, [candidates], { top })
    of.dispose()
    return found
  }
  // The first pass opens what later ones find open.
  for (let i = 0; i < queries; i++) await search(i)
  const searched = await seconds(async () => {
    const found = []
    for (let i = 0; i < queries; i++) found.push(await search(i))
    return found
  })
  const recalls = neighbourRecall(searched.value, all.value)
  const mean = recalls.reduce((sum, one) => sum + one, 0) / queries
  const error = Math.sqrt(recalls.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (queries - 1) / queries)
  const [each, together, by] = [alone.took / single, all.took / queries, searched.took / queries]
  const line = cells => console.log(`| ${cells.join(' | ')} |`)
  const facts = {
    rows,
    dimension,
    'MB of vectors': megabytes(4 * rows * dimension),
    'MB of the index': megabytes(bytesUnder(index)),
    partitions: opened.partitions,
    'bytes a code': opened.subVectors,
    probes: effort.probes,
    candidates: count,
    'recall@10 told': told.value.toFixed(3),
    'recall@10 here': `${mean.toFixed(3)} ± ${error.toFixed(3)}`,
    'exact, alone': `${(1000 * each).toFixed(1)} ms`,
    [`exact, ${queries} together`]: `${(1000 * together).toFixed(1)} ms`,
    'by the index, alone': `${(1000 * by).toFixed(2)} ms`,
    'times as fast': `${(each / by).toFixed(0)}, ${(together / by).toFixed(1)}`,
    'peak memory': `${megabytes(1024 * process.resourceUsage().maxRSS)} MB`,
  }
  line(Object.keys(facts))
  line(Object.keys(facts).map(() => '---'))
  line(Object.values(facts))
  if (built !== undefined) console.log(JSON.stringify({ ...built, files: undefined }))
})
if (options.folder === undefined) rmSync(folder, { recursive: true })
