import { chainsPlot, decisionPlot, densityPlot, rowsPlot } from './maps.ts'
import type { DensityLab, Landscape, NoiseView } from './messages.ts'
import { lossPlot, partitionPlot } from './plots.ts'
import type { View } from './view.ts'

/** The plots of a density of the plane. */
export const planePlots = {
  rows: rowsPlot,
  density: densityPlot,
  decision: decisionPlot,
  chains: chainsPlot,
  loss: lossPlot,
  partition: partitionPlot,
} as const

export type PlanePlot = keyof typeof planePlots

const noNoise: NoiseView = { rows: new Float32Array(), marks: {} }

/** What a worker has shown of a run, as the plots take it. */
export function createPlaneView() {
  let landscape: Landscape | undefined
  let noise = noNoise
  let partitions: View['partitions'] = []
  return {
    clear() {
      landscape = undefined
      noise = noNoise
      partitions = []
    },
    /** Takes what is shown; the plots that change by it. */
    show(shown: DensityLab['shown']): readonly PlanePlot[] {
      if (shown.kind === 'noise') {
        noise = shown.noise
        return ['rows', 'loss']
      }
      landscape = shown.landscape
      const { step, gridLogPartition: grid, learnedLogPartition: learned } = landscape
      partitions = [...partitions, { step, grid, learned }]
      return ['density', 'decision', 'chains', 'partition']
    },
    landscape: () => landscape,
    optimum: () => noise.marks.optimum,
    seen: () => ({ landscape, partitions, noiseRows: noise.rows, ...noise.marks }),
  }
}
