import { startDensityLab } from './density/lab.ts'

startDensityLab()
