import type { BatchPart, EnergyModel, NoiseDistribution, RandomKey } from '@chiaro/core'
import type { ColumnBlock } from '@chiaro/data'
import type { ExactEnergyModel } from '@chiaro/energy'
import type { NoiseSpec } from '@chiaro/noise'
import type * as tf from '@tensorflow/tfjs-core'
import type { Rows } from '../../rows/encoded-rows.ts'

/** Settings that belong to some energies only. */
export interface EnergyNumbers {
  /** Hidden layers of a network. */
  readonly widths: readonly number[]
  /** Gaussians of a mixture. */
  readonly components: number
  readonly experts: number
  /** Hidden units of a Boltzmann machine. */
  readonly hidden: number
}

/** What an energy is made for. */
export interface EnergyContext {
  readonly noise: NoiseDistribution
  /** Where each column lies in a row. */
  readonly blocks: readonly ColumnBlock[]
  /** Numbers a row. */
  readonly width: number
  /** How many bridges the objective learns, if it learns some. */
  readonly bridges?: number
  /** What `fit` found. */
  readonly fitted?: NoiseSpec
}

/** An energy of encoded rows, with what else is known of it. */
export interface MadeEnergy {
  readonly energy: EnergyModel
  /** E + log q where the noise's log q is part of the energy and cancels. */
  readonly tilt?: EnergyModel
  /** Parts of the tilt, a bridge each. */
  readonly bridges?: readonly EnergyModel[]
  /** Of an energy whose log Z and draws are known. */
  readonly exact?: Pick<ExactEnergyModel, 'exactLogPartition' | 'sample'>
  /** A step of its own sampler, rows to rows; some of more rows move as they would among all. */
  gibbsStep?(key: RandomKey, rows: tf.Tensor, part?: BatchPart): tf.Tensor2D
}

/** A form of an energy: what it is told, what it is a density of, and how it is made. */
export interface EnergyKind<Own extends keyof EnergyNumbers = never> {
  /** The settings that belong to it. */
  readonly needs: readonly Own[]
  /** The columns that it is a density of; binary ones are categories, two of each. */
  readonly columns: 'any' | 'numeric' | 'binary'
  /** How many derivatives in x it has everywhere. */
  readonly derivatives: 1 | 2
  /** What trains it well where nothing else is asked for. */
  readonly defaults: { readonly learningRate: number; readonly weightDecay: number }
  /** Fits where it begins. */
  fit?(
    rows: Rows,
    numbers: Pick<EnergyNumbers, Own>,
    key: RandomKey,
    signal?: AbortSignal,
  ): Promise<NoiseSpec>
  make(context: EnergyContext & Pick<EnergyNumbers, Own>, key: RandomKey): MadeEnergy
}

/** Of networks, and of the few numbers of a closed form: these move far, and decay would bias them. */
export const [ofNetworks, ofForms] = [
  { learningRate: 2e-3, weightDecay: 1e-2 },
  { learningRate: 2e-2, weightDecay: 0 },
]
