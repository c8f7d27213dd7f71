import { toImageTensor } from '@chiaro/data'
import { nearestNeighbours } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import { foldIn, permutation } from '@chiaro/random'
import { simclrView } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { LabRun } from '../shell/lab-work.ts'
import { type Embeddings, rowsOf } from './embeddings.ts'
import type { Accuracy, Look, SimclrLab } from './messages.ts'
import { pictureMap } from './picture-map.ts'
import type { NamedPictures } from './pictures.ts'

type Run = LabRun<SimclrLab>

/** Pictures of the map, and at most of the figures of alignment and uniformity. */
const [mapped, measured] = [300, 256]
/** Neighbours that vote on a class, and at most how many pictures are asked. */
const [voters, mostAsked] = [20, 400]

/** Which pictures are asked for their class, which answer, and which are on the map: the same throughout a run. */
export interface Roles {
  readonly asked: Int32Array
  readonly answering: Int32Array
  readonly mapped: Int32Array
}

export function rolesOf({ made, key }: Run): Roles {
  const { count } = made.data
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
export function pixelAccuracy({ data, shape, labels }: NamedPictures, roles: Roles) {
  const dimension = data.length / shape[0]
  return neighbourAccuracy({ vectors: Float32Array.from(data, byte => byte / 255), dimension }, labels, roles)
}

export interface LookOptions {
  readonly roles: Roles
  readonly pixels?: Accuracy
  /** The places of the map before this one. */
  readonly before?: Float32Array
}

/** Everything the page shows of the embeddings. */
export async function lookOf(run: Run, embeddings: Embeddings, options: LookOptions): Promise<Look> {
  const { roles, pixels, before } = options
  const { vectors, dimension, step } = embeddings
  const geometry = await geometryOf(run, roles)
  const map = pictureMap(rowsOf(vectors, dimension, roles.mapped), dimension, before)
  const learned = await neighbourAccuracy(embeddings, run.made.pictures.labels, roles)
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
async function geometryOf({ model, made, now, key }: Run, { mapped: all }: Roles) {
  const rows = all.slice(0, measured)
  const view = simclrView(now.config)
  const ofViews = foldIn(key, 4)
  const figures = tf.tidy(() => {
    const batch = toImageTensor(made.pictures, rows)
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
