import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { readEmbeddings } from '@chiaro/data/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chiaro } from './run-in-test.ts'
import { type Fate, makeStrangersFolder } from './stranger-in-test.ts'

/** npm run test:stranger makes 20,000, in German. */
const count = Number(process.env.CHIARO_STRANGER_FILES ?? 220)

let room: string
let folder: string
let fates: ReadonlyMap<string, Fate>
const at = (...path: string[]) => join(room, ...path)
const named = (fate: Fate) => [...fates].filter(([, one]) => one === fate).map(([name]) => name)

const sorted = (all: readonly string[]) => [...all].sort()

// Names of pipes, and of bytes that are no UTF-8, are for systems that have them.
describe.skipIf(process.platform === 'win32')('a stranger’s folder', () => {
  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), 'Bilder von Zoë – Größe '))
    folder = at('Ablage "neu"')
    fates = await makeStrangersFolder(folder, count)
  }, 600_000)
  afterAll(() => rm(room, { recursive: true, force: true }))

  const training = (...more: string[]) => [
    ...['train', 'simclr', '--images', folder, '--out', at('ein Lauf'), '--image-size', '8', '--widths', '4'],
    ...['--steps', '3', '--batch-size', '16', '--head-hidden', '8', '--head-output', '4', ...more],
  ]

  /** The last lines: what was used, and what was not, add up to all there is. */
  function expectAll(lines: readonly string[]): void {
    const [used, bad, others] = lines.slice(-3)
    expect(used).toBe(`used: ${named('used').length} pictures`)
    expect(bad).toMatch(new RegExp(`^left out: ${named('bad').length} pictures \\(`))
    expect(others).toMatch(
      new RegExp(`^passed by: ${named('passed by').length} files that are no pictures \\(`),
    )
    expect(named('used').length + named('bad').length + named('passed by').length).toBe(count)
  }

  it('is refused with all that is bad, before anything is written', async () => {
    const { code, notes } = await chiaro(training())
    const bad = named('bad').length
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(
      new RegExp(
        `^chiaro: ${bad} pictures can't be used: .*; and ${bad - 5} more; --skip-bad leaves them out$`,
        's',
      ),
    )
    await expect(stat(at('ein Lauf'))).rejects.toThrow('ENOENT')
  }, 600_000)

  it('is trained on without them, every file accounted for', async () => {
    const { code, lines, notes } = await chiaro(training('--skip-bad'))
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    expectAll(lines)
    const listed = JSON.parse(await readFile(at('ein Lauf/skipped.json'), 'utf8'))
    const bad = listed.bad.map(({ picture }: { picture: string }) => relative(folder, picture))
    expect(sorted(bad)).toEqual(sorted(named('bad')))
    expect(sorted(listed.others)).toEqual(sorted(named('passed by')))
    for (const { problem } of listed.bad) expect(problem).toMatch(/ must .*, got /s)
  }, 600_000)

  it('is embedded, searched and shown, decoded once', async () => {
    const rest = ['--images', folder, '--skip-bad', '--cache', at('Zwischenlager')]
    const embedded = await chiaro(['embed', at('ein Lauf'), ...rest, '--out', at('Vektoren.parquet')])
    expect(embedded.code).toBe(0)
    expectAll(embedded.lines)
    const { names } = await readEmbeddings(at('Vektoren.parquet'))
    expect(sorted(names)).toEqual(sorted(named('used')))
    const image = join(folder, 'Klassen/Hunde/Link auf das Bild')
    const searched = await chiaro(['search', at('ein Lauf'), '--image', image, ...rest])
    expect(searched.code).toBe(0)
    expectAll(searched.lines)
    // The picture and the link to it come first, alike.
    expect(sorted(searched.lines.slice(0, 2))).toEqual([
      '1.000  Klassen/Hunde/Link auf das Bild',
      '1.000  Klassen/Hunde/das Bild',
    ])
    expect(searched.notes.join('\n')).toContain(`${named('used').length} pictures decoded before`)
    const shown = await chiaro(['report', at('ein Lauf'), ...rest])
    expect(shown.code).toBe(0)
    expectAll(shown.lines)
    const page = await readFile(at('ein Lauf/report.html'), 'utf8')
    expect(page).toMatch(/Colours: (their|the largest 9 of \d+) sub-folders/)
    expect(page).not.toContain('<script')
  }, 600_000)

  it('is no set of classes: what stands in the way is said', async () => {
    const asked = ['evaluate', at('ein Lauf'), '--images', folder, '--test-images', folder, '--skip-bad']
    const { code, notes } = await chiaro(asked)
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(
      /^chiaro: listLabelledImages: .* must lie in a sub-folder, whose name is its label/s,
    )
    expect(notes.at(-1)).not.toContain('    at ')
  }, 600_000)

  it('has classes in a part of it, whose probes say that they were asked what they were taught', async () => {
    const classes = join(folder, 'Klassen')
    const asked = ['evaluate', at('ein Lauf'), '--images', classes, '--test-images', classes, '--skip-bad']
    const more = ['--probe', 'knn', '--json', '--cache', at('Zwischenlager')]
    const { code, lines, result } = await chiaro([...asked, ...more])
    expect(code).toBe(0)
    const inside = (fate: Fate) => named(fate).filter(name => name.startsWith('Klassen/')).length
    const used = inside('used')
    expect(result).toMatchObject({ rows: { train: used, test: used, shared: used } })
    expect(result.classNames).toEqual(['Hunde', 'Katzen & Vögel'])
    expect(lines).toContain(
      'every test picture is among the training pictures too: of new pictures this says nothing',
    )
    // Each source for itself.
    expect(lines.at(-3)).toBe(`used: ${2 * used} pictures`)
    expect(lines.at(-2)).toContain(`left out: ${2 * inside('bad')} pictures`)
    expect(lines.at(-1)).toContain(`passed by: ${2 * inside('passed by')} files`)
  }, 600_000)
})
