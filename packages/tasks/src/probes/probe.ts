import type { RandomKey } from '@chiaro/core'
import {
  balancedRows,
  type ClassificationReport,
  classificationReport,
  fitLinearProbe,
  type MeanInterval,
  meanWithInterval,
  nearestNeighbours,
} from '@chiaro/evaluate'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Features } from '../pictures/picture-blocks.ts'

export const probes = ['linear', 'knn'] as const
export type Probe = (typeof probes)[number]

/** Features with the class of each row. */
export interface Labelled {
  readonly features: Features
  readonly labels: Int32Array
}

export interface ProbeSettings {
  readonly classes: number
  /** scikit-learn's C of the linear probe: its λ is 1/(n·C). */
  readonly c: number
  readonly neighbours: number
  readonly temperature: number
  readonly key: RandomKey
  readonly signal?: AbortSignal
  /** Called after each iteration of the linear probe's search, of which there are at most `maximumIterations`. */
  readonly onIteration?: (iteration: number) => void
}

/** Enough for the scikit-learn default of C = 1; a search that ends before its minimum is said so in the table. */
export const maximumIterations = 500

/** What a probe of all labels found. */
export interface ProbeResult extends ClassificationReport {
  /** Of the accuracy, by the bootstrap over test rows; exact where all are right, or all wrong. */
  readonly interval: MeanInterval
  /** Of the linear probe: whether its search ended at the minimum. */
  readonly converged?: boolean
}

/**
 * Trains a probe on all labelled rows and asks it for the test rows.
 *
 * @example
 * ```ts
 * import { key, normalValues } from '@chiaro/random'
 * import { probeAll, probeFew } from '@chiaro/tasks'
 *
 * // Features of two classes, 3 apart.
 * const labelled = (seed: number) => {
 *   const labels = Int32Array.from({ length: 40 }, (_, i) => i % 2)
 *   const vectors = normalValues(key(seed), 160).map((z, i) => z + 3 * labels[Math.floor(i / 4)])
 *   return { features: { vectors, dimension: 4 }, labels }
 * }
 * const settings = { classes: 2, c: 1, neighbours: 5, temperature: 0.1, key: key(3) }
 * const { accuracy, interval } = await probeAll('knn', labelled(1), labelled(2), settings)
 * console.log(accuracy, interval)
 * const few = await probeFew('linear', labelled(1), labelled(2), { ...settings, count: 10, draws: 3 })
 * console.log(few.accuracy, few.standardError, few.labels) // of ten labels, drawn three times
 * ```
 */
export async function probeAll(
  probe: Probe,
  train: Labelled,
  test: Labelled,
  settings: ProbeSettings,
): Promise<ProbeResult> {
  const { predictions, converged } = await predict(probe, train, test, settings)
  const { classes, key } = settings
  const hits = Array.from(predictions, (prediction, i) => prediction === test.labels[i])
  return {
    ...classificationReport(predictions, test.labels, { classes }),
    interval: meanWithInterval(hits, { key: foldIn(key, 0) }),
    converged,
  }
}

/** What probes of few labels found, one for each draw of them. */
export interface FewLabelResult {
  /** The mean over draws. */
  readonly accuracy: number
  /** Over draws of labels, not over test rows. */
  readonly standardError: number
  readonly labels: number
  readonly draws: readonly number[]
}

/**
 * Trains a probe on `count` labelled rows, as many of each class, once for each draw of them. Draw i is the same for
 * every encoder, so that two of them can be compared draw by draw.
 *
 * @see `probeAll` for an example
 */
export async function probeFew(
  probe: Probe,
  train: Labelled,
  test: Labelled,
  { count, draws, ...settings }: ProbeSettings & { readonly count: number; readonly draws: number },
): Promise<FewLabelResult> {
  const accuracies: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const key = foldIn(foldIn(settings.key, 1), draw)
    const rows = balancedRows(train.labels, { count, key, classes: settings.classes })
    const { predictions } = await predict(probe, chosen(train, rows), test, {
      ...settings,
      neighbours: Math.min(settings.neighbours, count),
    })
    accuracies.push(
      predictions.filter((prediction, i) => prediction === test.labels[i]).length / predictions.length,
    )
  }
  const { mean, standardError } = meanOfDraws(accuracies)
  return { accuracy: mean, standardError, labels: count, draws: accuracies }
}

/** The mean and its standard error, NaN for one draw. */
export function meanOfDraws(values: readonly number[]): {
  readonly mean: number
  readonly standardError: number
} {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) }
}

async function predict(
  probe: Probe,
  train: Labelled,
  test: Labelled,
  { classes, c, neighbours, temperature, signal, onIteration }: ProbeSettings,
): Promise<{ readonly predictions: Int32Array; readonly converged?: boolean }> {
  const [x, y] = [tensorOf(train.features), tensorOf(test.features)]
  try {
    if (probe === 'knn') {
      const options = { neighbours: Math.min(neighbours, train.labels.length), temperature, classes, signal }
      return { predictions: await nearestNeighbours(x, train.labels, y, options) }
    }
    const regularization = 1 / (c * train.labels.length)
    const fitted = await fitLinearProbe(x, train.labels, {
      regularization,
      classes,
      // scikit-learn's default, of the same gradient.
      tolerance: 1e-4,
      maximumIterations,
      signal,
      onProgress: ({ iteration }) => onIteration?.(iteration),
    })
    const predicted = tf.tidy(() => tf.argMax(fitted.logits(y), 1))
    const predictions = (await predicted.data()) as Int32Array
    predicted.dispose()
    return { predictions, converged: fitted.converged }
  } finally {
    tf.dispose([x, y])
  }
}

function tensorOf({ vectors, dimension }: Features): tf.Tensor2D {
  return tf.tensor2d(vectors, [vectors.length / dimension, dimension])
}

function chosen({ features, labels }: Labelled, rows: Int32Array): Labelled {
  const { vectors, dimension } = features
  const part = new Float32Array(rows.length * dimension)
  rows.forEach((row, i) => {
    part.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  })
  return { features: { vectors: part, dimension }, labels: rows.map(row => labels[row]) }
}
