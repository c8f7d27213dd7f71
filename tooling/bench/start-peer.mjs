import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A peer's process, with what it says of itself; `missing` says why there is none. */
export async function startPeer([command, args], environment = process.env) {
  if (spawnSync(command, ['--version']).error !== undefined) return { missing: `no ${command} here` }
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment })
  // Of one that has ended, what it is asked goes nowhere.
  child.stdin.on('error', () => {})
  const complaints = []
  child.stderr.on('data', data => complaints.push(data))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await lines.next()
    if (!done) return JSON.parse(value)
    return {
      problem: 'died',
      missing: `it ended: ${Buffer.concat(complaints).toString().trim().slice(-300)}`,
    }
  }
  return {
    ...(await answer()),
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return answer()
    },
    end: () => child.kill(),
  }
}
