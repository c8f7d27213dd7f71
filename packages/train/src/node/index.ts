export {
  checkpointsIn,
  latestWholeCheckpoint,
  loadCheckpoint,
  readLatest,
  type SaveCheckpointOptions,
  saveCheckpoint,
  type WholeCheckpoint,
} from './run-checkpoints.ts'
export { createRun, hasReport, mergeReport, readRun, refuseRun, writeReport } from './run-info.ts'
export { lockRun } from './run-lock.ts'
export { appendLog, type LogEntry, readLog, trimLog } from './run-log.ts'
