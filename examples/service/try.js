// Asks the service: posts rows, waits until it has learned of them, posts more, and has rows scored while it learns anew.
const url = process.env.URL ?? `http://localhost:${process.env.PORT ?? 3000}`
const post = async (path, rows) => {
  const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(rows) })
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}
const state = async () => (await fetch(url)).json()
const row = () => {
  const north = Math.random() < 0.5
  // Two sites; in the north it is colder.
  return {
    temperature: (north ? 5 : 20) + 4 * (Math.random() + Math.random() - 1),
    site: north ? 'north' : 'south',
  }
}
const rows = count => Array.from({ length: count }, row)

await post('/rows', rows(400))
while (!(await state()).ready) await new Promise(resolve => setTimeout(resolve, 100))
await post('/rows', rows(400))
const asked = [
  { temperature: 6, site: 'north' },
  { temperature: 19, site: 'south' },
  { temperature: 20, site: 'north' },
]
const { logDensities, ranks } = await post('/score', asked)
const { learned } = await state()
if (ranks[2] !== 1) throw new Error('a warm day in the north must be the oddest')
console.log(
  `scored after ${learned} of 800 rows: ${logDensities.map(value => value.toFixed(2)).join(', ')} nats`,
)
