export { type LaunchedRank, launchedRank } from './launched-rank.ts'
export { type OpenCommunicatorOptions, openCommunicator } from './open-communicator.ts'
