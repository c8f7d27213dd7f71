import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { key, uniformValues } from '@chiaro/random'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain } from './exit-code.ts'
import { chiaro } from './run-in-test.ts'

let folder: string
const at = (...path: string[]) => join(folder, ...path)

/** Pictures of noise in an IDX file. */
function idx(count: number, side: number): Buffer {
  const header = Buffer.from([0, 0, 8, 3, 0, 0, count >> 8, count & 255, 0, 0, 0, side, 0, 0, 0, side])
  const pixels = uniformValues(key(7), count * side * side).map(value => 255 * value)
  return Buffer.concat([header, Uint8Array.from(pixels)])
}

const training = (out: string, ...more: string[]) => [
  ...['train', 'simclr', '--images', `idx:${at('pictures.idx')}`, '--out', at(out), '--steps', '2'],
  ...['--widths', '4,8', '--head-hidden', '8', '--head-output', '4', '--batch-size', '8', ...more],
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-faults-'))
  await writeFile(at('pictures.idx'), idx(24, 8))
  const rows = Array.from({ length: 60 }, (_, i) => `${(i * 37) % 17},${(i * 11) % 13}`)
  await writeFile(at('rows.csv'), `x,y\n${rows.join('\n')}\n`)
  expect((await chiaro(training('run', '--checkpoint-every', '1'))).code).toBe(0)
  const table = ['--table', at('rows.csv'), '--out', at('density'), '--steps', '4', '--widths', '8']
  expect((await chiaro(['train', 'density', ...table])).code).toBe(0)
})
afterAll(() => rm(folder, { recursive: true }))

describe('Ctrl-C', () => {
  it.each([
    ['train', () => training('never')],
    ['embed', () => ['embed', at('run'), '--images', `idx:${at('pictures.idx')}`, '--out', at('e.npy')]],
    ['search', () => ['search', at('run'), '--image', at('pictures.idx')]],
    ['evaluate', () => ['evaluate', at('run'), '--images', at('run'), '--test-images', at('run')]],
    ['report', () => ['report', at('run')]],
    ['score', () => ['score', at('density'), '--table', at('rows.csv'), '--out', at('s.csv')]],
    ['sample', () => ['sample', at('density'), '--out', at('d.csv')]],
    ['doctor', () => ['doctor']],
    ['resume', () => ['resume', at('run')]],
  ])('ends %s with 130 and one word', async (_, args) => {
    const { code, notes } = await chiaro(args(), AbortSignal.abort(new Error('interrupted')))
    expect([code, notes]).toEqual([130, ['interrupted']])
  })

  it('ends work that keeps the thread, and leaves nothing half', async () => {
    await writeFile(at('many.idx'), idx(30_000, 8))
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('interrupted')), 60)
    const args = ['embed', at('run'), '--images', `idx:${at('many.idx')}`, '--out', at('many.npy')]
    expect((await chiaro(args, controller.signal)).code).toBe(130)
    expect(await readdir(folder)).not.toContain('many.npy')
  })

  it('before training leaves no run folder', async () => {
    await chiaro(training('nothing'), AbortSignal.abort(new Error('interrupted')))
    expect(await readdir(folder)).not.toContain('nothing')
  })
})

it('an error after the wish to stop is still that error', () => {
  const signal = AbortSignal.abort(new Error('interrupted'))
  const full = new ChiaroError('run', 'the disk is full')
  expect(explain(full, signal)).toEqual({ code: 1, line: 'chiaro: the disk is full' })
  expect(explain(signal.reason, signal).code).toBe(130)
})

it('no message says chiaro twice', async () => {
  const { notes } = await chiaro(['embed', at('run'), '--images', 'ftp:x', '--out', at('e.npy')])
  expect(notes.at(-1)).toMatch(/^chiaro: --images must be a folder, idx:FILE or wds:SHARDS.tar, got "ftp:x"$/)
  const other = await chiaro(['search', at('density'), '--text', 'x'])
  expect(other.notes.at(-1)?.match(/chiaro:/g)).toHaveLength(1)
})

it('a folder that holds a run is refused before anything is read', async () => {
  const { code, notes } = await chiaro([...training('run'), '--images', at('no such folder')])
  expect([code, notes]).toEqual([1, [expect.stringContaining('must hold no run yet')]])
})

it.each([
  [
    'embed',
    ['--images', 'x', '--out', 'e.npy'],
    'must be a run that embeds pictures (clip or simclr), got one of density',
  ],
  ['search', ['--text', 'x'], 'must be a run that embeds pictures (clip or simclr), got one of density'],
  ['evaluate', [], 'must be a run that embeds (clip or simclr), got one of density'],
])('%s of a density says which tasks it is for', async (command, args, message) => {
  const { code, notes } = await chiaro([command, at('density'), ...args])
  expect([code, notes]).toEqual([1, [expect.stringContaining(message)]])
})

it.each(['score', 'sample'])('%s of an encoder says which task it is for', async command => {
  const more = command === 'score' ? ['--table', at('rows.csv')] : []
  const { code, notes } = await chiaro([command, at('run'), '--out', at('o.csv'), ...more])
  expect([code, notes]).toEqual([
    1,
    [expect.stringContaining('must be a run that knows a density (density)')],
  ])
})

it.each(['constructor', 'toString', '__proto__'])(
  'a run of the task %s is refused by every command',
  async task => {
    const run = JSON.parse(await readFile(at('run/run.json'), 'utf8'))
    await rm(at('odd'), { recursive: true, force: true })
    await cp(at('run'), at('odd'), { recursive: true })
    await writeFile(at('odd/run.json'), JSON.stringify({ ...run, task }))
    for (const args of [
      ['resume'],
      ['evaluate'],
      ['search', '--text', 'x'],
      ['embed', '--text', 'x', '--out', 'x.npy'],
      ['report'],
    ]) {
      const { code, notes } = await chiaro([args[0], at('odd'), ...args.slice(1)])
      expect([code, notes]).toEqual([
        1,
        [expect.stringContaining(`task must be one of clip, simclr, density, got "${task}"`)],
      ])
    }
  },
)

it.each([
  [
    'training.batchSize',
    (config: Config) => ({ ...config, training: { ...config.training, batchSize: '8' } }),
  ],
  [
    'training.temperature',
    (config: Config) => ({ ...config, training: { ...config.training, temperature: 0 } }),
  ],
  ['head', ({ head: _, ...config }: Config) => config],
  ['shape', (config: Config) => ({ ...config, shape: [8, 8] })],
])('a run.json whose %s is damaged is refused by its name', async (field, damage) => {
  const run = JSON.parse(await readFile(at('run/run.json'), 'utf8'))
  await rm(at('odd'), { recursive: true, force: true })
  await cp(at('run'), at('odd'), { recursive: true })
  await writeFile(at('odd/run.json'), JSON.stringify({ ...run, config: damage(run.config) }))
  const { code, notes } = await chiaro(['resume', at('odd')])
  expect([code, notes]).toEqual([1, [expect.stringMatching(new RegExp(`run.json: simclr: ${field}[ .]`))]])
})

interface Config {
  readonly training: object
  readonly head: object
}

describe('--checkpoint', () => {
  it('is what embed, search and evaluate use, of every task', async () => {
    const embedded = async (which: string) => {
      const out = at(`${which}.npy`)
      const args = ['embed', at('run'), '--images', `idx:${at('pictures.idx')}`, '--out', out]
      return { ...(await chiaro([...args, '--checkpoint', which])), out }
    }
    const latest = await embedded('latest')
    expect(latest.code).toBe(0)
    // No validation chose one.
    const best = await embedded('best')
    expect([best.code, best.notes.at(-1)]).toEqual([
      1,
      expect.stringContaining('must have a best checkpoint'),
    ])
    await writeFile(at('run/latest.json'), '{"step": 2, "best": 1}')
    expect((await embedded('best')).code).toBe(0)
    const bytes = (name: string) => readFile(at(`${name}.npy`))
    expect((await bytes('best')).equals(await bytes('latest'))).toBe(false)
    await writeFile(at('run/latest.json'), '{"step": 2}')
  })
})
