// A page's result from a real browser, without a driver: the page posts it back to the server it came from.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { preview } from 'vite'

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Ends a Chromium and its helpers, which outlive it by a moment and write to the profile until they go. */
async function end(browser, closed, profile) {
  try {
    process.kill(-browser.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
  await closed
  // What a dying helper still holds is left to the system's cleaning of its temporary files.
  await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }).catch(() => {})
}

/**
 * Serves a built folder, opens its index.html in headless Chromium and resolves to what the page posts to
 * `/result`, parsed from JSON. `isolated`: the page is cross-origin isolated, so that it may share memory.
 *
 * @throws when the page posts nothing within `seconds`
 */
export async function resultInChromium(executable, folder, { seconds = 60, isolated = false } = {}) {
  let receive
  const posted = new Promise(resolve => {
    receive = resolve
  })
  const results = {
    name: 'results',
    configurePreviewServer(server) {
      server.middlewares.use('/result', async (request, response) => {
        const parts = []
        for await (const part of request) parts.push(part)
        response.end()
        receive(JSON.parse(Buffer.concat(parts).toString('utf8')))
      })
    },
  }
  const server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0, headers: isolated ? isolation : {} },
    plugins: [results],
  })
  const profile = mkdtempSync(join(tmpdir(), 'chiaro-chromium-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const address = `http://127.0.0.1:${server.httpServer.address().port}/`
  const browser = spawn(executable, [...flags, '--no-first-run', `--user-data-dir=${profile}`, address], {
    stdio: 'ignore',
    detached: true, // a process group of its own, which can be ended whole
  })
  const closed = new Promise(resolve => {
    browser.once('close', resolve)
  })
  let timer
  try {
    return await Promise.race([
      posted,
      closed.then(code => {
        throw new Error(`Chromium ended (${code}) before the page gave a result`)
      }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`the page gave no result in ${seconds} s`)), seconds * 1000)
      }),
    ])
  } finally {
    clearTimeout(timer)
    await end(browser, closed, profile)
    await server.close()
  }
}
