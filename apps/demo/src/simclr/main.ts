import { startLab } from '../shell/lab-page.ts'
import { simclrPage } from './page.ts'

startLab(simclrPage)
