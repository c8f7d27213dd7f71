// The built page in a Chromium without a network: served, opened, and watched.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { preview } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Serves the build and counts what is asked of it. */
export async function serveBuild({ isolated = true } = {}) {
  const asked = []
  const count = {
    name: 'count',
    configurePreviewServer(server) {
      server.middlewares.use((request, _, next) => {
        asked.push(request.url)
        next()
      })
    },
  }
  const headers = isolated
    ? {}
    : { 'Cross-Origin-Opener-Policy': 'unsafe-none', 'Cross-Origin-Embedder-Policy': 'unsafe-none' }
  const server = await preview({
    root,
    logLevel: 'error',
    plugins: [count],
    preview: { host: '127.0.0.1', port: 0, headers },
  })
  const address = `http://127.0.0.1:${server.httpServer.address().port}/`
  return { address, asked, close: () => server.close() }
}

const graphics = [
  '--use-vulkan=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--ignore-gpu-blocklist',
]

/** A headless Chromium; `gpu` gives it WebGL and WebGPU, drawn by the processor where there is no card. */
export const launch = (executablePath, { gpu = false } = {}) =>
  chromium.launch({ executablePath, args: ['--no-sandbox', ...(gpu ? graphics : ['--disable-gpu'])] })

/**
 * A lab's page, opened and `ready` (a selector), with its first plot drawn unless `plot` is null: what it loaded, what
 * went wrong on it, and its figures by name. Every lab has the
 * buttons #run and #reset, figures #figure-<name>, sentences #error and #backend, and plots by [data-plot].
 */
export async function openLab(
  browser,
  address,
  {
    lab = 'index.html',
    plot = 'density',
    ready = '#reset:not(:disabled)',
    backend,
    width = 1280,
    height = 900,
    scheme = 'light',
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    acceptDownloads: true,
  })
  // A busy machine is slow, not wrong.
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const [problems, loaded] = [[], []]
  page.on('pageerror', error => problems.push(String(error)))
  page.on('console', message => message.type() === 'error' && problems.push(message.text()))
  page.on('response', response =>
    loaded.push(
      response.body().then(
        body => ({ url: response.url(), body }),
        () => undefined,
      ),
    ),
  )
  await page.goto(`${address}${lab}${backend === undefined ? '' : `?backend=${backend}`}`)
  await page.waitForSelector(ready)
  if (plot !== null) await page.waitForSelector(`[data-plot="${plot}"] :is(svg, canvas)`)
  const firstLoad = async () => {
    const files = (await Promise.all(loaded)).filter(
      file => file && !/\.wasm$|\/emoji\//.test(file.url) && file.url.startsWith('http'),
    )
    return files.reduce((sum, { body }) => sum + gzipSync(body).length, 0)
  }
  const text = id => page.locator(`#${id}`).textContent()
  /** A figure's number; NaN where it shows none. */
  const figure = async name =>
    Number.parseFloat((await text(`figure-${name}`)).replaceAll('−', '-').replaceAll(',', ''))
  return { context, page, problems, firstLoad, text, figure }
}

/** Waits for the last step of a run that trains. */
export const trained = (page, { seconds = 240 } = {}) =>
  page.waitForFunction(() => document.querySelector('#run').textContent === 'Train again', null, {
    timeout: seconds * 1000,
  })

/** Presses start and waits for the last step. */
export async function trainToTheEnd(page, options) {
  await page.click('#run')
  await trained(page, options)
}

/** Chooses settings, and waits until the run they make is there. */
export async function choose(page, settings) {
  await page.evaluate(values => {
    const form = document.querySelector('#settings')
    for (const [name, value] of Object.entries(values)) {
      const input = form.elements.namedItem(name)
      input.value = String(value)
      input.dispatchEvent(new Event('input', { bubbles: true }))
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }
  }, settings)
  await page.waitForTimeout(400)
  await page.click('#reset')
  await page.waitForFunction(
    () =>
      !document.querySelector('#reset').disabled && document.querySelector('#run').textContent === 'Start',
  )
}

/** The time between frames of the page while `work` runs, in milliseconds and in order of size. */
async function gapsWhile(page, work) {
  await page.evaluate(() => {
    const gaps = []
    let last = performance.now()
    const tick = now => {
      gaps.push(now - last)
      last = now
      globalThis.frame = requestAnimationFrame(tick)
    }
    globalThis.gaps = gaps
    globalThis.frame = requestAnimationFrame(tick)
  })
  await work()
  return page.evaluate(() => {
    cancelAnimationFrame(globalThis.frame)
    return globalThis.gaps.slice(1).toSorted((a, b) => a - b)
  })
}

/**
 * Runs `work` and says how long it took and how even the page's frames were. They may not be twice as far apart (19 of
 * 20) as those of the idle page just before and after: what else the machine does takes frames from both.
 */
export async function framesWhile(page, work) {
  const p95 = gaps => gaps[Math.floor(0.95 * gaps.length)]
  const idle = () => gapsWhile(page, () => page.waitForTimeout(2000))
  const before = await idle()
  const began = performance.now()
  const gaps = await gapsWhile(page, work)
  const seconds = (performance.now() - began) / 1000
  const ofIdle = Math.max(p95(before), p95(await idle()))
  const said =
    `${seconds.toFixed(0)} s, ${gaps.length} frames, median ${gaps[gaps.length >> 1].toFixed(1)}, ` +
    `p95 ${p95(gaps).toFixed(1)} ms (idle page ${ofIdle.toFixed(1)})`
  assert(p95(gaps) < 2 * ofIdle, `frames: ${said}`)
  return said
}
