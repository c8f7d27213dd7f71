// Draws discs and squares in eight colours, four of each, and says in made/pairs.csv what they are.
import { mkdirSync, writeFileSync } from 'node:fs'
import { writePairs } from '@chiaro/data/node'

mkdirSync('made', { recursive: true })
const colours = ['red', 'green', 'blue', 'black', 'gold', 'pink', 'teal', 'navy']
const shapes = {
  disc: size => `<circle cx="16" cy="16" r="${size}"/>`,
  square: size => `<rect x="${16 - size}" y="${16 - size}" width="${2 * size}" height="${2 * size}"/>`,
}
const pairs = []
for (const colour of colours)
  for (const [shape, draw] of Object.entries(shapes))
    for (const size of [6, 8, 10, 12]) {
      const image = `${colour}-${shape}-${size}.svg`
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="white"/><g fill="${colour}">${draw(size)}</g></svg>`
      writeFileSync(`made/${image}`, svg)
      pairs.push({ image, text: `a ${colour} ${shape}` })
    }
await writePairs('made/pairs.csv', pairs)
