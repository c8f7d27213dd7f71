// esbuild carries no assets along by themselves: copy-assets.js lays them beside the script, and this says where.
import { train } from './train.js'

const output = document.querySelector('output')
for await (const { step, loss } of train({ wasmPaths: './' }))
  output.textContent = `step ${step}: loss ${loss.toFixed(4)}`
document.body.dataset.done = 'true'
