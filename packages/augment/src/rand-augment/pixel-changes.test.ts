import { describe, expect, it } from 'vitest'
import fixtures from '../../fixtures/pillow.json?raw'
import type { PictureChange } from './picture-values.ts'
import { autocontrast, equalize, posterize, sharpness, solarizeValues } from './pixel-changes.ts'

const fixture: {
  readonly height: number
  readonly width: number
  readonly bytes: string
  readonly cases: readonly { readonly operation: string; readonly amount: number; readonly bytes: string }[]
} = JSON.parse(fixtures)
const { height, width } = fixture
const bytesOf = (text: string) => Uint8Array.from(atob(text), character => character.charCodeAt(0))

const changes: Readonly<Record<string, (amount: number) => PictureChange>> = {
  posterize,
  solarize: at => solarizeValues(at / 255),
  sharpness,
  autocontrast: () => autocontrast,
  equalize: () => equalize,
}

/** How far Pillow's whole levels may lie, in 1/255: it cuts sums off, of sharpness the smoothed picture and the blend. */
const tolerances: Readonly<Record<string, number>> = { sharpness: 2, autocontrast: 1 }

describe('parity with Pillow', () => {
  it.each(fixture.cases)('$operation $amount', ({ operation, amount, bytes }) => {
    const values = Float32Array.from(bytesOf(fixture.bytes), byte => byte / 255)
    changes[operation](amount)({ values, height, width, channels: 3 })
    const worst = Math.max(...Array.from(bytesOf(bytes), (byte, i) => Math.abs(255 * values[i] - byte)))
    expect(worst).toBeLessThan((tolerances[operation] ?? 0) + 1e-4)
  })
})

describe('of one channel, against the equation in float64', () => {
  const [rows, columns] = [5, 4]
  const before = Array.from({ length: rows * columns }, (_, i) =>
    Math.fround(0.1 + 0.7 * Math.sin(i * i) ** 2),
  )
  const changed = (change: PictureChange) => {
    const values = Float32Array.from(before)
    change({ values, height: rows, width: columns, channels: 1 })
    return values
  }

  it.each([0, 0.4, 1, 1.9])('sharpness %f weighs a pixel and its mean over nine', factor => {
    const values = changed(sharpness(factor))
    before.forEach((x, i) => {
      const [v, u] = [Math.floor(i / columns), i % columns]
      const inner = v > 0 && v < rows - 1 && u > 0 && u < columns - 1
      let mean = (4 * x) / 13
      for (const dv of [-1, 0, 1])
        for (const du of [-1, 0, 1]) mean += before[(v + dv) * columns + u + du] / 13
      const expected = inner ? Math.min(1, Math.max(0, factor * x + (1 - factor) * mean)) : x
      expect(Math.abs(values[i] - expected)).toBeLessThan(1e-6)
    })
  })

  it('autocontrast reaches from 0 to 1', () => {
    const [least, most] = [Math.min(...before), Math.max(...before)]
    changed(autocontrast).forEach((value, i) => {
      expect(Math.abs(value - (before[i] - least) / (most - least))).toBeLessThan(1e-6)
    })
  })

  it('a picture of one level stays as it is', () => {
    for (const change of [autocontrast, equalize]) {
      const values = new Float32Array(900).fill(0.2)
      change({ values, height: 30, width: 30, channels: 1 })
      expect(values).toEqual(new Float32Array(900).fill(0.2))
    }
  })
})
