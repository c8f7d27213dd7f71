import { createNoise, type NoiseSpec } from '@chiaro/noise'
import { foldIn } from '@chiaro/random'
import { followingChains, planePoints, withLogPartition } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { LabRun, ToPage, Watch } from '../shell/lab-work.ts'
import { boxOf } from './box.ts'
import { landscapeOf } from './landscape.ts'
import type { DensityLab } from './messages.ts'
import { noiseViewOf } from './noise-view.ts'

/** Rows that are shown, at most. */
const shownRows = 500

/** What is shown of a run: the noise, and the landscape of the model with chains that follow it. */
export function watchDensity(run: LabRun<DensityLab>, { show }: ToPage<DensityLab>): Watch<DensityLab> {
  const { model, made, key } = run
  const { data, config, density: truth, settings } = made
  const { all, heldOut, scale } = planePoints(data, config.encoding)
  const box = boxOf(all)
  const chains = followingChains(model, scale, key)
  let logPartition = 0

  const noiseNow = () => createNoise(run.now.config.contrast.fitted as NoiseSpec)

  async function showNoise() {
    const { objective, training } = run.now.config
    const options = { objective, noiseRatio: training.noiseRatio, scale, truth, key: foldIn(key, 6) }
    show({ kind: 'noise', noise: await noiseViewOf(noiseNow(), options) })
  }

  async function showLandscape(step: number) {
    const moved = await chains.move(step)
    const rows = tf.tensor2d(heldOut.values, [heldOut.count, 2])
    try {
      const landscape = await landscapeOf(model, {
        step,
        box,
        noise: noiseNow(),
        noiseRatio: run.now.config.training.noiseRatio,
        truth,
        heldOut: rows,
        chains: moved,
        key: foldIn(key, 7),
      })
      logPartition = landscape.gridLogPartition
      show({ kind: 'landscape', landscape })
    } finally {
      rows.dispose()
    }
  }

  const unit = settings.source === 'file' ? ' (standard deviations from its mean)' : ''
  const [across, up] = data.columns.map(({ name }) => `${name}${unit}`)
  return {
    about: {
      axes: [across, up],
      box,
      rows: heldOut.values.slice(0, 2 * shownRows),
      remark: made.own?.remark,
    },
    preview: showNoise,
    look: showLandscape,
    async changed(step, running) {
      await showNoise()
      if (!running) await showLandscape(step)
    },
    stored: checkpoint => withLogPartition(model, checkpoint, logPartition),
    dispose: () => chains.dispose(),
  }
}
