import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { rowsOf } from './beside.ts'
import { gallery } from './gallery.ts'

const notes = fileURLToPath(new URL('notes/', import.meta.url))

describe('the gallery', () => {
  it('works every equation of the notes, 1.1 to 1.20, in order', () => {
    expect(gallery.map(({ equation }) => equation)).toEqual(
      Array.from({ length: 20 }, (_, i) => `1.${i + 1}`),
    )
    expect(readdirSync(notes)).toHaveLength(20)
  })
  it.each(readdirSync(notes))('%s has under 60 lines', file => {
    expect(readFileSync(`${notes}/${file}`, 'utf8').split('\n').length).toBeLessThan(60)
  })
})

describeBackends(
  'the gallery',
  () => {
    it.each(gallery)('$equation $title', async example => {
      const before = tf.memory().numTensors
      const rows = await rowsOf(example)
      expect(rows.length).toBeGreaterThan(0)
      for (const { what, got, closedForm, tolerance } of rows) {
        expect(Math.abs(got - closedForm), `${what}: ${got} beside ${closedForm}`).toBeLessThanOrEqual(
          tolerance,
        )
      }
      expect(tf.memory().numTensors).toBe(before)
    })
  },
  { backends: ['wasm'] },
)
