import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readEmbeddings, writeEmbeddings } from '@chiaro/data/node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const [count, side] = [96, 12]

/** Bars and squares of random place and grey: two classes that a picture's mean does not tell apart. */
function drawn(seed: number, total = count): { pictures: Uint8Array; labels: Uint8Array } {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  const pictures = new Uint8Array(total * side * side)
  const labels = Uint8Array.from({ length: total }, (_, i) => i % 2)
  labels.forEach((label, i) => {
    const [height, width] = label === 0 ? [2, 8] : [4, 4]
    const [top, left] = [side - height, side - width].map(room => Math.floor(next() * (room + 1)))
    const grey = 120 + Math.floor(next() * 130)
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) pictures[(i * side + y) * side + x] = grey
  })
  return { pictures, labels }
}

function idx(shape: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => {
    header.writeUInt32BE(length, 4 + 4 * i)
  })
  return gzipSync(Buffer.concat([header, bytes]))
}

const at = (...path: string[]) => join(folder, ...path)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-simclr-'))
  for (const [name, seed] of [
    ['train', 1],
    ['test', 2],
  ] as const) {
    const { pictures, labels } = drawn(seed)
    await writeFile(at(`${name}.idx.gz`), idx([count, side, side], pictures))
    await writeFile(at(`${name}-labels.idx.gz`), idx([count], labels))
  }
  await mkdir(at('pictures'))
  const { pictures } = drawn(3, 12)
  for (let i = 0; i < 12; i++) {
    const data = pictures.subarray(i * side * side, (i + 1) * side * side)
    await sharp(data, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toFile(at('pictures', `${String(i).padStart(2, '0')}.png`))
  }
})

afterAll(() => rm(folder, { recursive: true }))

/** An argument with the place of the labels put in. */
const given = (arg: string) => (arg === 'LABELS' ? `idx:${at('train-labels.idx.gz')}` : arg)

const training = (out: string, ...more: string[]) => [
  ...['train', 'simclr', '--images', `idx:${at('train.idx.gz')}`, '--out', at(out), '--widths', '8,16'],
  ...['--head-hidden', '16', '--head-output', '8', '--batch-size', '32', '--seed', '1', ...more],
]

const weights = async (run: string, step: number) =>
  Promise.all(
    ['model.safetensors', 'optimizer.safetensors', 'state.json'].map(name =>
      readFile(at(run, 'checkpoints', String(step), name)),
    ),
  )

describe('train simclr', () => {
  test('writes a run, whose log and weights the same seed gives again, and lowers the loss', async () => {
    const { code, result, notes } = await chiaro(training('runs/a', '--epochs', '4', '--json'))
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    expect(result).toMatchObject({ run: at('runs/a'), steps: 12, indifferentLoss: Math.log(63) })
    expect(JSON.parse(await readFile(at('runs/a/report.json'), 'utf8'))).toMatchObject({ steps: 12, seed: 1 })
    const log = (await readFile(at('runs/a/log.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(log).toHaveLength(12)
    expect(log[11].loss).toBeLessThan(log[0].loss)
    const mean = log.reduce((sum, { loss }) => sum + loss, 0) / 12
    const { mutualInformation } = result as { mutualInformation: Record<string, number> }
    expect(mutualInformation).toMatchObject({ ceiling: Math.log(63), saturated: false })
    expect(mutualInformation.estimate).toBeCloseTo(Math.log(63) - mean, 6)
    expect(mutualInformation.standardError).toBeGreaterThan(0)
    // Every line says it of the losses up to there; one loss has no error.
    expect(log[0].mutualInformation).toBeUndefined()
    const four = log.slice(0, 4).map(({ loss }) => loss)
    const meanOfFour = four.reduce((sum, loss) => sum + loss, 0) / 4
    const squares = four.reduce((sum, loss) => sum + (loss - meanOfFour) ** 2, 0)
    expect(log[3].mutualInformation).toMatchObject({ ceiling: Math.log(63), saturated: false })
    expect(log[3].mutualInformation.estimate).toBeCloseTo(Math.log(63) - meanOfFour, 9)
    expect(log[3].mutualInformation.standardError).toBeCloseTo(Math.sqrt(squares / 12), 9)
    expect(log[11].mutualInformation).toEqual({
      ...{ estimate: mutualInformation.estimate, standardError: mutualInformation.standardError },
      ...{ ceiling: mutualInformation.ceiling, saturated: false },
    })
    await chiaro(training('runs/b', '--steps', '12'))
    expect(await weights('runs/b', 12)).toEqual(await weights('runs/a', 12))
  })

  test.each<[string, string, ...string[]]>([
    ['nt-xent', 'adamw', '--views', '3'],
    ['decoupled', 'lars'],
    ['moco', 'sgd', '--queue', '40', '--momentum', '0.9'],
    ['debiased', 'adamw', '--prior', '0.2'],
    ['hard-negative', 'adamw', '--concentration', '2'],
    ['vicreg', 'adamw', '--covariance-weight', '2'],
    ['barlow-twins', 'lars'],
    ['align-uniform', 'adamw', '--views', '3'],
    ['supcon', 'adamw', '--labels', 'LABELS'],
    ['nt-xent', 'adamw', '--augmentation', 'rand-augment', '--operations', '3', '--magnitude', '14.5'],
    ['nt-xent', 'adamw', '--local-views', '2', '--local-size', '8', '--local-crop', '0.4'],
    ['supcon', 'adamw', '--labels', 'LABELS', '--local-views', '1', '--encoder', 'residual'],
    ['vicreg', 'adamw', '--views', '3', '--local-views', '2'],
    ['nt-xent', 'adamw', '--mix', 'i-mix', '--mix-alpha', '2'],
    ['nt-xent', 'adamw', '--mix', 'cut-mix'],
    ['nt-xent', 'adamw', '--augmentation', 'grey', '--gamma', '0.5', '--strides', '1,2'],
  ])(
    'resumes %s with %s to the bit, also before its first checkpoint (%s %s)',
    async (objective, optimizer, ...told) => {
      const more = ['--steps', '6', '--checkpoint-every', '2']
      const options = [...more, '--objective', objective, '--optimizer', optimizer, ...told].map(given)
      const whole = `runs/${[objective, ...told].join('')}`
      const broken = `${whole}-broken`
      await chiaro(training(whole, ...options))
      const controller = new AbortController()
      const stopped = chiaro(training(broken, ...options), controller.signal)
      await untilStep(broken, 3)
      controller.abort(new Error('interrupted'))
      expect((await stopped).code).toBe(130)
      const { code } = await chiaro(['resume', at(broken)])
      expect(code).toBe(0)
      expect(await weights(broken, 6)).toEqual(await weights(whole, 6))
      await rm(at(broken, 'checkpoints'), { recursive: true })
      await rm(at(broken, 'latest.json'))
      await mkdir(at(broken, 'checkpoints'))
      expect((await chiaro(['resume', at(broken)])).code).toBe(0)
      expect(await weights(broken, 6)).toEqual(await weights(whole, 6))
    },
  )

  test('measures how projections lie, which changes no weight', async () => {
    await chiaro(training('runs/watched', '--steps', '5', '--watch-every', '2'))
    await chiaro(training('runs/unwatched', '--steps', '5', '--watch-every', '0'))
    expect(await weights('runs/watched', 5)).toEqual(await weights('runs/unwatched', 5))
    const measured = async (run: string) =>
      (await readFile(at(run, 'log.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
        .filter(({ uniformity }) => uniformity !== undefined)
    const found = await measured('runs/watched')
    expect(found.map(({ step }) => step)).toEqual([2, 4, 5])
    for (const { alignment, uniformity, effectiveRank } of found) {
      expect(alignment).toBeGreaterThan(0)
      expect(uniformity).toBeLessThan(0)
      expect(effectiveRank).toBeGreaterThan(1)
      expect(effectiveRank).toBeLessThanOrEqual(8)
    }
    expect(await measured('runs/unwatched')).toEqual([])
  })

  test('says it when a run collapses, at once, at its end and in its report', async () => {
    const alone = ['--objective', 'align-uniform', '--uniformity-weight', '0', '--learning-rate', '0.02']
    const { code, result, notes, lines } = await chiaro(
      training('runs/collapsed', ...alone, '--steps', '60', '--watch-every', '20'),
    )
    expect(code).toBe(0)
    expect(notes.join('\n')).toMatch(/after (20|40) steps the projections have collapsed/)
    expect(lines.join('\n')).toContain('try a larger uniformity weight')
    expect(result.warning).toContain('the projections have collapsed')
    await chiaro(['report', at('runs/collapsed')])
    expect(await readFile(at('runs/collapsed/report.html'), 'utf8')).toContain(
      'The projections have collapsed',
    )
  })

  test('keeps the checkpoint that the probe finds best, also resumed, and trains to the same bits', async () => {
    const options = ['--steps', '9', '--watch-every', '2', '--checkpoint-every', '3']
    const probed = [...options, '--probe', '--labels', given('LABELS')]
    const { code, result } = await chiaro(training('runs/with-probe', ...probed))
    expect(code).toBe(0)
    const log = (await readFile(at('runs/with-probe/log.jsonl'), 'utf8')).trim().split('\n')
    const found = log.map(line => JSON.parse(line)).filter(({ probe }) => probe !== undefined)
    expect(found.map(({ step }) => step)).toEqual([2, 4, 6, 8, 9])
    const most = Math.max(...found.map(({ probe }) => probe))
    expect(result.bestStep).toBe(found.find(({ probe }) => probe === most).step)
    expect(found.every(({ probe }) => probe >= 0 && probe <= 1)).toBe(true)
    expect(JSON.parse(log[8]).mutualInformation.ceiling).toBe(Math.log(63))
    await chiaro(training('runs/without-probe', ...options))
    expect(await weights('runs/with-probe', 9).then(([model]) => model)).toEqual(
      (await weights('runs/without-probe', 9))[0],
    )
    await rm(at('runs/with-probe/checkpoints/9'), { recursive: true })
    expect((await chiaro(['resume', at('runs/with-probe')])).code).toBe(0)
    expect((await readFile(at('runs/with-probe/log.jsonl'), 'utf8')).trim().split('\n')).toEqual(log)
  })

  test('learns from the classes of sub-folders', async () => {
    const bytes = drawn(5, 8).pictures
    for (let i = 0; i < 8; i++) {
      await mkdir(at('classes', ['bar', 'square'][i % 2]), { recursive: true })
      await sharp(bytes.subarray(i * side * side, (i + 1) * side * side), {
        raw: { width: side, height: side, channels: 1 },
      }).toFile(at('classes', ['bar', 'square'][i % 2], `${i}.png`))
    }
    const args = ['--images', at('classes'), '--objective', 'supcon', '--labels', 'own', '--image-size', '12']
    const { code, notes } = await chiaro(training('runs/own', ...args, '--batch-size', '8', '--steps', '2'))
    expect([code, notes.filter(note => note.startsWith('chiaro:'))]).toEqual([0, []])
    const { data } = JSON.parse(await readFile(at('runs/own/run.json'), 'utf8'))
    expect(data).toMatchObject({ files: 8, labels: expect.any(String) })
  })

  test('goes on from the checkpoint before a damaged one, and says so', async () => {
    await chiaro(training('runs/d', '--steps', '6', '--checkpoint-every', '2'))
    await cp(at('runs/d'), at('runs/damaged'), { recursive: true })
    await truncate(at('runs/damaged/checkpoints/6/model.safetensors'), 300)
    await mkdir(at('runs/damaged/checkpoints/8.partial'))
    await writeFile(at('runs/damaged/checkpoints/8.partial/model.safetensors'), 'half')
    const { code, notes } = await chiaro(['resume', at('runs/damaged')])
    expect(code).toBe(0)
    expect(notes.join('\n')).toMatch(/checkpoints\/6\/model\.safetensors: .*going on from an earlier one/)
    expect(await weights('runs/damaged', 6)).toEqual(await weights('runs/d', 6))
    expect(await readdir(at('runs/damaged/checkpoints'))).not.toContain('8.partial')
  })

  test('trains on a folder of pictures', async () => {
    const options = ['--widths', '8,16', '--batch-size', '6', '--steps', '2', '--image-size', '12']
    const args = ['train', 'simclr', '--images', at('pictures'), '--out', at('runs/folder'), ...options]
    const { code, notes } = await chiaro(args)
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    expect(notes.join('\n')).toContain('12 pictures of 12 × 12 × 3')
  })

  test.each([
    ['both epochs and steps', ['--epochs', '1', '--steps', '1'], 'give one'],
    ['a batch larger than the data', ['--batch-size', '97'], '--batch-size 97 for 96 samples'],
    ['a scheme that is none', ['--images', 'ftp:x'], 'got "ftp:x"'],
    ['a file that is missing', ['--images', 'idx:/nowhere.gz'], '/nowhere.gz'],
    ['an IDX file of labels', ['--images', 'LABELS'], 'must be pictures'],
    ['a number of another loss', ['--queue', '40'], '--queue belongs to --objective moco, got nt-xent'],
    [
      'MoCo of three views',
      ['--objective', 'moco', '--views', '3'],
      '--views belongs to --objective nt-xent',
    ],
    ['classes without labels', ['--objective', 'supcon'], 'objective supcon learns from labels, got none'],
    [
      'labels without classes',
      ['--labels', 'LABELS'],
      'labels belong to --objective supcon or to --probe, got --objective nt-xent without',
    ],
    ['a probe without labels', ['--probe'], '--probe asks for labels, got none'],
    [
      'a strength of another recipe',
      ['--augmentation', 'crop', '--strength', '1'],
      '--strength belongs to --augmentation simclr or grey, got crop',
    ],
    [
      'smaller views of a loss without',
      ['--objective', 'moco', '--local-views', '2'],
      '--local-views belongs to --objective nt-xent, supcon',
    ],
    ['a size of no view', ['--local-size', '8'], '--local-size belongs to --local-views, got none'],
    [
      'smaller views that are larger',
      ['--local-views', '1', '--local-size', '13'],
      '--local-size must be at most the pictures’ shorter side, 12, got 13',
    ],
    [
      'smaller views that the grid does not fit in',
      ['--local-views', '1', '--local-size', '4', '--grid', '3'],
      '--local-size 4 leaves a last feature map of 2 × 2, which --grid 3 does not fit in',
    ],
    [
      'a mix of another loss',
      ['--objective', 'supcon', '--mix', 'i-mix'],
      '--mix belongs to --objective nt-xent',
    ],
    ['shares of no mix', ['--mix-alpha', '2'], '--mix-alpha belongs to --mix, got none'],
    [
      'a mix beside smaller views',
      ['--mix', 'i-mix', '--local-views', '2'],
      '--mix takes neither more than two --views nor --local-views beside it',
    ],
    [
      'strides of other stages',
      ['--strides', '1,2,2'],
      '--strides must be 2, one for each of --widths, got 3',
    ],
    ['a gamma of colours', ['--gamma', '0.5'], '--gamma belongs to --augmentation grey'],
    [
      'a magnitude without operations',
      ['--magnitude', '3'],
      '--magnitude belongs to --augmentation rand-augment',
    ],
    ['labels of another kind', ['--labels', 'folder'], 'labels must be idx:FILE or own, got "folder"'],
    [
      'labels of a file that has none of its own',
      ['--objective', 'supcon', '--labels', 'own'],
      'needs --labels idx:FILE',
    ],
  ])('refuses %s', async (_, more, message) => {
    const { code, notes } = await chiaro(training('runs/refused', ...more.map(given)))
    expect(code).toBe(/give | belongs to | beside it/.test(message) ? 2 : 1)
    expect(notes.join('\n')).toContain(message)
  })
})

describe('evaluate', () => {
  const sources = () => [
    ...['--images', `idx:${at('train.idx.gz')}`, '--labels', `idx:${at('train-labels.idx.gz')}`],
    ...['--test-images', `idx:${at('test.idx.gz')}`, '--test-labels', `idx:${at('test-labels.idx.gz')}`],
  ]

  test('probes the encoder beside baselines, and adds all to the report', async () => {
    await chiaro(training('runs/probed', '--steps', '30', '--checkpoint-every', '30'))
    const args = [
      'evaluate',
      at('runs/probed'),
      ...sources(),
      '--neighbours',
      '7',
      '--baseline',
      'untrained,pixels',
    ]
    const { code, result, lines, notes } = await chiaro(args)
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    const { linear, knn, baselines, geometry, rows } = result as {
      linear: {
        accuracy: number
        interval: { low: number; high: number }
        confusion: number[][]
        converged: boolean
      }
      knn: { accuracy: number }
      baselines: Record<string, Record<string, { accuracy: number }>>
      geometry: Record<string, number>
      rows: unknown
    }
    expect(rows).toEqual({ train: count, test: count, shared: 0 })
    expect(linear.converged).toBe(true)
    // A bar and a square of random place and grey: 0.5 is chance, five standard errors of which are 0.26.
    expect(linear.accuracy).toBeGreaterThan(0.76)
    expect(linear.interval.low).toBeLessThanOrEqual(linear.accuracy)
    expect(linear.interval.high).toBeGreaterThanOrEqual(linear.accuracy)
    expect(linear.confusion.flat().reduce((sum, value) => sum + value, 0)).toBe(count)
    expect(knn.accuracy).toBeGreaterThan(0.5)
    expect(Object.keys(baselines)).toEqual(['untrained', 'pixels'])
    for (const probed of Object.values(baselines)) expect(Object.keys(probed)).toEqual(['linear', 'knn'])
    expect(geometry.alignment).toBeGreaterThan(0)
    expect(geometry.alignment).toBeLessThan(2)
    expect(geometry.uniformity).toBeLessThan(0)
    expect(geometry.effectiveRank).toBeGreaterThan(1)
    expect(geometry.effectiveRank).toBeLessThanOrEqual(geometry.dimension)
    expect(lines[0]).toMatch(/^accuracy +linear +knn$/)
    expect(lines.join('\n')).toMatch(/untrained +0\.\d{4} \[/)
    const report = JSON.parse(await readFile(at('runs/probed/report.json'), 'utf8'))
    expect(report).toMatchObject({ steps: 30, evaluation: { linear: { accuracy: linear.accuracy } } })
  })

  test('draws few labels anew, the same for encoder and baseline', async () => {
    const args = ['evaluate', at('runs/probed'), ...sources(), '--probe', 'linear', '--probe-labels', '10']
    const { code, result, lines } = await chiaro([...args, '--probe-draws', '4', '--baseline', 'untrained'])
    expect(code).toBe(0)
    const { linear, baselines } = result as {
      linear: { accuracy: number; standardError: number; draws: number[]; labels: number }
      baselines: { untrained: { linear: { draws: number[] } } }
    }
    expect(linear.labels).toBe(10)
    expect(linear.draws).toHaveLength(4)
    const mean = linear.draws.reduce((sum, value) => sum + value, 0) / 4
    const variance = linear.draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3
    expect(linear.accuracy).toBeCloseTo(mean, 12)
    expect(linear.standardError).toBeCloseTo(Math.sqrt(variance / 4), 12)
    expect(baselines.untrained.linear.draws).toHaveLength(4)
    expect(lines.join('\n')).toContain('10 labels, as many of each class')
  })

  test('takes classes from sub-folders, which must be the same in the test folder', async () => {
    const bytes = drawn(5, 8).pictures
    for (const [where, names] of [
      ['by-class', ['bar', 'square']],
      ['others', ['bar', 'circle']],
    ] as const) {
      for (let i = 0; i < 8; i++) {
        await mkdir(at(where, names[i % 2]), { recursive: true })
        const data = bytes.subarray(i * side * side, (i + 1) * side * side)
        const raw = { width: side, height: side, channels: 1 } as const
        await sharp(data, { raw })
          .png()
          .toFile(at(where, names[i % 2], `${i}.png`))
      }
    }
    const args = [
      'evaluate',
      at('runs/probed'),
      '--images',
      at('by-class'),
      '--probe',
      'knn',
      '--test-images',
    ]
    const { code, result } = await chiaro([...args, at('by-class')])
    expect(code).toBe(0)
    expect(result).toMatchObject({ classNames: ['bar', 'square'], rows: { train: 8, test: 8 } })
    const refused = await chiaro([...args, at('others')])
    expect(refused.code).toBe(1)
    expect(refused.notes.join('\n')).toContain('test classes must be some of the training pictures')
  })

  test.each([
    ['without test pictures', ['--images', 'idx:x'], 1, 'needs --test-images'],
    ['with an unknown probe', ['--probe', 'linear,forest'], 2, 'some of linear, knn'],
    ['with a label short', ['LABELS'], 1, 'bytes [96]'],
  ])('refuses to go on %s', async (_, more, code, message) => {
    const args = more[0] === 'LABELS' ? [...sources(), '--labels', `idx:${at('short.idx')}`] : more
    await writeFile(at('short.idx'), idx([count - 1], new Uint8Array(count - 1)))
    const got = await chiaro(['evaluate', at('runs/probed'), ...args])
    expect(got.code).toBe(code)
    expect(got.notes.join('\n')).toContain(message)
  })
})

describe('embed and search', () => {
  test.each(['.parquet', '.npy'])(
    'write unit embeddings to %s, and find a picture among them',
    async extension => {
      const out = at(`embeddings${extension}`)
      const run = at('runs/probed')
      const embedded = await chiaro(['embed', run, '--images', at('pictures'), '--out', out])
      expect(embedded.notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
      expect(embedded.result).toMatchObject({ count: 12, dimension: 64 })
      const { names, vectors, dimension } = await readEmbeddings(out)
      expect(names).toEqual(Array.from({ length: 12 }, (_, i) => `${String(i).padStart(2, '0')}.png`))
      for (let i = 0; i < 12; i++) {
        const row = vectors.subarray(i * dimension, (i + 1) * dimension)
        expect(Math.hypot(...row)).toBeCloseTo(1, 5)
      }
      for (const gallery of [
        ['--embeddings', out],
        ['--images', at('pictures')],
      ]) {
        const asked = ['search', run, '--image', at('pictures/05.png'), '--top', '3', ...gallery]
        const { code, result } = await chiaro(asked)
        expect(code).toBe(0)
        const { found } = result as { found: { picture: string; score: number }[] }
        expect(found).toHaveLength(3)
        expect(found[0].picture).toBe('05.png')
        expect(found[0].score).toBeCloseTo(1, 4)
        expect(found[1].score).toBeLessThanOrEqual(found[0].score)
      }
    },
  )

  test('searches the pictures of the training where none are named', async () => {
    const { result } = await chiaro([
      'search',
      at('runs/probed'),
      '--image',
      at('pictures/05.png'),
      '--top',
      '200',
    ])
    expect((result as { found: unknown[] }).found).toHaveLength(count)
  })

  test.each([
    [
      'a text',
      ['search', 'RUN', '--text', 'a bar'],
      'must be a run that knows texts (clip or sentences), got one of simclr',
    ],
    ['neither text nor picture', ['search', 'RUN'], 'either --text or --image must be given'],
    ['a row', ['search', 'RUN', '--row', '3'], 'must be a run that embeds rows (scarf'],
    [
      'texts to embed',
      ['embed', 'RUN', '--text', 'a', '--out', 'x.npy'],
      'must be a run that knows texts (clip or sentences), got one of simclr',
    ],
    [
      'pictures of another shape',
      ['embed', 'RUN', '--images', 'OTHER', '--out', 'x.npy'],
      "of the run's shape",
    ],
    [
      'embeddings of another dimension',
      ['search', 'RUN', '--image', 'PICTURE', '--embeddings', 'E'],
      'rows of 64',
    ],
  ])('refuse %s', async (_, args, message) => {
    await writeFile(at('other.idx'), idx([2, 5, 5], new Uint8Array(50)))
    await writeEmbeddings(at('two.npy'), { names: ['a'], vectors: Float32Array.of(1, 0), dimension: 2 })
    const names: Record<string, string> = {
      RUN: at('runs/probed'),
      OTHER: `idx:${at('other.idx')}`,
      PICTURE: at('pictures/05.png'),
      E: at('two.npy'),
    }
    const { code, notes } = await chiaro(args.map(arg => names[arg] ?? arg))
    expect(code).toBe(message.includes('must be given') ? 2 : 1)
    expect(notes.join('\n')).toContain(message)
  })
})

describe('report', () => {
  test('is one file with a curve, a map and pictures, and loads nothing', async () => {
    const labels = ['--labels', `idx:${at('train-labels.idx.gz')}`]
    const { code, notes } = await chiaro(['report', at('runs/probed'), '--pictures', '60', ...labels])
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    const html = await readFile(at('runs/probed/report.html'), 'utf8')
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2)
    expect(html.match(/<circle/g)).toHaveLength(60)
    // Eight queries with seven neighbours each.
    expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(64)
    expect(html).not.toMatch(/<script|(src|href)="(?!data:)/)
    expect(html).toContain('training.batchSize')
    expect(html).toContain(Math.log(63).toFixed(3))
  })

  test('shows names as text, whatever they are', async () => {
    const name = '<img src=x onerror=alert(1)>&".png'
    await mkdir(at('odd'))
    for (const [i, file] of [name, 'a.png', 'b.png', 'c.png'].entries()) {
      await cp(at(`pictures/0${i}.png`), at('odd', file))
    }
    const { code } = await chiaro([
      'report',
      at('runs/probed'),
      '--images',
      at('odd'),
      '--out',
      at('odd.html'),
    ])
    expect(code).toBe(0)
    const html = await readFile(at('odd.html'), 'utf8')
    expect(html).not.toContain('<img src=x')
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;.png')
  })
})

/** Waits until a run's log has a step. */
async function untilStep(run: string, step: number): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const log = await readFile(at(run, 'log.jsonl'), 'utf8').catch(() => '')
    if (log.includes(`"step":${step},`)) return
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  throw new Error(`${run} did not come to step ${step}`)
}
