import { startBackendPanel } from './panel.ts'

startBackendPanel()
