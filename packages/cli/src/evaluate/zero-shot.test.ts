import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chiaro } from '../run-in-test.ts'

const colours = { red: '#e02020', green: '#20c020', blue: '#2030e0' }
let folder: string
const at = (...path: string[]) => join(folder, ...path)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-zero-'))
  const rows = ['image,text']
  for (const [colour, background] of Object.entries(colours)) {
    await mkdir(at('pictures', colour), { recursive: true })
    for (let i = 0; i < 3; i++) {
      const name = `${colour}/${i}.png`
      await sharp({ create: { width: 8 + i, height: 8, channels: 3, background } })
        .png()
        .toFile(at('pictures', name))
      rows.push(`${name},a ${colour} thing ${i}`)
    }
  }
  await writeFile(at('pairs.csv'), rows.join('\n'))
  await writeFile(at('classes.txt'), 'blue\r\nred\n\ngreen\n')
  const small = [
    '--image-size',
    '8',
    '--widths',
    '4',
    '--embedding',
    '8',
    '--buckets',
    '64',
    '--augment',
    'none',
  ]
  const fit = ['--batch-size', '9', '--steps', '60', '--warmup-steps', '2', '--learning-rate', '0.02']
  const data = ['--pairs', at('pairs.csv'), '--images', at('pictures'), '--out', at('run')]
  const { code, notes } = await chiaro(['train', 'clip', ...data, ...small, ...fit])
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
})
afterAll(() => rm(folder, { recursive: true }))

const evaluate = (...args: string[]) => chiaro(['evaluate', at('run'), ...args, '--json'])
const pictures = () => ['--images', at('pictures')]

describe('evaluate --classes', () => {
  it('tells classes by their names, in whatever order the file has them, beside chance', async () => {
    const templates = ['--templates', 'a {} thing', '{}']
    const { lines, result } = await evaluate('--classes', at('classes.txt'), ...templates, ...pictures())
    // Colours that were learnt by heart.
    expect(result.zeroShot).toMatchObject({ chance: 1 / 3, pictures: 9, classes: ['blue', 'green', 'red'] })
    expect((result.zeroShot as { accuracy: number }).accuracy).toBeGreaterThan(0.85)
    expect(lines[0]).toMatch(/^zero-shot: accuracy \d\.\d+ ± .* \(chance 0\.3333\)/)
  })

  it('takes the lines as they stand where classes have other names', async () => {
    // Of the folders blue, green and red: each is called by the next one's colour.
    await writeFile(at('others.txt'), 'a green thing\na red thing\na blue thing\n')
    const { result } = await evaluate('--classes', at('others.txt'), ...pictures())
    expect((result.zeroShot as { accuracy: number }).accuracy).toBeLessThan(0.2)
  })

  it.each<[string, string, string[], RegExp]>([
    [
      'a template without a place for the name',
      'red\ngreen\nblue',
      ['--templates', 'a photo'],
      /must have \{\} for/,
    ],
    [
      'too few classes',
      'red\nblue',
      [],
      /must have a line for each of the 3 classes \(blue, green, red\), got 2$/,
    ],
    ['a class twice', 'red\nblue\nred', [], /some\.txt, row 3: classes must differ, got red twice$/],
    [
      'pairs beside',
      'red\ngreen\nblue',
      ['--pairs', 'x.csv'],
      /--pairs and --classes exclude each other, got both/,
    ],
  ])('refuses %s', async (_, content, more, message) => {
    await writeFile(at('some.txt'), content)
    const { code, notes } = await evaluate('--classes', at('some.txt'), ...more, ...pictures())
    expect([code, notes.at(-1)]).toEqual([1, expect.stringMatching(message)])
  })

  it('refuses templates without classes, no file and no pictures', async () => {
    const last = async (...args: string[]) => (await evaluate(...args)).notes.at(-1)
    expect(await last('--templates', '{}')).toMatch(/--templates belongs to --classes, got none/)
    expect(await last('--classes', at('none.txt'), ...pictures())).toMatch(
      /must be a file of class names, got/,
    )
    expect(await last('--classes', at('classes.txt'))).toMatch(/--classes needs --images, labelled pictures/)
  })
})

it('retrieval says MRR, NDCG, MAP@R and the median rank', async () => {
  const { lines, result } = await evaluate('--pairs', at('pairs.csv'), ...pictures())
  expect(lines[1]).toMatch(/^ {2}MRR \d\.\d{3} {2}NDCG \d\.\d{3} {2}MAP@R \d\.\d{3} {2}median rank \d/)
  const figures = {
    meanReciprocalRank: expect.any(Number),
    ndcg: expect.any(Number),
    mapAtR: expect.any(Number),
  }
  expect(result.ranking).toMatchObject({ textToImage: figures, imageToText: figures })
})
