import { expect, it } from 'vitest'
import { sceneSize, sceneWords, shapeScene } from './shape-scenes.ts'

it('draws the same scene from the same seed, in what its caption says', () => {
  const scenes = Array.from({ length: 200 }, (_, seed) => shapeScene(seed))
  expect(shapeScene(7)).toEqual(scenes[7])
  expect(new Set(scenes.map(({ caption }) => caption)).size).toBeGreaterThan(100)
  for (const { pixels, caption, ids } of scenes) {
    expect(pixels.length).toBe(sceneSize * sceneSize * 3)
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...pixels)).toBeLessThanOrEqual(1)
    expect(
      [...ids]
        .filter(id => id > 0)
        .map(id => sceneWords[id])
        .join(' '),
    ).toBe(caption)
    // Blue alone has a pixel of blue 0.95.
    expect(pixels.includes(Math.fround(0.95)), caption).toBe(/blue|yellow/.test(caption))
  }
})

it('puts the first object where the relation says', () => {
  let seen = 0
  for (let seed = 0; seed < 400; seed++) {
    const { pixels, caption } = shapeScene(seed)
    const match = /^red \w+ (left of|above) blue/.exec(caption)
    if (match === null) continue
    seen++
    const centre = (red: boolean) => {
      let [count, along] = [0, 0]
      for (let i = 0; i < sceneSize * sceneSize; i++) {
        if (pixels[3 * i + (red ? 0 : 2)] < 0.5) continue
        count++
        along += match[1] === 'above' ? Math.floor(i / sceneSize) : i % sceneSize
      }
      return along / count
    }
    expect(centre(true), caption).toBeLessThan(centre(false) - 6)
  }
  expect(seen).toBeGreaterThan(3)
})
