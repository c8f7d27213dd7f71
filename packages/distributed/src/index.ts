export { allGather } from './all-gather.ts'
export { clipLossOverRanks } from './clip-over-ranks.ts'
export {
  type Announced,
  type Collective,
  type Communicator,
  checkAgreement,
  communicatorOver,
  oneRank,
  type Transport,
} from './communicator.ts'
export { type FitOverRanksOptions, fitOverRanks, type StepOverRanks } from './fit-over-ranks.ts'
export { type InfoNceOverRanksOptions, infoNceLossOverRanks } from './info-nce-over-ranks.ts'
export { meanOverRanks } from './mean-over-ranks.ts'
export { type NtXentOverRanksOptions, ntXentLossOverRanks } from './nt-xent-over-ranks.ts'
export { type Rows, shares } from './shares.ts'
export { type SiglipOverRanksOptions, siglipLossOverRanks } from './siglip-over-ranks.ts'
export { sumOverRanks } from './sum-over-ranks.ts'
