import { repairCumulations } from './cumulations.ts'
import { repairEmptyReductions } from './empty-reductions.ts'
import { repairKeptDimensions } from './kept-dimensions.ts'

/** Replaces what tfjs computes wrongly on a graphics backend whose package is loaded. Twice does no more than once. */
export function repairGraphicsBackend(name: 'webgl' | 'webgpu'): void {
  if (repaired.has(name)) return
  repaired.add(name)
  repairEmptyReductions(name)
  if (name !== 'webgpu') return
  repairCumulations()
  repairKeptDimensions()
}

const repaired = new Set<string>()
