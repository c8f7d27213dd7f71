import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { openCommunicator } from '../node/open-communicator.ts'
import { clipRun, simclrRun, trainOnRanks } from './runs-in-test.ts'

const [folder, counts, threads] = process.argv.slice(2)
await useBackend('wasm', { threads: Number(threads) })
const communicator = openCommunicator({ patience: 30 })
const shares = counts.split(',').map(Number)
const results = {
  simclr: await trainOnRanks(simclrRun, communicator, shares, 30),
  clip: await trainOnRanks(clipRun, communicator, shares, 30),
}
writeFileSync(join(folder, `${communicator.rank}.json`), JSON.stringify(results))
communicator.close()
