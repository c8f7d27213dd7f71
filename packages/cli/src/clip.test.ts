import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key, uniformValues } from '@chiaro/random'
import { loadCheckpoint, saveCheckpoint } from '@chiaro/train/node'
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

type Settings = Parameters<typeof flags>[0]
const trainWith = (out: string, settings: Settings) =>
  chiaro([
    ...['train', 'clip', '--json', '--threads', '1'],
    ...flags({
      ...{ pairs: at('pairs.csv'), images: at('pictures'), out: at(out), imageSize: side },
      ...{ batchSize: 4, steps: 5, ...settings },
    }),
  ])
const train = (out: string, settings: Settings = {}) =>
  trainWith(out, { widths: 4, embedding: 4, ...settings })

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

it('begins with a CLIP checkpoint, goes on without it, and says what does not fit', async () => {
  const fixtures = new URL('../../encoders/fixtures/', import.meta.url)
  const of = JSON.parse(await readFile(new URL('clip.json', fixtures), 'utf8'))
  await mkdir(at('checkpoint'))
  await copyFile(new URL('hugging-face.safetensors', fixtures), at('checkpoint/model.safetensors'))
  await writeFile(at('checkpoint/config.json'), JSON.stringify(of.huggingFace.config))
  await writeFile(
    at('checkpoint/preprocessor_config.json'),
    JSON.stringify({ image_mean: [0.4, 0.4, 0.4], image_std: [1, 1, 1] }),
  )
  const words = Object.fromEntries([...Array(39).keys()].map(id => [id === 38 ? 'number' : id, id]))
  const model = { type: 'WordLevel', unk_token: '0', vocab: words }
  await writeFile(
    at('checkpoint/tokenizer.json'),
    JSON.stringify({ pre_tokenizer: { type: 'Whitespace' }, model }),
  )
  const pretrained = at('checkpoint')
  const settings = { pretrained, imageTower: 'clip', textTower: 'clip', freeze: 'image' }
  const { code, notes } = await trainWith('lit', settings)
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
  const { config } = JSON.parse(await readFile(at('lit', 'run.json'), 'utf8'))
  expect(config).toMatchObject({ image: { mean: [0.4, 0.4, 0.4] }, source: { pretrained } })
  // As one that was killed before its first checkpoint.
  for (const name of ['checkpoints/5', 'latest.json', 'report.json', 'log.jsonl']) {
    await rm(at('lit', name), { recursive: true })
  }
  const whole = await trainWith('whole', { ...settings, checkpointEvery: 2 })
  expect(whole.code).toBe(0)
  const weights = (run: string) => readFile(at(run, 'checkpoints/5/model.safetensors'))
  const unbroken = await weights('whole')
  await rm(at('whole', 'checkpoints/5'), { recursive: true })
  expect((await chiaro(['resume', at('lit')])).code).toBe(0)
  expect(await weights('lit')).toEqual(unbroken)
  for (const name of ['checkpoints/5', 'latest.json', 'report.json', 'log.jsonl']) {
    await rm(at('lit', name), { recursive: true })
  }
  await rm(at('checkpoint/model.safetensors'))
  const resumed = await chiaro(['resume', at('whole')])
  expect([resumed.code, resumed.notes.at(-1)]).toEqual([0, expect.any(String)])
  expect(await weights('whole')).toEqual(unbroken)
  const anew = await chiaro(['resume', at('lit')])
  expect([anew.code, anew.notes.at(-1)]).toEqual([
    1,
    `chiaro: ${at('checkpoint')}: must hold model.safetensors or open_clip_model.safetensors, got config.json, preprocessor_config.json, tokenizer.json`,
  ])
  const found = await chiaro(['search', at('whole'), '--text', 'number 3', '--json'])
  expect(found.code).toBe(0)
  await writeFile(at('checkpoint/model.safetensors'), 'x')
  const spoilt = await trainWith('never', settings)
  expect(spoilt.notes.at(-1)).toMatch(/^chiaro: .*model\.safetensors: safetensors: /)
  const without = await trainWith('never', { imageTower: 'clip' })
  expect(without.notes.at(-1)).toBe(
    'chiaro: train clip: --image-tower clip needs a checkpoint (pretrained), got none',
  )
})

it('tells a step whose validation was interrupted once that is done: the log is the unbroken run’s', async () => {
  const settings = {
    valPairs: at('pairs.csv'),
    validateEvery: 1,
    learningRate: 0,
    norm: 'group',
    checkpointEvery: 2,
  }
  expect((await train('unbroken', settings)).code).toBe(0)
  const log = await readFile(at('unbroken', 'log.jsonl'), 'utf8')
  const lines = log.trim().split('\n')
  const { loss, gradientNorm, learningRate } = JSON.parse(lines[3])
  const checkpoint = await loadCheckpoint(at('unbroken'), 4)
  const unvalidated = { loss, gradientNorm, learningRate, metrics: {} }
  for (const name of ['checkpoints/5', 'report.json']) await rm(at('unbroken', name), { recursive: true })
  await saveCheckpoint(at('unbroken'), { ...checkpoint, state: { ...checkpoint.state, unvalidated } })
  await writeFile(at('unbroken', 'log.jsonl'), `${lines.slice(0, 3).join('\n')}\n`)
  const { code, notes } = await chiaro(['resume', at('unbroken')])
  expect([code, notes.join()]).toEqual([0, expect.not.stringContaining('lost')])
  expect(await readFile(at('unbroken', 'log.jsonl'), 'utf8')).toBe(log)
})

it('stands on a frozen graph model, by its path and digest', async () => {
  const float = { type: 'DT_FLOAT' }
  const sizes = (...values: number[]) => ({ list: { i: values.map(String) } })
  const dim = (...values: number[]) => ({ dim: values.map(size => ({ size })) })
  const text = (value: string) => ({ s: Buffer.from(value).toString('base64') })
  const shape = [3, 3, 3, 2]
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: { shape: dim(-1, side, side, 3) } } },
    {
      name: 'filter',
      op: 'Const',
      attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: dim(...shape) } } },
    },
    {
      ...{ name: 'features', op: 'Conv2D', input: ['x', 'filter'] },
      attr: {
        ...{ T: float, strides: sizes(1, 2, 2, 1), dilations: sizes(1, 1, 1, 1) },
        ...{ padding: text('SAME'), data_format: text('NHWC') },
      },
    },
  ]
  const weights = [{ name: 'filter', shape, dtype: 'float32' }]
  const manifest = {
    modelTopology: { node, library: {}, versions: {} },
    weightsManifest: [{ paths: ['w.bin'], weights }],
  }
  await mkdir(at('backbone'))
  await writeFile(at('backbone/model.json'), JSON.stringify({ format: 'graph-model', ...manifest }))
  const values = Float32Array.from(uniformValues(key(5), 54))
  await writeFile(at('backbone/w.bin'), new Uint8Array(values.buffer))
  const backbone = at('backbone/model.json')
  const { code, notes } = await trainWith('on-top', {
    backbone,
    imageTower: 'backbone',
    embedding: 4,
    checkpointEvery: 2,
  })
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
  const learned = () => readFile(at('on-top', 'checkpoints/5/model.safetensors'))
  const whole = await learned()
  for (const name of ['checkpoints/5', 'report.json']) await rm(at('on-top', name), { recursive: true })
  expect((await chiaro(['resume', at('on-top')])).code).toBe(0)
  expect(await learned()).toEqual(whole)
  const search = (...more: string[]) => chiaro(['search', at('on-top'), '--text', 'number 3', ...more])
  expect((await search()).code).toBe(0)
  await rename(at('backbone'), at('moved'))
  const missing = await search()
  expect([missing.code, missing.notes.at(-1)]).toEqual([1, expect.stringContaining(`${backbone} must exist`)])
  expect((await search('--backbone', at('moved/model.json'))).code).toBe(0)
  const other = await chiaro(['search', at('locked'), '--text', 'x', '--backbone', backbone])
  expect(other.notes.at(-1)).toBe(
    `chiaro: --backbone belongs to a run that stands on one, got ${at('locked')} of clip`,
  )
  values[0] += 1
  await writeFile(at('moved/w.bin'), new Uint8Array(values.buffer))
  const changed = await search('--backbone', at('moved/model.json'))
  expect([changed.code, changed.notes.at(-1)]).toEqual([
    1,
    `chiaro: clip: the run needs the backbone it was made with, ${backbone}, got another, or one that has changed`,
  ])
})

it('learns from a Parquet file that holds the pictures themselves', async () => {
  const file = (name: string) => fileURLToPath(new URL(`../../data/fixtures/${name}`, import.meta.url))
  const pairs = file('pictures.parquet')
  const of = (out: string, more: Settings = {}) =>
    chiaro([
      ...['train', 'clip', '--json'],
      ...flags({
        pairs,
        out: at(out),
        imageSize: 8,
        widths: 4,
        embedding: 4,
        batchSize: 3,
        steps: 4,
        checkpointEvery: 2,
        ...more,
      }),
    ])
  const { code, notes } = await of('parquet')
  expect([code, notes.at(-1)]).toEqual([0, expect.any(String)])
  const learned = () => readFile(at('parquet', 'checkpoints/4/model.safetensors'))
  const whole = await learned()
  for (const name of ['checkpoints/4', 'report.json']) await rm(at('parquet', name), { recursive: true })
  expect((await chiaro(['resume', at('parquet')])).code).toBe(0)
  expect(await learned()).toEqual(whole)
  const evaluated = await chiaro(['evaluate', at('parquet'), '--pairs', pairs, '--json'])
  expect(evaluated.result).toMatchObject({ trainingPairs: true, queries: { textToImage: 9, imageToText: 6 } })
  const found = await chiaro(['search', at('parquet'), '--text', 'number 2', '--top', '6', '--json'])
  const names = (found.result.found as { picture: string }[]).map(({ picture }) => picture)
  expect(names.toSorted()).toEqual(['0.png', '1.png', '3', '3.png', '4.png', '5.png'])
  const bad = await of('never', { pairs: file('bad-pictures.parquet') })
  expect([bad.code, bad.notes.at(-1)]).toEqual([
    1,
    expect.stringMatching(/2 pictures can't be used.*c\.png.*--skip-bad/),
  ])
  const odd = await of('never', { delimiter: ';' })
  expect(odd.notes.at(-1)).toBe(
    'chiaro: --delimiter belongs to CSV and TSV, got one beside pictures in Parquet',
  )
})
