// The main job, `npm start`: real image–text pairs from npm's free emoji sets, a CLIP model trained on them through
// the command line a user would type, and what it makes of pictures and words it has never seen.
// [--seed N] [--out FOLDER] [--validate FOLD] [--draw] [-- flags of chiaro train clip]: with --validate on a fold of the
// emoji that are trained on, which hyperparameters are chosen by; with --draw pictures and tables are made, and no more;
// flags behind -- come after the recipe's and win.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writePairs } from '@chiaro/data/node'
import { writeReport } from '@chiaro/train/node'
import { drawPictures, openEmojiSet, pictures, root } from './emoji-set.ts'
import { floorFigures } from './floor-figures.ts'
import { pictureSize } from './rasterise.ts'
import { trainingArguments } from './recipe.ts'
import { type BothDirections, formatReport, meanOf, type TaskReport } from './report.ts'
import { runChiaro } from './run-chiaro.ts'
import { folds } from './splits.ts'
import { type HeldOutTask, unseenVendor } from './tasks.ts'

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    out: { type: 'string' },
    validate: { type: 'string' },
    draw: { type: 'boolean' },
  },
  allowPositionals: true,
})
const seed = Number(values.seed ?? 1)
const run = values.out ?? join(root, 'runs/emoji')
const fold = values.validate === undefined ? undefined : Number(values.validate)
if (fold !== undefined && !(Number.isInteger(fold) && fold >= 0 && fold < folds))
  throw new Error(`--validate must be a fold from 0 to ${folds - 1}, got ${values.validate}`)
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

/** A table beside the pictures; those of a fold have names of their own. */
function table(name: string): string {
  return join(pictures, fold === undefined ? `${name}.csv` : `fold-${fold}-${name}.csv`)
}

function tableOf(task: HeldOutTask['name'], gallery: string, part: 'queries' | 'candidates'): string {
  return table(`${task}-${gallery}-${part}`)
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
    // Of the set that judges alone.
    floor: fold === undefined ? floorFigures[task.name] : undefined,
    chance: meanOf(evaluations.map(({ chance }) => chance)),
  }
}

const set = openEmojiSet({ fold })
const { emoji, vendors, training, tasks } = set

say(`drawing ${emoji.length} emoji by ${vendors.length} vendors, ${pictureSize} × ${pictureSize} pixels`)
await mkdir(pictures, { recursive: true })
await drawPictures(set)
await writePairs(table('train'), training)
for (const { name, galleries } of tasks) {
  for (const gallery of galleries) {
    await writePairs(tableOf(name, gallery.name, 'queries'), gallery.queries)
    await writePairs(tableOf(name, gallery.name, 'candidates'), gallery.candidates)
  }
}
if (values.draw) process.exit()

const trainArguments = ['train', 'clip', '--pairs', table('train'), '--out', run]
say(`training: chiaro ${trainArguments.join(' ')} …`)
await rm(run, { recursive: true, force: true })
await runChiaro([...trainArguments, '--seed', String(seed), '--json', ...trainingArguments, ...positionals])
const { seconds } = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as { seconds: number }

say('asking about what it has never seen')
const reports: { name: string; title: string; report: TaskReport }[] = []
for (const task of tasks) {
  reports.push({ name: task.name, title: task.title, report: await evaluate(task) })
}
await writeReport(run, {
  seed,
  ...(fold !== undefined && { fold }),
  seconds,
  ...Object.fromEntries(reports.map(({ name, report }) => [name, report])),
})

console.log(`\n${formatReport(reports)}\n`)
say(
  `trained for ${Math.round(seconds)} s; the run is in ${run}, the figures above in ${join(run, 'report.json')}`,
)
const unseenPictures = join(pictures, unseenVendor)
if (fold !== undefined) process.exit()
console.log('\nNow ask it, among pictures by the vendor it has never seen:\n')
console.log(`  npx chiaro search ${run} --text "a red heart" --images ${unseenPictures}\n`)
process.stdout.write(await runChiaro(['search', run, '--text', 'a red heart', '--images', unseenPictures]))
