export { endAllRanks, type Launcher, launcherOf } from './launcher.ts'
export { type MpiLibraryFound, type MpiReport, mpiReport } from './mpi-report.ts'
export { defaultPatience, type OpenCommunicatorOptions, openCommunicator } from './open-communicator.ts'
