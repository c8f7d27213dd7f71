import { startClipLab } from './lab.ts'

startClipLab()
