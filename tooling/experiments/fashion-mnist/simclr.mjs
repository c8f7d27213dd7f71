// The recipe, as settings of the task: what is trained, on which views, by which loss and optimiser.
import { readFileSync } from 'node:fs'
import { key } from '@chiaro/random'
import { picturesOf, readSettings, simclr, trainModel, withClasses } from '@chiaro/tasks'

/** recipe.json, which the PyTorch run reads too. */
export const recipe = JSON.parse(readFileSync(new URL('recipe.json', import.meta.url), 'utf8'))

/** The mean and the deviation of the training pictures' pixels. */
const [imageMean, imageDeviation] = [0.286, 0.353]

/** Pictures as the task takes them, with their classes where the loss learns from these. */
const dataFor = (objective, pictures) =>
  objective === 'supcon' ? withClasses(picturesOf(pictures), pictures.labels) : picturesOf(pictures)

/** The config of a run of `steps` steps. */
function configOf(chosen, pictures, steps) {
  const { widths, strides, grid, hidden, output, crop, jitter, gamma, decoupled } = chosen
  const { objective = decoupled ? 'decoupled' : 'nt-xent' } = chosen
  const { batchSize, temperature, learningRate, warmupSteps, weightDecay } = chosen
  const settings = readSettings('recipe.json', simclr.settings, {
    ...{ steps, batchSize, temperature, learningRate, warmupSteps, weightDecay },
    ...{ widths, strides, grid, imageMean, imageDeviation, headHidden: hidden, headOutput: output },
    ...{ augmentation: 'grey', leastCrop: crop[0], strength: jitter / 0.8, gamma },
    objective,
  })
  return simclr.configure(settings, dataFor(objective, pictures), key(0))
}

/** Encoder and head, drawn from the seed. */
export const createModel = (chosen, pictures, { seed, steps }) =>
  simclr.prepare(configOf(chosen, pictures, steps), key(seed))

/** Trains a model of `createModel`; the seconds it took and the mean loss of the last 100 steps. */
export async function trainSimclr(model, pictures, { seed, onStep }) {
  const data = dataFor(model.config.training.objective, pictures)
  const { seconds, loss } = await trainModel(simclr, model, data, key(seed), { onStep })
  return { seconds, loss }
}
