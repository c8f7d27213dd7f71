import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { lockRun } from '@chiaro/train/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noiseIdx } from './chaos/fixture.ts'
import { explain } from './exit-code.ts'
import { pasteable } from './pasteable.ts'
import { start } from './process-in-test.ts'
import { chiaro } from './run-in-test.ts'
import { oneLine } from './terminal.ts'

let folder: string
const at = (...path: string[]) => join(folder, ...path)

const training = (out: string, ...more: string[]) => [
  ...['train', 'simclr', '--images', `idx:${at('pictures.idx')}`, '--out', at(out), '--steps', '2'],
  ...['--widths', '4,8', '--head-hidden', '8', '--head-output', '4', '--batch-size', '8', ...more],
]

/** A run's file without its checksum, to be changed by hand. */
async function unsealed(file: string) {
  const { checksum: _, ...fields } = JSON.parse(await readFile(at(file), 'utf8'))
  return fields
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-faults-'))
  await writeFile(at('pictures.idx'), noiseIdx(24, 8))
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
    await writeFile(at('many.idx'), noiseIdx(30_000, 8))
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
  expect(explain(full, signal)).toEqual({ code: 1, lines: ['chiaro: the disk is full'] })
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
  ['evaluate', [], 'must be a run that embeds (clip or simclr or scarf or sentences'],
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
    const run = await unsealed('run/run.json')
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
        [
          expect.stringMatching(
            new RegExp(`task must be one of clip, simclr, scarf, sentences, density\\b.*, got "${task}"`),
          ),
        ],
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
  const run = await unsealed('run/run.json')
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

describe('the data of a run', () => {
  const broken = async (out: string) => {
    expect((await chiaro([...training(out, '--checkpoint-every', '1'), '--steps', '3'])).code).toBe(0)
    await writeFile(at(out, 'latest.json'), '{"step": 2}')
    await rm(at(out, 'checkpoints', '3'), { recursive: true })
  }

  it('are told apart when a run is resumed: changed ones are refused with what changed, or accepted by word', async () => {
    await broken('changed')
    const kept = await readFile(at('pictures.idx'))
    const other = Buffer.from(kept)
    other[500] ^= 1
    await writeFile(at('pictures.idx'), other)
    const { code, notes } = await chiaro(['resume', at('changed')])
    expect([code, notes.at(-1)]).toEqual([
      1,
      expect.stringMatching(/the data of .* have changed: contents \(.*--accept-changed-data/),
    ])
    expect(await readdir(at('changed/checkpoints'))).toEqual(['2'])
    expect((await chiaro(['resume', at('changed'), '--accept-changed-data'])).code).toBe(0)
    await writeFile(at('pictures.idx'), kept)
  })

  it('may lie elsewhere than they did', async () => {
    await broken('moved')
    await cp(at('pictures.idx'), at('elsewhere.idx'))
    const info = await unsealed('moved/run.json')
    info.config.source.file = '/of/another/machine.idx'
    await writeFile(at('moved/run.json'), JSON.stringify(info))
    expect((await chiaro(['resume', at('moved')])).code).toBe(1)
    const { code, notes } = await chiaro(['resume', at('moved'), '--images', `idx:${at('elsewhere.idx')}`])
    expect([code, notes.filter(note => note.startsWith('chiaro:'))]).toEqual([0, []])
  })

  it('of a table: appended rows, other names and other kinds are said', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${(i * 37) % 17},${(i * 11) % 13}`)
    const table = at('table.csv')
    const write = (header: string, more: readonly string[] = []) =>
      writeFile(table, `${header}\n${[...rows, ...more].join('\n')}\n`)
    await write('x,y')
    const train = [
      'train',
      'density',
      '--table',
      table,
      '--out',
      at('table'),
      '--widths',
      '8',
      '--checkpoint-every',
      '1',
    ]
    expect((await chiaro([...train, '--steps', '4', '--validate-every', '1'])).code).toBe(0)
    const refused = async () => (await chiaro(['resume', at('table')])).notes.at(-1)
    await write('x,y', ['3,4'])
    expect(await refused()).toContain('rows (60, now 61)')
    await write('x,z')
    expect(await refused()).toContain('columns (x, y, now x, z)')
    await write('x,y', ['3,?'])
    expect(await refused()).toContain('rows (60, now 61)')
    await write('x,y')
    expect(await refused()).toContain('trained to its end already')
  })
})

describe('a run that was killed', () => {
  it('after its last step and before its report still gets that, of all its steps', async () => {
    expect((await chiaro([...training('unreported', '--checkpoint-every', '1'), '--steps', '3'])).code).toBe(
      0,
    )
    const report = async () => {
      const { seconds: _, ...fields } = JSON.parse(await readFile(at('unreported/report.json'), 'utf8'))
      return fields
    }
    const whole = await report()
    await rm(at('unreported/report.json'))
    expect((await chiaro(['resume', at('unreported')])).code).toBe(0)
    expect(await report()).toEqual(whole)
    // And one that stopped before its last step reports the losses before that, too.
    await rm(at('unreported/report.json'))
    await rm(at('unreported/checkpoints/3'), { recursive: true })
    await writeFile(at('unreported/latest.json'), '{"step": 2}')
    expect((await chiaro(['resume', at('unreported')])).code).toBe(0)
    expect(await report()).toEqual(whole)
    expect((await chiaro(['resume', at('unreported')])).code).toBe(1)
  })

  it('and has lost lines of its log says so', async () => {
    expect((await chiaro([...training('cut', '--checkpoint-every', '1'), '--steps', '3'])).code).toBe(0)
    const [first] = (await readFile(at('cut/log.jsonl'), 'utf8')).split('\n')
    await writeFile(at('cut/log.jsonl'), `${first}\n`)
    await rm(at('cut/checkpoints/3'), { recursive: true })
    await writeFile(at('cut/latest.json'), '{"step": 2}')
    const { code, notes } = await chiaro(['resume', at('cut')])
    expect([code, notes]).toEqual([
      0,
      expect.arrayContaining([`${at('cut')}/log.jsonl has lost 1 of its 2 lines`]),
    ])
  })
})

it('two processes do not train into one folder', async () => {
  const free = await lockRun(at('run'))
  const { code, notes } = await chiaro(['resume', at('run')])
  expect([code, notes.at(-1)]).toEqual([1, expect.stringContaining('trains into it')])
  await free()
})

it('what a file is called cannot move the cursor, nor begin a line of its own', async () => {
  expect(oneLine('a\u001b[2Jb\nchiaro: all is well\u0085\u2028')).toBe(
    'a\\x1b[2Jb\\nchiaro: all is well\\x85\\x2028',
  )
  expect(oneLine('naïve 漢字 👍')).toBe('naïve 漢字 👍')
})

it.each([
  ['runs/a', 'runs/a'],
  ['my runs/a', "'my runs/a'"],
  ["it's", "'it'\\''s'"],
  ['$(rm -r x)', "'$(rm -r x)'"],
])('the advice for %s can be pasted', (path, expected) => {
  expect(pasteable(path)).toBe(expected)
})

describe('a process', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)(
    'that gets %s in training saves, says how to go on, and ends with %d',
    async (signal, expected) => {
      const out = at(`by-${signal}`)
      const child = start(...training(`by-${signal}`), '--steps', '100000')
      while (!(await readFile(join(out, 'log.jsonl'), 'utf8').catch(() => '')))
        await new Promise(resolve => setTimeout(resolve, 20))
      child.kill(signal)
      const [code] = await once(child, 'exit')
      expect([code, child.notes()]).toEqual([
        expected,
        expect.stringContaining('interrupted; the run is kept'),
      ])
      const { step } = JSON.parse(await readFile(join(out, 'latest.json'), 'utf8'))
      expect(await readdir(join(out, 'checkpoints'))).toContain(String(step))
      expect(await readdir(out)).not.toContain('run.lock')
    },
  )

  it('whose reader has gone ends quietly', async () => {
    const child = start('doctor')
    child.stdout?.destroy()
    await once(child, 'exit')
    expect(child.notes()).not.toMatch(/EPIPE|Error/)
  })
})

describe('what can be refused', () => {
  it('by the flags alone is refused before anything is read, with exit code 2', async () => {
    const args = [
      'train',
      'simclr',
      '--images',
      at('nowhere'),
      '--out',
      at('r'),
      '--epochs',
      '1',
      '--steps',
      '1',
    ]
    expect(await chiaro(args)).toMatchObject({
      code: 2,
      notes: ['chiaro: train simclr: --epochs and --steps both say how long, give one'],
    })
  })

  it('by the data leaves no folder in the way of the corrected command', async () => {
    const { code, notes } = await chiaro([...training('large'), '--batch-size', '25'])
    expect([code, notes.at(-1)]).toEqual([
      1,
      'chiaro: train simclr: there must be a whole batch, got --batch-size 25 for 24 samples',
    ])
    expect(await readdir(folder)).not.toContain('large')
    expect((await chiaro([...training('large'), '--batch-size', '24'])).code).toBe(0)
  })
})

it('says after training what to type next', async () => {
  const { notes } = await chiaro(training('has a blank'))
  expect(notes.at(-1)).toBe(`next: chiaro report '${at('has a blank')}'`)
})
