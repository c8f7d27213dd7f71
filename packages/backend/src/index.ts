export type { BackendName, GraphicsBackend } from './backend.ts'
export { type BackendReport, backendReport, type OwnReports, type WasmReport } from './backend-report.ts'
export type { WayToMultiplyAdd } from './engine-flags.ts'
export {
  type BackendChoice,
  type ConsideredBackend,
  type UseBackendOptions,
  useBackend,
} from './use-backend.ts'
