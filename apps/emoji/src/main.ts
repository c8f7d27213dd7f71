// The main job, `npm start`: real image–text pairs from npm's free emoji sets, a CLIP model trained on them through
// the command line a user would type, and what it makes of pictures and words it has never seen.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePairs } from '@chiaro/data/node'
import { writeReport } from '@chiaro/train/node'
import { drawPictures, openEmojiSet, pictures, root } from './emoji-set.ts'
import { floorFigures } from './floor-figures.ts'
import { pictureSize } from './rasterise.ts'
import { trainingArguments } from './recipe.ts'
import { type BothDirections, formatReport, meanOf, type TaskReport } from './report.ts'
import { runChiaro } from './run-chiaro.ts'
import { type HeldOutTask, unseenVendor } from './tasks.ts'

const seedAt = process.argv.indexOf('--seed')
const outAt = process.argv.indexOf('--out')
const seed = seedAt < 0 ? 1 : Number(process.argv[seedAt + 1])
const run = outAt < 0 ? join(root, 'runs/emoji') : process.argv[outAt + 1]
const began = performance.now()

/** What `chiaro evaluate --json` prints of pairs. */
interface Evaluation {
  readonly retrieval: BothDirections
  readonly chance: BothDirections
}

function say(line: string): void {
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(`[${String(seconds).padStart(3)} s] ${line}`)
}

function tableOf(task: HeldOutTask['name'], gallery: string, part: 'queries' | 'candidates'): string {
  return join(pictures, `${task}-${gallery}-${part}.csv`)
}

async function evaluate(task: HeldOutTask): Promise<TaskReport> {
  const evaluations: Evaluation[] = []
  for (const { name } of task.galleries) {
    const pairs = ['--pairs', tableOf(task.name, name, 'queries')]
    const candidates = ['--candidates', tableOf(task.name, name, 'candidates')]
    evaluations.push(JSON.parse(await runChiaro(['evaluate', run, ...pairs, ...candidates, '--json'])))
  }
  return {
    candidates: task.galleries[0].candidates.length,
    queries: task.galleries[0].queries.length,
    model: meanOf(evaluations.map(({ retrieval }) => retrieval)),
    floor: floorFigures[task.name],
    chance: meanOf(evaluations.map(({ chance }) => chance)),
  }
}

const set = openEmojiSet()
const { emoji, vendors, training, tasks } = set

say(`drawing ${emoji.length} emoji by ${vendors.length} vendors, ${pictureSize} × ${pictureSize} pixels`)
await mkdir(pictures, { recursive: true })
await drawPictures(set)
await writePairs(join(pictures, 'train.csv'), training)
for (const { name, galleries } of tasks) {
  for (const gallery of galleries) {
    await writePairs(tableOf(name, gallery.name, 'queries'), gallery.queries)
    await writePairs(tableOf(name, gallery.name, 'candidates'), gallery.candidates)
  }
}

const trainArguments = ['train', 'clip', '--pairs', join(pictures, 'train.csv'), '--out', run]
say(`training: chiaro ${trainArguments.join(' ')} …`)
await rm(run, { recursive: true, force: true })
await runChiaro([...trainArguments, '--seed', String(seed), '--json', ...trainingArguments])
const { seconds } = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as { seconds: number }

say('asking about what it has never seen')
const reports: { name: string; title: string; report: TaskReport }[] = []
for (const task of tasks) {
  reports.push({ name: task.name, title: task.title, report: await evaluate(task) })
}
await writeReport(run, {
  seed,
  seconds,
  ...Object.fromEntries(reports.map(({ name, report }) => [name, report])),
})

console.log(`\n${formatReport(reports)}\n`)
say(
  `trained for ${Math.round(seconds)} s; the run is in ${run}, the figures above in ${join(run, 'report.json')}`,
)
const unseenPictures = join(pictures, unseenVendor)
console.log('\nNow ask it, among pictures by the vendor it has never seen:\n')
console.log(`  npx chiaro search ${run} --text "a red heart" --images ${unseenPictures}\n`)
process.stdout.write(await runChiaro(['search', run, '--text', 'a red heart', '--images', unseenPictures]))
