import type { BothDirections } from './report.ts'
import type { HeldOutTask } from './tasks.ts'

/**
 * The ridge floor of each held-out task, as `npm run floor` measures it; CI holds it to these. It depends on pictures,
 * captions and splits alone, not on what is trained: nobody need wait for it.
 */
export const floorFigures: Readonly<Record<HeldOutTask['name'], BothDirections>> = {
  unseenVendor: {
    textToImage: { r1: 0.33793103448275863, r5: 0.550191570881226, r10: 0.6375478927203065 },
    imageToText: { r1: 0.12183908045977011, r5: 0.2689655172413793, r10: 0.36168582375478925 },
  },
  unseenCombinations: {
    textToImage: { r1: 0.2786163522012579, r5: 0.7484276729559749, r10: 0.9037735849056604 },
    imageToText: { r1: 0.43018867924528303, r5: 0.8301886792452831, r10: 0.909433962264151 },
  },
  unseenConcepts: {
    textToImage: { r1: 0.12809951988122745, r5: 0.31869829144765993, r10: 0.402102465248261 },
    imageToText: { r1: 0.06747404844290658, r5: 0.2491349480968858, r10: 0.32006920415224915 },
  },
}
