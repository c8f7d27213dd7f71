import { ChiaroError, type RandomKey } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import {
  type Features,
  type FewLabelResult,
  type Geometry,
  type Labelled,
  maximumIterations,
  type Probe,
  type ProbeResult,
  probeAll,
  probeFew,
} from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import type { Labels } from '../data/labels.ts'
import type { SkipBadOption } from '../flags.ts'
import { showProgress } from '../progress.ts'

export const baselines = ['untrained', 'pixels', 'columns'] as const
export type Baseline = (typeof baselines)[number]

export interface ProbingOptions extends SkipBadOption {
  readonly images?: string
  readonly labels?: string
  readonly testImages?: string
  readonly testLabels?: string
  readonly probe: readonly Probe[]
  /** Draws of so many labelled rows in place of all of them. */
  readonly probeLabels?: number
  readonly probeDraws: number
  readonly probeC: number
  readonly neighbours: number
  readonly neighbourTemperature: number
  readonly baseline: readonly Baseline[]
  readonly seed: number
}

/** The probes of one representation. */
export type Probed = Readonly<Partial<Record<Probe, ProbeResult | FewLabelResult>>>

export interface Evaluation extends Probed {
  readonly geometry: Geometry
  readonly baselines: Readonly<Partial<Record<Baseline, Probed>>>
  readonly rows: {
    readonly train: number
    readonly test: number
    /** How many of the test pictures or rows are among the training ones, pixel for pixel or cell for cell. */
    readonly shared: number
  }
  readonly classNames: readonly string[]
}

interface Representation<Samples extends Labels> {
  readonly train: Samples
  readonly test: Samples
  readonly features: (samples: Samples) => Promise<Features>
  readonly random: RandomKey
}

/** The probes of one representation of labelled samples. */
export async function probesOf<Samples extends Labels>(
  title: string,
  { train, test, features, random }: Representation<Samples>,
  options: ProbingOptions,
  { terminal, signal }: CommandContext,
): Promise<Probed> {
  const settings = {
    classes: train.classNames.length,
    c: options.probeC,
    neighbours: options.neighbours,
    temperature: options.neighbourTemperature,
    key: foldIn(random, 0),
    signal,
  }
  const labelled = async (samples: Samples): Promise<Labelled> => ({
    features: await features(samples),
    labels: samples.labels,
  })
  const [known, asked] = [await labelled(train), await labelled(test)]
  const results: Partial<Record<Probe, ProbeResult | FewLabelResult>> = {}
  for (const probe of options.probe) {
    if (options.probeLabels !== undefined) {
      terminal.note(`${title}: ${probe} probe`)
      const few = { count: options.probeLabels, draws: options.probeDraws }
      results[probe] = await probeFew(probe, known, asked, { ...settings, ...few })
    } else if (probe === 'linear') {
      const progress = showProgress(terminal, `linear probe (${title})`, maximumIterations, 'iteration')
      const onIteration = (iteration: number) => progress.update(iteration)
      results[probe] = await probeAll(probe, known, asked, { ...settings, onIteration }).finally(
        progress.stop,
      )
    } else {
      terminal.note(`${title}: ${probe} probe`)
      results[probe] = await probeAll(probe, known, asked, settings)
    }
  }
  return results
}

/** The test labels by the training classes' numbers: test classes are any of those, told by name. */
export function byNameOf(train: Labels, test: Labels, what: string, flag: string): Labels {
  const numbers = test.classNames.map(name => train.classNames.indexOf(name))
  const unknown = test.classNames.filter((_, i) => numbers[i] < 0)
  if (unknown.length === 0) {
    return { labels: test.labels.map(label => numbers[label]), classNames: train.classNames }
  }
  const expected = `some of the training ${what}s' (${train.classNames.join(', ')})`
  const got = unknown.join(', ')
  throw new ChiaroError('data', `evaluate: test classes must be ${expected}, got ${got}`, flag)
}

/** Refuses a baseline that there is not of what was learned. */
export function checkBaselines(asked: readonly Baseline[], able: readonly Baseline[], what: string): void {
  const other = asked.find(baseline => !able.includes(baseline))
  if (other === undefined) return
  const problem = `--baseline must be some of ${able.join(', ')} for a run over ${what}s, got ${other}`
  throw new ChiaroError('data', `evaluate: ${problem}`, '--baseline')
}
