import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { describeSettings } from './describe-settings.ts'
import { readSettings } from './read-settings.ts'
import { choice, flag, integer, integers, kept, number, text, texts } from './setting.ts'

const settings = z.object({
  steps: integer('how long', { least: 1, most: 100, default: 10 }),
  rate: number('how fast', { least: 0, most: 1 }),
  kind: choice('which', ['a', 'b'], { default: 'a' }),
  widths: integers('layers', { default: [8, 16] }),
  grey: flag('without colour'),
  title: text('what it is called'),
  columns: texts('which columns'),
})

describe('settings', () => {
  it('have their defaults, and those without one may be left out', () => {
    expect(readSettings('it', settings, {})).toEqual({ steps: 10, kind: 'a', widths: [8, 16], grey: false })
    expect(readSettings('it', settings, { steps: undefined, rate: undefined }).steps).toBe(10)
  })

  it.each([
    [{ steps: 0 }, 'it: steps must be at least 1, got 0'],
    [{ steps: 101 }, 'it: steps must be at most 100, got 101'],
    [{ steps: 1.5 }, 'it: steps must be a whole number, got 1.5'],
    [{ rate: Number.NaN }, 'it: rate must be of type number, got NaN'],
    [{ rate: '1' }, 'it: rate must be of type number, got "1"'],
    [{ kind: 'c' }, 'it: kind must be a or b, got "c"'],
    [{ widths: [8, 0] }, 'it: widths.1 must be at least 1, got 0'],
    [{ widths: [] }, 'it: widths must be of at least 1 entries, got []'],
    [{ grey: 1 }, 'it: grey must be of type boolean, got 1'],
  ])('are refused by name: %j', (value, message) => {
    expect(() => readSettings('it', settings, value)).toThrow(message)
  })

  it('are errors of their kind', () => {
    const caught = (value: unknown) => {
      try {
        return readSettings('it', settings, value)
      } catch (error) {
        return error
      }
    }
    expect(caught({ steps: 0 })).toBeInstanceOf(RangeError)
    expect(caught({ steps: '1' })).toBeInstanceOf(TypeError)
    expect(caught({ steps: 0 })).toMatchObject({ code: 'argument-range', argument: 'steps' })
  })

  it('must be there where they are kept', () => {
    const stored = z.object({ steps: kept(settings.shape.steps), rate: kept(settings.shape.rate) })
    expect(readSettings('run', stored, { steps: 3, rate: 0.5 })).toEqual({ steps: 3, rate: 0.5 })
    expect(() => readSettings('run', stored, { rate: 0.5 })).toThrow('steps must be of type number')
    expect(() => readSettings('run', stored, { steps: 3, rate: 2 })).toThrow('rate must be at most 1, got 2')
  })
})

describe('settings of some choices', () => {
  const some = z.object({
    kind: choice('which', ['a', 'b', 'c'], { default: 'a' }),
    form: choice('how', ['flat', 'round'], { default: 'flat' }),
    bridges: integer('how many', { least: 1, default: 4, of: { kind: ['b', 'c'] } }),
    widths: integers('layers', { default: [8], of: { kind: ['b'] } }),
    size: number('how large', { least: 0, of: { kind: ['c'], form: ['round'] } }),
  })

  it('have their default where they belong, and nothing elsewhere', () => {
    expect(readSettings('it', some, {})).toEqual({ kind: 'a', form: 'flat' })
    expect(readSettings('it', some, { kind: 'b' })).toMatchObject({ bridges: 4, widths: [8] })
    expect(readSettings('it', some, { kind: 'c', form: 'round', size: 2 })).toEqual({
      ...{ kind: 'c', form: 'round', bridges: 4, size: 2 },
    })
  })

  it.each([
    [{ bridges: 4 }, 'it: bridges belongs to kind b or c, got a', 'bridges'],
    [{ kind: 'c', widths: [8] }, 'it: widths belongs to kind b, got c', 'widths'],
    [{ kind: 'c', size: 1 }, 'it: size belongs to form round, got flat', 'size'],
  ])('are refused elsewhere, also at their default: %j', (given, message, argument) => {
    expect(() => readSettings('it', some, given)).toThrow(message)
    expect(() => readSettings('it', some, given)).toThrow(expect.objectContaining({ argument }))
  })

  it('must be in range', () => {
    expect(() => readSettings('it', some, { kind: 'b', bridges: 0 })).toThrow(
      'bridges must be at least 1, got 0',
    )
    const stored = z.object({ bridges: kept(some.shape.bridges) })
    expect(() => readSettings('run', stored, {})).toThrow('bridges must be of type number, got none')
  })

  it('say what they belong to', () => {
    const [, , bridges, widths, size] = describeSettings(some)
    expect(bridges).toMatchObject({ kind: 'integer', default: 4, least: 1, of: { kind: ['b', 'c'] } })
    expect(widths).toMatchObject({ kind: 'integers', default: [8], of: { kind: ['b'] } })
    expect(size).toMatchObject({ kind: 'number', default: undefined, of: { kind: ['c'], form: ['round'] } })
  })
})

it('says of each setting what a flag or a form field needs', () => {
  expect(describeSettings(settings)).toEqual([
    { name: 'steps', kind: 'integer', help: 'how long', default: 10, least: 1, most: 100 },
    { name: 'rate', kind: 'number', help: 'how fast', least: 0, most: 1 },
    { name: 'kind', kind: 'choice', help: 'which', default: 'a', names: ['a', 'b'] },
    { name: 'widths', kind: 'integers', help: 'layers', default: [8, 16], least: 1 },
    { name: 'grey', kind: 'flag', help: 'without colour', default: false },
    { name: 'title', kind: 'text', help: 'what it is called' },
    { name: 'columns', kind: 'texts', help: 'which columns' },
  ])
})
