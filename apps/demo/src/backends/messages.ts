import type { BackendName } from '@chiaro/backend'
import type { BackendWish } from '../shell/chosen-backend.ts'

export const workNames = ['product', 'clip', 'nce'] as const
export type WorkName = (typeof workNames)[number]

/** What the panel asks of a worker: to start a backend, and to measure it as well. */
export interface Request {
  readonly backend: BackendWish
  readonly measure: boolean
}

/** Bytes. */
export interface Memory {
  /** Of the tensors that the largest piece of work holds at once. */
  readonly tensors: number
  /** What the backend has taken from the system for them; absent where it does not say. */
  readonly heap?: number
}

export interface Measurement {
  /** Median milliseconds. */
  readonly times: Readonly<Record<WorkName, number>>
  /** The worst error of CLIP's gradient on this backend, relative to its largest entry. */
  readonly gradientError: number
  readonly memory: Memory
}

/** Of one backend, why it was chosen or not. */
export interface Considered {
  readonly name: BackendName
  readonly reason: string
}

/** What a worker tells the panel. */
export type Report =
  | {
      readonly kind: 'started'
      readonly name: BackendName
      readonly words: string
      readonly considered: readonly Considered[]
    }
  | { readonly kind: 'measuring'; readonly work: WorkName }
  | { readonly kind: 'measured'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly message: string }
