export {
  checkpointsIn,
  type LatestCheckpoints,
  latestWholeCheckpoint,
  loadCheckpoint,
  readLatest,
  readSafetensors,
  type SaveCheckpointOptions,
  saveCheckpoint,
  type WholeCheckpoint,
} from './run-checkpoints.ts'
export { createRun, mergeReport, type RunInfo, readRun, runSchemaVersion, writeReport } from './run-info.ts'
export { appendLog, type LogEntry, readLog, trimLog } from './run-log.ts'
