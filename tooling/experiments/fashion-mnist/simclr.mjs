// The recipe: what is trained, on which views, by which loss and optimiser.
import { readFileSync } from 'node:fs'
import { colorJitter, compose, randomErasing, randomResizedCrop } from '@chiaro/augment'
import { batches, toImageTensor } from '@chiaro/data'
import { convEncoder, projectionHead, withHead } from '@chiaro/encoders'
import { ntXentLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

/** recipe.json, which the PyTorch run reads too. */
export const recipe = JSON.parse(readFileSync(new URL('recipe.json', import.meta.url), 'utf8'))

/** Encoder and head, drawn from the seed. */
export function createModel({ widths, strides, grid, hidden, output }, seed) {
  const key = foldIn(keyOf(seed), 0)
  const encoder = convEncoder(
    {
      inputShape: [28, 28, 1],
      stages: widths.map((width, i) => [{ kernel: 3, width, stride: strides[i] }]),
      pooling: { grid },
      mean: 0.286,
      deviation: 0.353,
    },
    foldIn(key, 0),
  )
  const inputDimension = grid * grid * widths.at(-1)
  const head = projectionHead(
    { inputDimension, hiddenDimension: hidden, outputDimension: output },
    foldIn(key, 1),
  )
  return { encoder, whole: withHead(encoder, head) }
}

/** One view; a step takes it twice. */
export function viewOf({ crop, subpixel, jitter, erasing }) {
  const view = [randomResizedCrop({ scale: crop, subpixel, flip: 0.5 })]
  if (jitter > 0) view.push(colorJitter({ brightness: jitter, contrast: jitter, probability: 0.8 }))
  if (erasing > 0) view.push(randomErasing({ probability: erasing }))
  return compose(...view)
}

function* viewsOf(pictures, chosen, key) {
  const view = viewOf(chosen)
  let step = 0
  for (const { indices } of batches(pictures.shape[0], {
    batchSize: chosen.batchSize,
    key: foldIn(key, 0),
  })) {
    const ofStep = foldIn(foldIn(key, 1), step++)
    yield tf.tidy(() => {
      const batch = toImageTensor(pictures, indices)
      return { first: view(foldIn(ofStep, 0), batch), second: view(foldIn(ofStep, 1), batch) }
    })
  }
}

/** Trains `whole` for `steps` steps; the seconds it took and the mean loss of the last 100 steps. */
export async function trainSimclr({ whole }, pictures, chosen, { seed, steps, onStep = () => {} }) {
  const key = foldIn(keyOf(seed), 1)
  const { temperature, decoupled, batchSize, learningRate, warmupSteps, weightDecay } = chosen
  const began = performance.now()
  const losses = []
  for await (const step of fit({
    parameters: whole.parameters,
    buffers: whole.buffers,
    loss: ({ first, second }) => {
      const z = whole.embed(tf.concat([first, second]), { training: true })
      return ntXentLoss(tf.split(z, [batchSize, batchSize]), { temperature, decoupled })
    },
    batches: () => viewsOf(pictures, chosen, foldIn(key, 0)),
    steps,
    optimizer: adamW({ weightDecay }),
    schedule: warmupCosine({ peak: learningRate, warmupSteps: Math.min(warmupSteps, steps - 1), steps }),
    key: foldIn(key, 1),
  })) {
    losses.push(step.loss)
    if (losses.length > 100) losses.shift()
    onStep(step)
  }
  const seconds = (performance.now() - began) / 1000
  return { seconds, loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length }
}
