// The gallery: node apps/gallery/dist/main.js [equation …] [--json FILE], as in `npm run gallery -- 1.3 1.20`.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { useBackend } from '@chiaro/backend'
import { rowsOf } from './beside.ts'
import { gallery } from './gallery.ts'

const { values, positionals: asked } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
})
const unknown = asked.filter(number => !gallery.some(({ equation }) => equation === number))
if (unknown.length > 0) {
  console.error(`no equation ${unknown.join(', ')}; there are ${gallery.map(one => one.equation).join(', ')}`)
  process.exit(2)
}
await useBackend('auto')
const measured = []
for (const example of gallery) {
  if (asked.length > 0 && !asked.includes(example.equation)) continue
  console.log(`\n(${example.equation}) ${example.title}`)
  const rows = await rowsOf(example)
  measured.push({ equation: example.equation, title: example.title, rows })
  for (const { what, got, closedForm, tolerance } of rows) {
    const agrees = Math.abs(got - closedForm) <= tolerance
    if (!agrees) process.exitCode = 1
    const figures = `${got.toFixed(5).padStart(12)}  closed form ${closedForm.toFixed(5).padStart(12)}`
    console.log(`  ${what.padEnd(52)} ${figures}  ${agrees ? 'agrees' : 'DIFFERS'} within ${tolerance}`)
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`)
