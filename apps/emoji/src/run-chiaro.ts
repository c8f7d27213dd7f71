import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const cli = join(dirname(createRequire(import.meta.url).resolve('chiaro')), '../bin/chiaro.js')

/**
 * Runs `chiaro …` as a user would, its progress on our own terminal. Resolves to what it printed on stdout;
 * a failing command ends the main job with the same exit code, since it has already said why.
 */
export function runChiaro(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['inherit', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(output)
      else process.exit(code ?? 1)
    })
  })
}
