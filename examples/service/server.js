// An HTTP service that learns a density of the rows posted to it, and says of new ones how odd they are. It answers while it
// learns, by what it learned before; what it has learned is kept in a file, and there again when it starts anew.
//   POST /rows   [{ "temperature": 20.1, "site": "north" }, …]   keeps them, and learns of all it has
//   POST /score  [{ "temperature": 80.2, "site": "north" }]      { "logDensities": [nats], "ranks": [1 is the oddest] }
//   GET  /                                                       { "rows": 500, "step": 120, "ready": true }
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { useBackend } from '@chiaro/backend'
import { key } from '@chiaro/random'
import { density } from '@chiaro/tasks'

await useBackend('auto')
const file = process.env.MODEL ?? 'model.zip'
const rows = []
let model = existsSync(file) ? density.load(readFileSync(file)) : undefined
let [step, learned, taken, learning, problem] = [0, 0, 0, false]

/** Learns until it has learned of all rows. */
async function learn() {
  if (learning) return
  learning = true
  while (learned < rows.length)
    try {
      taken = rows.length
      const onStep = now => ([step, problem] = [now.step])
      const next = await density.train({ rows, key: key(1), steps: 400, noise: 'gaussian', onStep })
      model?.dispose() // once it has answered
      ;[model, learned] = [next, taken]
      writeFileSync(file, model.save())
    } catch (error) {
      problem = error.message // such as other columns: what is new is left out
      rows.splice(learned, taken - learned)
    }
  learning = false
}

const answers = {
  'GET /': () => ({ rows: rows.length, learned, step, problem, ready: model !== undefined }),
  'POST /rows': given => {
    rows.push(...given)
    learn()
    return { rows: rows.length }
  },
  'POST /score': async given => {
    if (model === undefined) throw new Error('post rows to /rows first, and wait until GET / is ready')
    const [logDensities, ranks] = await Promise.all([model.logDensity(given), model.anomalyRank(given)])
    return { logDensities: [...logDensities], ranks: [...ranks] }
  },
}

createServer(async (request, response) => {
  try {
    const answer = answers[`${request.method} ${request.url}`]
    if (answer === undefined) return response.writeHead(404).end()
    response.end(JSON.stringify(await answer(request.method === 'POST' && (await json(request)))))
  } catch (error) {
    response.writeHead(400).end(error.message)
  }
}).listen(Number(process.env.PORT ?? 3000))
