import { startSimclrLab } from './lab.ts'

startSimclrLab()
