export { type ProgramOptions, runProgram } from './program.ts'
export type { ProgressStream, Terminal } from './terminal.ts'
