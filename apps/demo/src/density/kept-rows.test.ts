import { encodeSafetensors } from '@chiaro/train'
import { expect, it } from 'vitest'
import { keepRows, keptRows } from './kept-rows.ts'

const own = { values: Float32Array.of(1, 2, 3, 4), names: ['height', 'weight'] as const }

function saved(source: string, bytes?: Uint8Array) {
  const { config, beside } = keepRows(source as 'file', own)
  const rows = bytes === undefined ? beside : { 'rows.safetensors': bytes }
  return { info: { config }, beside: rows ?? {} } as unknown as Parameters<typeof keptRows>[0]
}

it('gives back what it kept', () => {
  expect(keptRows(saved('file'))).toEqual({ source: 'file', own })
  expect(keptRows(saved('moons'))).toEqual({ source: 'moons' })
})

it('refuses a set that is none, and rows that are none', () => {
  expect(() => keptRows(saved('oceans'))).toThrow('demo.source must be a set of this page, got "oceans"')
  const rows = (values: Float32Array, shape: number[]) =>
    saved('drawn', encodeSafetensors({ rows: { dtype: 'float32', shape, values } }))
  const message = 'its rows.safetensors must have rows of two finite numbers'
  expect(() => keptRows(rows(Float32Array.of(1, 2, 3), [3]))).toThrow(message)
  expect(() => keptRows(rows(Float32Array.of(1, Number.NaN), [1, 2]))).toThrow(message)
})
