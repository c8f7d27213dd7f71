import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { planted } from './planted.ts'

const processes = new URL('../processes.mjs', import.meta.url).href

// Each writes its process id, and waits for longer than the test.
const grandchild = `
require('node:fs').writeFileSync('grandchild', String(process.pid))
setTimeout(() => {}, 60000)`
const child = `
require('node:fs').writeFileSync('child', String(process.pid))
require('node:child_process').spawn(process.execPath, ['grandchild.cjs'])
setTimeout(() => {}, 60000)`
const parent = `
import { writeFileSync } from 'node:fs'
import { runProgram, scratchFolder } from ${JSON.stringify(processes)}
writeFileSync('scratch', scratchFolder('chiaro-processes-'))
await runProgram(process.execPath, ['child.cjs'], { cwd: '.', env: process.env })`

const alive = (id: number) => {
  try {
    process.kill(id, 0)
    // One that has ended and waits to be fetched, as Linux shows it, is dead too.
    const status = `/proc/${id}/status`
    return !(existsSync(status) && /^State:\s+Z/m.test(readFileSync(status, 'utf8')))
  } catch {
    return false
  }
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s leaves no folder, no child and no child’s child',
  async signal => {
    const folder = planted({ 'parent.mjs': parent, 'child.cjs': child, 'grandchild.cjs': grandchild })
    const program = spawn(process.execPath, ['parent.mjs'], { cwd: folder })
    const closed = new Promise(resolve => program.once('close', resolve))
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    await vi.waitUntil(() => existsSync(join(folder, 'grandchild')) && read('grandchild') !== '', 20_000)
    const ids = ['child', 'grandchild'].map(name => Number(read(name)))
    expect([existsSync(read('scratch')), ...ids.map(alive)]).toEqual([true, true, true])
    program.kill(signal)
    expect(await closed).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(existsSync(read('scratch'))).toBe(false)
    await vi.waitUntil(() => !ids.some(alive), 10_000)
  },
)
