import { startLab } from '../shell/lab-page.ts'
import { clipPage } from './page.ts'

startLab(clipPage)
