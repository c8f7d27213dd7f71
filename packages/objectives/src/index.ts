export { type ClipLossOptions, clipLoss } from './clip-loss.ts'
