import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }
    >
  >
}

const folder = fileURLToPath(new URL('../../../.github/workflows/', import.meta.url))
const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

/** What a job may do beside reading: publish by trust, tag what is published, and start the workflow that does both. */
const writes: Readonly<Record<string, string[]>> = {
  'release.yml publish': ['id-token'],
  'release.yml tag': ['contents'],
  'canary.yml publish': ['actions'],
}

describe.each(readdirSync(folder).filter(name => name.endsWith('.yml')))('%s', name => {
  const text = readFileSync(folder + name, 'utf8')
  const { permissions, jobs }: Workflow = parse(text)
  const steps = Object.values(jobs).flatMap(job => job.steps)

  it('has every action by its commit, its version beside it', () => {
    const used = text.match(/uses: .*/g) ?? []
    for (const one of used) expect(one).toMatch(/^uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('may write where it must alone', () => {
    const written = (given: Readonly<Record<string, string>> = {}) =>
      Object.keys(given).filter(scope => given[scope] !== 'read')
    expect(permissions).toBeTypeOf('object')
    expect(written(permissions)).toEqual([])
    for (const [job, { permissions }] of Object.entries(jobs))
      expect(written(permissions)).toEqual(writes[`${name} ${job}`] ?? [])
  })

  it('calls scripts that there are, and leaves no credentials in the checkout', () => {
    const commands = steps.flatMap(({ run }) => run?.trim().split('\n') ?? [])
    for (const command of commands) {
      const [, script] = /^npm run ([a-z:]+)/.exec(command) ?? []
      if (script !== undefined) expect(scripts).toHaveProperty([script])
      else
        expect(command).toMatch(/^(bash \.ci\/(run|mpi)$|gh auth setup-git$|gh workflow run release\.yml )/)
    }
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toEqual({ 'persist-credentials': false })
  })
})
