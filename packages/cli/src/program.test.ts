import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const colours = { red: '#e02020', green: '#20c020', blue: '#2030e0', yellow: '#e0d020' }
const shapes = {
  circle: '<circle cx="8" cy="8" r="6"/>',
  square: '<rect x="3" y="3" width="10" height="10"/>',
  bar: '<rect x="1" y="6" width="14" height="4"/>',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-cli-'))
  await mkdir(join(folder, 'pictures'))
  const rows = ['image,text']
  for (const [colour, fill] of Object.entries(colours)) {
    for (const [shape, body] of Object.entries(shapes)) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" fill="${fill}">${body}</svg>`
      await sharp(Buffer.from(svg))
        .flatten({ background: '#fff' })
        .png()
        .toFile(join(folder, `pictures/${colour}-${shape}.png`))
      rows.push(`${colour}-${shape}.png,a ${colour} ${shape}`)
    }
  }
  await writeFile(join(folder, 'pairs.csv'), `${rows.join('\n')}\n`)
})

afterAll(() => rm(folder, { recursive: true }))

const training = (out: string, ...more: string[]) => [
  ...[
    'train',
    'clip',
    '--pairs',
    join(folder, 'pairs.csv'),
    '--images',
    join(folder, 'pictures'),
    '--out',
    join(folder, out),
  ],
  ...[
    '--image-size',
    '16',
    '--widths',
    '8,16',
    '--embedding',
    '16',
    '--buckets',
    '256',
    '--batch-size',
    '12',
  ],
  ...['--warmup-steps', '2', '--augment', 'none', ...more],
]

test('trains, evaluates, embeds and searches, from a table of pairs to the right picture', async () => {
  const trained = await chiaro(
    training(
      'run',
      '--steps',
      '60',
      '--learning-rate',
      '0.01',
      '--val-pairs',
      join(folder, 'pairs.csv'),
      '--validate-every',
      '30',
    ),
  )
  expect(trained.notes.join('\n')).not.toContain('Error')
  expect(trained.code).toBe(0)
  expect((await readdir(join(folder, 'run'))).sort()).toEqual([
    'checkpoints',
    'latest.json',
    'log.jsonl',
    'report.json',
    'run.json',
  ])

  const pairs = ['--pairs', join(folder, 'pairs.csv'), '--images', join(folder, 'pictures')]
  const { code, result } = await chiaro(['evaluate', join(folder, 'run'), ...pairs, '--json'])
  expect(code).toBe(0)
  // Chance is 1/12; twelve pictures of plain shapes are learnt by heart.
  expect(result.chance).toMatchObject({ textToImage: { r1: 1 / 12 } })
  expect((result.retrieval as { textToImage: { r1: number } }).textToImage.r1).toBeGreaterThan(0.8)

  const found = await chiaro([
    'search',
    join(folder, 'run'),
    '--text',
    'a blue circle',
    '--top',
    '3',
    '--json',
  ])
  expect((found.result.found as { picture: string }[])[0].picture).toBe('blue-circle.png')
  expect(found.result.found).toHaveLength(3)

  const out = join(folder, 'pictures.npy')
  const embedded = await chiaro([
    'embed',
    join(folder, 'run'),
    '--images',
    join(folder, 'pictures'),
    '--out',
    out,
    '--json',
  ])
  expect(embedded.result).toEqual({ out, count: 12, dimension: 16 })
  const again = await chiaro([
    'search',
    join(folder, 'run'),
    '--text',
    'a blue circle',
    '--embeddings',
    out,
    '--json',
  ])
  expect((again.result.found as { picture: string }[])[0].picture).toBe('blue-circle.png')
})

test('the same seed gives the same loss curve to the last digit, another seed another', async () => {
  const curve = async (out: string, seed: string) => {
    expect((await chiaro(training(out, '--steps', '8', '--seed', seed))).code).toBe(0)
    return readFile(join(folder, out, 'log.jsonl'), 'utf8')
  }
  const first = await curve('one', '3')
  expect(first.trim().split('\n')).toHaveLength(8)
  expect(await curve('two', '3')).toBe(first)
  expect(await curve('three', '4')).not.toBe(first)
})

test('Ctrl-C keeps the run, and resume goes on to the bits of an unbroken one', async () => {
  expect((await chiaro(training('whole', '--steps', '10', '--seed', '5'))).code).toBe(0)
  const controller = new AbortController()
  const stopped = chiaro(training('broken', '--steps', '10', '--seed', '5'), controller.signal)
  const log = join(folder, 'broken/log.jsonl')
  for (;;) {
    const lines = await readFile(log, 'utf8').catch(() => '')
    if (lines.split('\n').length > 3) break
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  controller.abort(new Error('interrupted'))
  const { code, notes } = await stopped
  expect(code).toBe(130)
  expect(notes.at(-1)).toMatch(/interrupted; the run is kept. To go on: chiaro resume /)
  expect((await chiaro(['resume', join(folder, 'broken')])).code).toBe(0)
  const weights = (run: string) => readFile(join(folder, run, 'checkpoints/10/model.safetensors'))
  expect((await weights('broken')).equals(await weights('whole'))).toBe(true)
  expect(await readFile(log, 'utf8')).toBe(await readFile(join(folder, 'whole/log.jsonl'), 'utf8'))

  // As a run is left that was killed before its first checkpoint.
  await rm(join(folder, 'broken/checkpoints/10'), { recursive: true })
  await rm(join(folder, 'broken/latest.json'))
  for (const name of await readdir(join(folder, 'broken/checkpoints')))
    await rm(join(folder, 'broken/checkpoints', name), { recursive: true })
  expect((await chiaro(['resume', join(folder, 'broken')])).code).toBe(0)
  expect((await weights('broken')).equals(await weights('whole'))).toBe(true)
})

test('bad input is one clear line and exit code 1', async () => {
  await writeFile(join(folder, 'gap.csv'), 'image,text\nred-circle.png,a red circle\nmissing.png,nothing\n')
  const missing = await chiaro(training('bad', '--steps', '1', '--pairs', join(folder, 'gap.csv')))
  expect(missing.code).toBe(1)
  expect(missing.notes).toHaveLength(1)
  expect(missing.notes[0]).toMatch(/^chiaro: .*gap\.csv.*3.*missing\.png/)
  const nowhere = await chiaro(['search', join(folder, 'nowhere'), '--text', 'x'])
  expect([nowhere.code, nowhere.notes.length]).toEqual([1, 1])
  expect(nowhere.notes[0]).toContain('run.json')
  const few = await chiaro(training('few', '--steps', '1', '--batch-size', '13'))
  expect(few.notes.at(-1)).toMatch(/a batch of 13 needs that many different pictures and captions, got 12/)
})

test('a run that exists is not overwritten', async () => {
  expect((await chiaro(training('twice', '--steps', '1'))).code).toBe(0)
  const again = await chiaro(training('twice', '--steps', '1'))
  expect(again.code).toBe(1)
  expect(again.notes.at(-1)).toMatch(/must hold no run yet/)
})

test('a wrong command line is exit code 2', async () => {
  expect((await chiaro(['train', 'clip'])).code).toBe(2)
  expect((await chiaro(['fly'])).code).toBe(2)
  expect((await chiaro(['doctor', '--backend', 'abacus'])).code).toBe(2)
  expect((await chiaro(training('never', '--steps', 'many'))).code).toBe(2)
  const help = await chiaro(['--help'])
  expect(help.code).toBe(0)
  expect(help.lines.join('\n')).toMatch(/Usage: chiaro/)
})

test('doctor says what runs, why not the others, and that all corrections are ours', async () => {
  const { code, result } = await chiaro(['doctor', '--json'])
  expect(code).toBe(0)
  expect(result.choice).toMatchObject({ chosen: 'wasm' })
  const { gradients, wasm } = result as unknown as {
    gradients: { registered: string }[]
    wasm: { kernels: { registered: string }[] }
  }
  for (const { registered } of [...gradients, ...wasm.kernels]) expect(registered).toBe('chiaro')
  const { lines } = await chiaro(['doctor'])
  expect(lines.join('\n')).toMatch(/✓ wasm/)
})

test('doctor says of WebGPU what is missing and what to do, and fails', async () => {
  const { code, lines } = await chiaro(['doctor', '--backend', 'webgpu'])
  expect(code).toBe(1)
  const said = lines.join('\n')
  expect(said).toMatch(/^webgpu +not offered$/m)
  expect(said).toMatch(/^kernels .*PairwiseLogSumExp/m)
  expect(said).toMatch(/^missing +Node offers no WebGPU.*npm install webgpu/m)
  const { result } = await chiaro(['doctor', '--backend', 'webgpu', '--json'])
  expect(result.webgpu).toMatchObject({ offered: false, installed: true })
})
