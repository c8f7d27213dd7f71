import { train } from './train.js'

const output = document.querySelector('output')
for await (const { step, loss } of train()) output.textContent = `step ${step}: loss ${loss.toFixed(4)}`
document.body.dataset.done = 'true'
