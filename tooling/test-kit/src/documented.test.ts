import { expect, it } from 'vitest'
import page from '../../../docs/backends.md?raw'
import { exceptions } from './exceptions.ts'
import { tolerances } from './tolerances.ts'

const rows = page.split('\n').map(line => line.split('|').map(cell => cell.trim()))

it('documents the tolerance of each backend', () => {
  for (const [name, { absolute, relative }] of Object.entries(tolerances)) {
    const row = rows.find(cells => cells[1] === name)
    const written = (value: number) =>
      value === 0 ? 'as the test says' : value.toExponential().replace('e-0', 'e-')
    expect(row?.slice(2, 4), name).toEqual([written(absolute), written(relative)])
  }
})

it('documents every exception with its reason', () => {
  for (const { what, backends, because } of exceptions) {
    expect(rows.find(cells => cells[1] === what)?.slice(2, 4)).toEqual([backends.join(', '), because])
  }
})
