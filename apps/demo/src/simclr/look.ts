import { toImageTensor } from '@chiaro/data'
import { nearestNeighbours, nearestRows } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import { foldIn, permutation } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { viewsOf } from './config.ts'
import type { Accuracy, Look, Neighbours } from './messages.ts'
import { chunk } from './model.ts'
import { pictureMap } from './picture-map.ts'
import { type Run, viewOf } from './run.ts'
import type { LiveSettings } from './settings.ts'

/** Pictures of the map, and at most of the figures of alignment and uniformity. */
const [mapped, measured] = [300, 256]
/** Neighbours that vote on a class, and at most how many pictures are asked. */
const [voters, mostAsked] = [20, 400]

/** Embeddings of all pictures on the host, of unit length. */
export interface Embeddings {
  readonly step: number
  readonly vectors: Float32Array
  readonly dimension: number
}

/** The encoder's output without the head, as the command embeds; nothing where `isInVain` says so on the way. */
export async function embedAll(
  { model, pictures }: Run,
  step: number,
  isInVain: () => boolean,
): Promise<Embeddings | undefined> {
  const count = pictures.shape[0]
  let [vectors, dimension] = [new Float32Array(), 0]
  for (let from = 0; from < count; from += chunk) {
    if (isInVain()) return undefined
    const rows = Int32Array.from({ length: Math.min(chunk, count - from) }, (_, i) => from + i)
    const unit = tf.tidy(() => l2Normalize(model.encoder.embed(toImageTensor(pictures, rows))))
    const values = await unit.data<'float32'>()
    if (from === 0) {
      dimension = values.length / rows.length
      vectors = new Float32Array(count * dimension)
    }
    vectors.set(values, from * dimension)
    unit.dispose()
  }
  return { step, vectors, dimension }
}

/** Which pictures are asked for their class, which answer, and which are on the map: the same throughout a run. */
export interface Roles {
  readonly asked: Int32Array
  readonly answering: Int32Array
  readonly mapped: Int32Array
}

export function rolesOf({ pictures, key }: Pick<Run, 'pictures' | 'key'>): Roles {
  const count = pictures.shape[0]
  const order = permutation(foldIn(key, 3), count)
  const cut = Math.min(mostAsked, count >> 2)
  return { asked: order.slice(0, cut), answering: order.slice(cut), mapped: order.slice(0, mapped).sort() }
}

/** The accuracy of k nearest neighbours; absent where classes are not known or too few pictures answer. */
export async function neighbourAccuracy(
  { vectors, dimension }: Pick<Embeddings, 'vectors' | 'dimension'>,
  labels: Int32Array | undefined,
  { asked, answering }: Roles,
): Promise<Accuracy | undefined> {
  if (labels === undefined || asked.length === 0) return undefined
  const pick = (rows: Int32Array) => tf.tensor2d(rowsOf(vectors, dimension, rows), [rows.length, dimension])
  const [reference, queries] = [pick(answering), pick(asked)]
  const neighbours = Math.min(voters, answering.length)
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1
  const options = { neighbours, classes }
  const found = await nearestNeighbours(
    reference,
    answering.map(row => labels[row]),
    queries,
    options,
  )
  tf.dispose([reference, queries])
  const right = found.reduce((sum, label, i) => sum + (label === labels[asked[i]] ? 1 : 0), 0)
  const accuracy = right / asked.length
  return { accuracy, standardError: Math.sqrt((accuracy * (1 - accuracy)) / asked.length) }
}

/** The same of the pictures themselves, as rows of pixels. */
export function pixelAccuracy({ pictures }: Pick<Run, 'pictures'>, roles: Roles) {
  const { data, shape, labels } = pictures
  const dimension = data.length / shape[0]
  return neighbourAccuracy({ vectors: Float32Array.from(data, byte => byte / 255), dimension }, labels, roles)
}

export interface LookOptions {
  readonly live: LiveSettings
  readonly roles: Roles
  readonly pixels?: Accuracy
  /** The places of the map before this one. */
  readonly before?: Float32Array
}

/** Everything the page shows of the embeddings. */
export async function lookOf(run: Run, embeddings: Embeddings, options: LookOptions): Promise<Look> {
  const { live, roles, pixels, before } = options
  const { vectors, dimension, step } = embeddings
  const geometry = await geometryOf(run, live, roles)
  const map = pictureMap(rowsOf(vectors, dimension, roles.mapped), dimension, before)
  const learned = await neighbourAccuracy(embeddings, run.pictures.labels, roles)
  const { places, explained } = map
  return {
    step,
    ...geometry,
    shown: roles.mapped,
    places,
    explained,
    learned,
    pixels,
    asked: learned && roles.asked.length,
  }
}

/** How the embeddings of some pictures and of two views of each lie on the sphere; the same views at every look. */
async function geometryOf({ model, pictures, config, key }: Run, live: LiveSettings, { mapped: all }: Roles) {
  const rows = all.slice(0, measured)
  const view = viewOf(viewsOf(live, config.training.views), config.shape)
  const ofViews = foldIn(key, 4)
  const figures = tf.tidy(() => {
    const batch = toImageTensor(pictures, rows)
    const [seen, first, second] = [
      batch,
      view(foldIn(ofViews, 0), batch),
      view(foldIn(ofViews, 1), batch),
    ].map(x => model.encoder.embed(x))
    return tf.stack([alignment(first, second), uniformity(seen)])
  })
  const [aligned, uniform] = await figures.data()
  figures.dispose()
  return { alignment: aligned, uniformity: uniform }
}

/** The pictures nearest to one, itself left out. */
export async function neighboursOf(
  { vectors, dimension, step }: Embeddings,
  names: readonly string[],
  picture: number,
  count = 8,
): Promise<Neighbours> {
  const query = tf.tensor2d(vectors.slice(picture * dimension, (picture + 1) * dimension), [1, dimension])
  const [rows] = await nearestRows(query, [{ vectors, names }], { top: count + 1 })
  query.dispose()
  const found = rows
    .filter(({ row }) => row !== picture)
    .slice(0, count)
    .map(({ row, score }) => ({ picture: row, cosine: score }))
  return { step, picture, found }
}

function rowsOf(vectors: Float32Array, dimension: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * dimension)
  for (const [i, row] of rows.entries()) {
    out.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  }
  return out
}
