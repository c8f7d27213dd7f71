import { serveLab } from '../shell/lab-worker.ts'
import { simclrWork } from './work.ts'

serveLab(simclrWork)
