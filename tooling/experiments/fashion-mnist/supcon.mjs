/**
 * SupCon with all 60,000 labels, then a linear probe of the frozen encoder: the recipe of recipe.json with what is changed
 * below.
 *
 * node tooling/experiments/fashion-mnist/supcon.mjs <folder of the four IDX files> [--steps 900] [--seed 1] [--held-out]
 *
 * With --held-out it learns from the first 50,000 training pictures and is scored on the last 10,000, not on the test.
 */
import { useBackend } from '@chiaro/backend'
import { fashionMnist, range } from './pictures.mjs'
import { probeAll } from './probes.mjs'
import { createModel, recipe, trainSimclr } from './simclr.mjs'

const [folder] = process.argv.slice(2)
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const [steps, seed] = [option('--steps', 900), option('--seed', 1)]

/** Crops are milder: what is told apart is known, and need not be made hard. The features are means of 3 by 3 windows. */
const changes = { objective: 'supcon', temperature: 0.1, crop: [0.6, 1], jitter: 0.4, gamma: 0.3, grid: 3 }

await useBackend('wasm', { threads: 2 })
const whole = await fashionMnist(folder)
const parts = process.argv.includes('--held-out')
  ? { training: range(0, 50_000, whole.training), test: range(50_000, 60_000, whole.training) }
  : whole
const model = createModel({ ...recipe, ...changes }, parts.training, { seed, steps })
const { seconds, loss } = await trainSimclr(model, parts.training, {
  seed,
  onStep: ({ step, loss }) => step % 100 === 0 && console.error(`  step ${step}, loss ${loss}`),
})
// What was learned with labels fits them better than pictures never seen: a stronger λ than that of the other tables.
const { hits: _, ...probe } = await probeAll(x => model.encoder.embed(x), parts, { regularization: 1e-3 })
console.log(JSON.stringify({ steps, seed, ...changes, seconds, loss, ...probe }))
