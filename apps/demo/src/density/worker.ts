import { serveLab } from '../shell/lab-worker.ts'
import { densityWork } from './work.ts'

serveLab(densityWork)
