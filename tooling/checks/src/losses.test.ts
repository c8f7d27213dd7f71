import { describe, expect, it } from 'vitest'
import { lossesOf } from '../losses.mjs'

const passed = { fullName: 'exp on webgpu is right', status: 'passed', meta: {} }
const wrong = { fullName: 'log on webgpu is right', status: 'failed', meta: {} }
const lost = { fullName: 'sum on webgpu is right', status: 'failed', meta: { lost: 'the device was lost' } }
const file = (name: string, assertionResults: object[], message = '') => ({
  name,
  message,
  status: assertionResults.some(one => one !== passed) || message !== '' ? 'failed' : 'passed',
  assertionResults,
})

describe('what a run lost', () => {
  it('are the tests under which the device went, by name and file', () => {
    const files = [file('a.test.ts', [passed, lost]), file('b.test.ts', [passed])]
    expect(lossesOf({ files, output: '' })).toEqual([
      { file: 'a.test.ts', test: lost.fullName, why: 'the device was lost' },
    ])
  })

  it('is nothing that can be tried again where one test is wrong', () => {
    expect(lossesOf({ files: [file('a.test.ts', [wrong])], output: '' })).toBeUndefined()
    expect(
      lossesOf({ files: [file('a.test.ts', [lost]), file('b.test.ts', [wrong])], output: '' }),
    ).toBeUndefined()
  })

  it('is a file that found no device, not one that fails to load', () => {
    const [noDevice, noFile] = ['Error: backend webgpu did not start', 'Cannot find module ./x.ts'].map(
      message => lossesOf({ files: [file('a.test.ts', [], message)], output: '' }),
    )
    expect(noDevice).toEqual([{ file: 'a.test.ts', test: 'all tests', why: 'backend webgpu did not start' }])
    expect(noFile).toBeUndefined()
  })

  it('is the whole run where the browser went, and nothing where an error was left unhandled', () => {
    const files = [file('a.test.ts', [passed])]
    const [gone, unhandled] = [
      'Error: Browser connection was closed while running tests.',
      'Error: x is 3',
    ].map(output => lossesOf({ files, output }))
    expect(gone).toMatchObject([{ why: 'Browser connection was closed while running tests' }])
    expect(gone?.[0].file).toBeUndefined()
    expect(unhandled).toBeUndefined()
    expect(lossesOf({ files: undefined, output: '' })).toHaveLength(1)
  })
})
