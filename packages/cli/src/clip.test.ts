import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, uniformValues } from '@chiaro/random'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chiaro } from './run-in-test.ts'

const [count, side] = [12, 8]
let folder: string
const at = (...path: string[]) => join(folder, ...path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-clip-'))
  await mkdir(at('pictures'))
  const size = side * side * 3
  const pixels = uniformValues(key(1), count * size)
  const rows = ['image,text']
  for (let i = 0; i < count; i++) {
    const bytes = Uint8Array.from(pixels.subarray(i * size, (i + 1) * size), value => 255 * value)
    await sharp(bytes, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(at('pictures', `${i}.png`))
    rows.push(`${i}.png,number ${i}`)
  }
  await writeFile(at('pairs.csv'), rows.join('\n'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Settings as flags: { batchSize: 4 } is --batch-size 4. */
const flags = (settings: Readonly<Record<string, string | number | true>>) =>
  Object.entries(settings).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [flag, String(value)]
  })

const train = (out: string, settings: Parameters<typeof flags>[0] = {}) =>
  chiaro([
    ...['train', 'clip', '--json', '--threads', '1'],
    ...flags({
      ...{ pairs: at('pairs.csv'), images: at('pictures'), out: at(out), imageSize: side },
      ...{ widths: 4, embedding: 4, batchSize: 4, steps: 5, ...settings },
    }),
  ])

const transformer = { textTower: 'transformer', textWidth: 8, textHeads: 2, textLayers: 1 }

it('reads a tokenizer.json, keeps it with the run and needs it no more', async () => {
  const numbers = [...Array(500).keys()].map(i => [i, i + 2])
  const vocab = { '[UNK]': 0, number: 1, ...Object.fromEntries(numbers) }
  const json = {
    pre_tokenizer: { type: 'Whitespace' },
    model: { type: 'WordLevel', unk_token: '[UNK]', vocab },
  }
  await writeFile(at('tokenizer.json'), JSON.stringify(json))
  const settings = { ...transformer, tokenizer: at('tokenizer.json') }
  const { code, notes } = await train('tokens', settings)
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
  await rm(at('tokenizer.json'))
  const found = await chiaro(['search', at('tokens'), '--text', 'number 3', '--top', '2', '--json'])
  expect(found.result.found).toHaveLength(2)
  const evaluated = await chiaro([
    'evaluate',
    at('tokens'),
    ...flags({ pairs: at('pairs.csv'), images: at('pictures') }),
  ])
  expect(evaluated.code).toBe(0)
  await chiaro(['report', at('tokens')])
  const page = await readFile(at('tokens', 'report.html'), 'utf8')
  const [, shown] = /<td>tokenizer\.json<\/td><td>([^<]*)</.exec(page) ?? []
  expect([shown?.length, shown?.endsWith('…')]).toEqual([expect.any(Number), true])
  await writeFile(at('broken.json'), JSON.stringify({ ...json, model: { ...json.model, type: 'Bigram' } }))
  const refused = await train('never', { ...transformer, tokenizer: at('broken.json') })
  expect([refused.code, refused.notes.at(-1)]).toEqual([
    1,
    'chiaro: tokenizer.json: model.type must be one of BPE, WordPiece, Unigram, WordLevel, got "Bigram"',
  ])
  const other = await train('never', { tokenizer: at('broken.json') })
  expect([other.code, other.notes.at(-1)]).toEqual([
    2,
    'chiaro: train clip: --tokenizer belongs to --text-tower transformer, got ngrams',
  ])
})

it('freezes a tower and slows layers down, and says so in run.json and in the report', async () => {
  const { code, notes } = await train('locked', { freeze: 'image', layerDecay: 0.5 })
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
  const { config } = JSON.parse(await readFile(at('locked', 'run.json'), 'utf8'))
  expect(config.training).toMatchObject({ freeze: 'image', layerDecay: 0.5 })
  await chiaro(['report', at('locked')])
  expect(await readFile(at('locked', 'report.html'), 'utf8')).toContain(
    '<td>training.freeze</td><td>&quot;image&quot;',
  )
  const refused = await train('never', { freeze: 'both' })
  expect([refused.code, refused.notes.join()]).toEqual([
    2,
    expect.stringContaining('Allowed choices are none, image, text'),
  ])
})

it('stops early by --patience, keeps the best, and says so in log, report and page', async () => {
  const { code, result, lines } = await train('early', {
    ...{
      valPairs: at('pairs.csv'),
      validateEvery: 1,
      patience: 2,
      steps: 60,
      learningRate: 0,
      norm: 'group',
    },
  })
  expect([code, result]).toMatchObject([0, { steps: 3, bestStep: 1, stopped: true }])
  expect(lines.join()).toMatch(/trained 3 steps \(stopped early: .*\) in .*, the best after 1; saved/)
  const log = (await readFile(at('early', 'log.jsonl'), 'utf8')).trim().split('\n')
  expect(log.map(line => JSON.parse(line).stopped)).toEqual([undefined, undefined, true])
  expect(JSON.parse(await readFile(at('early', 'report.json'), 'utf8'))).toMatchObject({
    ...{ stopped: true, validation: { recall: expect.any(Number) } },
  })
  await chiaro(['report', at('early')])
  expect(await readFile(at('early', 'report.html'), 'utf8')).toContain('Stopped early')
  const resumed = await chiaro(['resume', at('early')])
  expect([resumed.code, resumed.notes.at(-1)]).toEqual([
    1,
    'chiaro: clip: the run is trained to its end already',
  ])
  const refused = await train('never', { patience: 2 })
  expect(refused.notes.at(-1)).toBe('chiaro: train clip: --patience needs validation pairs, got none')
})
