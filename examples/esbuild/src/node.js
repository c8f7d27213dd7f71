import { train } from './train.js'

async function main() {
  for await (const { step, loss } of train())
    if (step % 10 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)
}

main()
