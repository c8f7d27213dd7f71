import { serveLab } from '../shell/lab-worker.ts'
import { clipWork } from './work.ts'

serveLab(clipWork)
