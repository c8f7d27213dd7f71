import { ChiaroError, disposeModel, type RandomKey } from '@chiaro/core'
import { foldIn, key } from '@chiaro/random'
import { copyTokenWeights, type Features, type Geometry, type TaskModel } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import type { Labels } from '../data/labels.ts'
import { keyOfRun, type OpenedRun } from '../open-run.ts'
import { type ProbedUnit, printProbes } from './print-probes.ts'
import {
  type Baseline,
  byNameOf,
  checkBaselines,
  type Evaluation,
  type Probed,
  type ProbingOptions,
  probesOf,
} from './probes-of.ts'

/** How labelled samples of one kind are read, embedded and compared. */
export interface SampleKind<Samples extends Labels> {
  readonly unit: ProbedUnit
  /** The baseline that takes no encoder, and what it sees; where there is one. */
  readonly raw?: {
    readonly name: Exclude<Baseline, 'untrained'>
    features(samples: Samples): Promise<Features>
  }
  /** The flags of the samples that probes are trained on, and asked about. */
  readonly flags: { readonly train: string; readonly test: string }
  open(which: 'train' | 'test'): Promise<Samples>
  embed(model: TaskModel, samples: Samples, title: string): Promise<Features>
  geometry(test: Samples, key: RandomKey): Promise<Geometry>
  count(samples: Samples): number
  /** How many test samples are among the training ones. */
  shared(test: Samples, train: Samples): number
}

/** Probes of a frozen encoder beside baselines, and how its embeddings lie; only the probes see the classes. */
export async function probeSamples<Samples extends Labels>(
  run: OpenedRun,
  kind: SampleKind<Samples>,
  options: ProbingOptions,
  context: CommandContext,
): Promise<Evaluation> {
  const { task, model } = run
  const { unit, raw } = kind
  checkBaselines(options.baseline, ['untrained', ...(raw === undefined ? [] : [raw.name])], unit)
  const [train, test] = await openBoth(kind)
  const random = key(options.seed)
  const probed = (title: string, features: (samples: Samples) => Promise<Features>) =>
    probesOf(title, { train, test, features, random }, options, context)
  const ofModel = (title: string, of: TaskModel) => probed(title, samples => kind.embed(of, samples, title))
  const trained = await ofModel('encoder', model)
  const others: Partial<Record<Baseline, Probed>> = {}
  for (const baseline of options.baseline) {
    if (baseline === raw?.name) others[baseline] = await probed(baseline, raw.features)
    else {
      // The very values that the run began with; how much the tokens of a bag weigh is not trained.
      const untrained = task.prepare(model.config, keyOfRun(run))
      copyTokenWeights(model, untrained)
      others.untrained = await ofModel('untrained', untrained).finally(() => disposeModel(untrained))
    }
  }
  const evaluation: Evaluation = {
    ...trained,
    geometry: await kind.geometry(test, foldIn(random, 1)),
    baselines: others,
    rows: { train: kind.count(train), test: kind.count(test), shared: kind.shared(test, train) },
    classNames: train.classNames,
  }
  printProbes(evaluation, context.terminal, unit)
  return evaluation
}

async function openBoth<Samples extends Labels>({
  unit,
  flags,
  open,
}: SampleKind<Samples>): Promise<readonly [train: Samples, test: Samples]> {
  const train = await open('train')
  if (train.classNames.length < 2) {
    const problem = `must have at least two classes, got ${train.classNames.join(', ')} only`
    throw new ChiaroError('data', `evaluate: ${flags.train} ${problem}`, flags.train)
  }
  const test = await open('test')
  return [train, { ...test, ...byNameOf(train, test, unit, flags.test) }]
}

/** The error about flags that an evaluation lacks. */
export function lacking({ task }: OpenedRun, needed: Readonly<Record<string, unknown>>): ChiaroError {
  const missing = Object.keys(needed).filter(name => needed[name] === undefined)
  return new ChiaroError('data', `evaluate: a ${task.name} run needs ${missing.join(' and ')}`, missing[0])
}
