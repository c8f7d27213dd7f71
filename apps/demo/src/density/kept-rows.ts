import { decodeSafetensors, encodeSafetensors, type ReadRun } from '@chiaro/train'
import { cannotOpen } from '../shell/run-file.ts'
import type { OwnRows } from './messages.ts'
import { fields, type SourceName } from './settings.ts'

/** The user's rows beside a run, and where a run's rows come from. */
export function keepRows(source: SourceName, own: OwnRows | undefined) {
  const config = { source: { table: source }, demo: { source } }
  if (own === undefined) return { config }
  const { values, names } = own
  const rows = { dtype: 'float32', shape: [values.length / 2, 2], values } as const
  const bytes = encodeSafetensors({ rows }, { x: names[0], y: names[1] })
  return { config, beside: { 'rows.safetensors': bytes } }
}

/** What `keepRows` kept. @throws ChiaroError ('run') in words for the page, also for a run of the command */
export function keptRows({ info, beside }: Pick<ReadRun, 'info' | 'beside'>): {
  readonly source: SourceName
  readonly own?: OwnRows
} {
  const kept = info.config.demo as { readonly source: SourceName } | undefined
  if (kept === undefined) {
    const problem = 'it is no run of the density lab; the command’s own runs do not bring their table along'
    throw cannotOpen(problem)
  }
  const { source } = kept
  if (!Object.hasOwn(fields.choices.source, source)) {
    throw cannotOpen(`its run.json: demo.source must be a set of this page, got ${JSON.stringify(source)}`)
  }
  if (source !== 'drawn' && source !== 'file') return { source }
  const { 'rows.safetensors': bytes } = beside
  if (bytes === undefined) throw cannotOpen('it has no rows.safetensors')
  const { tensors, metadata } = decodeSafetensors(bytes)
  const { values, shape } = tensors.rows ?? {}
  if (!(values instanceof Float32Array) || shape?.[1] !== 2 || !values.every(Number.isFinite)) {
    throw cannotOpen('its rows.safetensors must have rows of two finite numbers')
  }
  return { source, own: { values, names: [metadata.x ?? 'x', metadata.y ?? 'y'] } }
}
