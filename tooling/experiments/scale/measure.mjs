/**
 * SimCLR by the recipe fashion-simclr on the ranks that a launcher started, one thread each: milliseconds of a step, of what
 * ranks exchange in it, and how much of that is sent.
 *
 * mpirun -n 2 node tooling/experiments/scale/measure.mjs <folder of the four IDX files> [--steps 30] [--batch-size 256]
 *
 * Rank 0 prints one line of JSON.
 */
import { useBackend } from '@chiaro/backend'
import { openCommunicator } from '@chiaro/distributed/node'
import { key } from '@chiaro/random'
import { picturesOf, readSettings, recipes, simclr, trainModel } from '@chiaro/tasks'
import { fashionMnist } from '../fashion-mnist/pictures.mjs'

const [folder] = process.argv.slice(2)
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const [steps, batchSize] = [option('--steps', 30), option('--batch-size', 256)]

await useBackend('wasm', { threads: 1 })
const ranks = counted(openCommunicator())
const { training } = await fashionMnist(folder)
const { settings } = recipes.find(({ name }) => name === 'fashion-simclr')
const given = { ...settings, steps, warmupSteps: 5, batchSize }
const config = simclr.configure(readSettings('measure', simclr.settings, given), picturesOf(training), key(1))
const model = simclr.prepare(config, key(1))
const rows = []
let before = 0
await trainModel(simclr, model, picturesOf(training), key(1), {
  ranks,
  onStep({ seconds, waited = [0] }) {
    // The rank that waits least is the one that the others wait for: what it spends is the exchange itself.
    rows.push({ seconds, exchanging: Math.min(...waited), sent: ranks.sent() - before })
    before = ranks.sent()
  },
})
const median = name =>
  rows
    .slice(3)
    .map(row => row[name])
    .sort((a, b) => a - b)[(rows.length - 3) >> 1]
if (ranks.rank === 0) {
  const parameters = Object.values(model.parameters).reduce((sum, { size }) => sum + size, 0)
  const figures = { ranks: ranks.size, batchSize, parameters, milliseconds: 1000 * median('seconds') }
  console.log(
    JSON.stringify({
      ...figures,
      exchanging: 1000 * median('exchanging'),
      megabytes: (4 * median('sent')) / 1e6,
    }),
  )
}
ranks.close()

/** The communicator, with how many numbers this rank has sent by it. */
function counted(communicator) {
  let sent = 0
  const others = communicator.size - 1
  const counting =
    (name, sizeOf) =>
    (...call) => {
      sent += sizeOf(call[0])
      return communicator[name](...call)
    }
  return {
    ...communicator,
    allGather: counting('allGather', values => others * values.length),
    exchange: counting('exchange', parts =>
      parts.reduce((sum, { length }, r) => sum + (r === communicator.rank ? 0 : length), 0),
    ),
    // Few numbers go to all; of many each rank gets its part, and its sum goes to all.
    sum: counting('sum', ({ length }) =>
      length <= 4096 ? others * length : (2 * others * length) / communicator.size,
    ),
    sent: () => sent,
  }
}
