import type { PlaneSettings } from '@chiaro/tasks'
import { margins } from '../shell/curves.ts'
import type { Losses } from '../shell/messages.ts'
import type { Landscape } from './messages.ts'

/** Everything the plots show; what is absent is not drawn yet. */
export interface View {
  readonly axes: readonly [string, string]
  readonly box: Landscape['box']
  readonly rows: Float32Array
  readonly noiseRows: Float32Array
  readonly landscape?: Landscape
  readonly losses: Losses
  readonly objective: PlaneSettings['objective']
  readonly optimum?: number
  readonly indifferent?: number
  readonly partitions: readonly {
    readonly step: number
    readonly grid: number
    readonly learned?: number
  }[]
  /** Where noise or ν changed in mid-run. */
  readonly changes: readonly { readonly step: number; readonly label: string }[]
  /** Where the keyboard's cross stands, when points are drawn. */
  readonly cross?: readonly [number, number]
}

/** The height of a square within a plot's margins. */
export const squareIn = (width: number, marginLeft: number) =>
  width - marginLeft - margins.marginRight + margins.marginTop + margins.marginBottom
