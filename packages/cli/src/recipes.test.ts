import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recipes } from '@chiaro/tasks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-recipes-'))
  const lines = Array.from({ length: 80 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}`)
  await writeFile(path('points.csv'), `${['x,y', ...lines].join('\n')}\n`)
})

afterAll(() => rm(folder, { recursive: true }))

const toy = ['train', 'density', '--table', 'points.csv', '--recipe', 'toy-2d']
const training = (out: string, ...more: string[]) => [
  ...toy.map(text => (text === 'points.csv' ? path(text) : text)),
  ...['--out', path(out), '--batch-size', '16', '--steps', '2', ...more],
]

describe('chiaro recipes', () => {
  test('lists all with what they reached', async () => {
    const { code, lines, result } = await chiaro(['recipes', '--json'])
    expect(code).toBe(0)
    expect(result).toEqual({ recipes: JSON.parse(JSON.stringify(recipes)) })
    for (const { name, version, reached } of recipes) {
      expect(lines.join('\n')).toContain(`${name}@${version}: `)
      expect(lines.join('\n')).toContain(reached?.figure ?? 'not measured yet')
    }
  })

  test('shows one with its settings beside the defaults, and its command', async () => {
    const { code, lines } = await chiaro(['recipes', 'toy-2d'])
    expect(code).toBe(0)
    expect(lines.find(line => line.startsWith('--noise '))).toMatch(/^--noise +diagonal +mixture$/)
    expect(lines.at(-1)).toMatch(/^chiaro train density .* --recipe toy-2d /)
  })

  test.each([
    ['fashion', 'It must be one of emoji-clip, fashion-simclr, photos-small, sensor-density, toy-2d.'],
    ['toy-2d@7', 'The version there is is toy-2d@1.'],
  ])('refuses %s', async (name, sentence) => {
    const { code, notes } = await chiaro(['recipes', name])
    expect(code).toBe(2)
    expect(notes.join('\n')).toContain(sentence)
  })

  test.each(recipes)('the command of $name has flags that there are', async ({ task, command }) => {
    const { lines } = await chiaro(['train', task, '--help'])
    const flags = command.match(/--[a-z-]+/g) ?? []
    expect(flags).toContain('--recipe')
    for (const flag of flags) expect(lines.join('\n')).toContain(`  ${flag} `)
  })
})

describe('chiaro train --recipe', () => {
  test('starts from its settings, lets flags win, says both, and keeps which it was', async () => {
    const { code, notes } = await chiaro(training('run', '--widths', '4'))
    expect(code).toBe(0)
    const said = notes.join('\n')
    expect(said).toContain('recipe toy-2d@1:')
    expect(said).toContain('  --noise diagonal (default mixture)')
    expect(said).toContain('  --widths 4 in place of 64,64,64 (default 128,128)')
    expect(said).toContain('  --steps 2 in place of 1000 (default 2000)')
    const { recipe, config } = JSON.parse(await readFile(path('run/run.json'), 'utf8'))
    expect(recipe).toBe('toy-2d@1')
    expect(config.energy.widths).toEqual([4])
    expect(config.training).toMatchObject({ steps: 2, learningRate: 0.003, weightDecay: 0 })
  })

  test('is the same run as one whose flags say all that', async () => {
    const flags = ['--noise', 'diagonal', '--noise-scale', '1.3', '--learning-rate', '0.003', '--widths', '4']
    const more = ['--warmup-steps', '100', '--weight-decay', '0']
    const told = training('told').filter(text => text !== '--recipe' && text !== 'toy-2d')
    expect((await chiaro([...told, ...flags, ...more])).code).toBe(0)
    const [by, without] = await Promise.all(
      ['run', 'told'].map(async run => JSON.parse(await readFile(path(`${run}/run.json`), 'utf8'))),
    )
    expect(without.recipe).toBeUndefined()
    expect(by.config).toEqual(without.config)
  })

  test.each([
    ['density', 'fashion-simclr', 'fashion-simclr is for train simclr.'],
    ['scarf', 'toy-2d', 'It must be left out. toy-2d is for train density.'],
    ['simclr', 'grey', 'It must be one of fashion-simclr, photos-small. --augmentation may be grey.'],
    ['density', 'toy-2d@2', 'The version there is is toy-2d@1.'],
  ])('%s refuses %s', async (task, recipe, sentence) => {
    const { code, notes } = await chiaro(['train', task, '--out', path('none'), '--recipe', recipe])
    expect(code).toBe(2)
    expect(notes.join('\n')).toContain(sentence)
  })
})
