import { densityPage } from './density/page.ts'
import { startLab } from './shell/lab-page.ts'

startLab(densityPage)
