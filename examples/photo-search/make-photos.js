// Photos to try it with: beaches, woods and evenings, twelve of each, as BMP files in made/.
import { mkdirSync, writeFileSync } from 'node:fs'

const [side, header] = [64, 54]
const scenes = {
  beach: ({ y, wave }) =>
    y + wave < 0.45 ? [120, 180, 240] : y + wave < 0.6 ? [40, 110, 190] : [230, 205, 150],
  wood: ({ x, y, wave }) => (Math.sin(18 * x + 9 * wave) > 0.3 ? [70, 50, 30] : [30, 100 - 40 * y, 40]),
  evening: ({ y, wave }) => (y + wave < 0.7 ? [60 + 180 * y, 40 + 60 * y, 90] : [20, 20, 35]),
}
mkdirSync('made', { recursive: true })
for (const [name, colourAt] of Object.entries(scenes))
  for (let i = 0; i < 12; i++) {
    const file = Buffer.alloc(header + 3 * side * side)
    file.write('BM')
    file.writeUInt32LE(file.length, 2)
    file.writeUInt32LE(header, 10)
    file.writeUInt32LE(40, 14)
    file.writeInt32LE(side, 18)
    file.writeInt32LE(-side, 22) // from above
    file.writeUInt16LE(1, 26)
    file.writeUInt16LE(24, 28)
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        const [x, y] = [column / side, row / side]
        const wave = 0.05 * Math.sin(6 * x + i) + 0.01 * i - 0.06
        const shade =
          0.85 + 0.3 * ((Math.sin(12.9898 * column + 78.233 * row + i) * 43758.5) % 0.5) + 0.01 * i
        const colour = colourAt({ x, y, wave }).map(value =>
          Math.max(0, Math.min(255, Math.round(value * shade))),
        )
        file.set(colour.reverse(), header + 3 * (row * side + column))
      }
    writeFileSync(`made/${name}-${i}.bmp`, file)
  }
