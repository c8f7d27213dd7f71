// Pages of examples in a browser, and the servers that they come from.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { preview } from 'vite'
import { drives } from './example-drives.mjs'
import { whileServing } from './processes.mjs'
import { scriptBytes } from './script-bytes.mjs'

const sum = values => values.reduce((total, value) => total + value, 0)

/** The bytes of a script that a page has loaded, gzipped, and without tfjs where its source map is served too. */
async function bytesOf(response) {
  const script = await response.text().catch(() => '')
  const [, name] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(script) ?? []
  const map =
    name &&
    (await fetch(new URL(name, response.url()))
      .then(found => found.json())
      .catch(() => undefined))
  return scriptBytes(script, map)
}

/**
 * Opens a page and does what is to be done there; gives its output, what the console had, and its scripts' bytes, gzipped, and
 * without tfjs if each script that has some of it has a map.
 */
export async function openPage(browser, url, drive = 'wait', folder = undefined) {
  const page = await browser.newPage()
  const said = []
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  const scripts = []
  page.on('response', response => {
    if (response.request().resourceType() === 'script') scripts.push(bytesOf(response))
  })
  try {
    await page.goto(url)
    await drives[drive](page, folder)
    const sizes = await Promise.all(scripts)
    return {
      output: await page.textContent('output'),
      said,
      bytes: sum(sizes.map(({ bytes }) => bytes)),
      withoutTfjs: sizes.some(({ withoutTfjs }) => withoutTfjs)
        ? sum(sizes.map(({ bytes, withoutTfjs = bytes }) => withoutTfjs))
        : undefined,
    }
  } catch (error) {
    const output = await page.textContent('output').catch(() => '')
    throw new Error(`the page at ${url}: ${error.message}\n${output}\n${said.join('\n')}`)
  } finally {
    await page.close()
  }
}

/** Serves a folder while `work` runs. */
export async function withServer(folder, work) {
  const server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    appType: 'mpa',
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0 },
  })
  try {
    return await work(`http://127.0.0.1:${server.httpServer.address().port}/`)
  } finally {
    await server.close()
  }
}

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' }

/**
 * Serves a project's page while `work` runs, and from a second server its packages, at /npm/NAME@VERSION/FILE as jsDelivr
 * has them: the page's node_modules is there.
 *
 * @param page the text of its index.html
 */
export async function withCopies(folder, page, work) {
  const serve = async give => {
    const server = createServer((request, response) => {
      const path = new URL(request.url, 'http://localhost').pathname
      Promise.resolve(give(path)).then(
        body => {
          response.setHeader('content-type', types[extname(path) || '.html'] ?? 'application/octet-stream')
          response.setHeader('access-control-allow-origin', '*')
          response.end(body)
        },
        () => response.writeHead(404).end(),
      )
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    return { server, url: `http://127.0.0.1:${server.address().port}/` }
  }
  const versionOf = async name =>
    JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
  const copies = await serve(path => {
    const [, name, , file] = /^\/npm\/((@[^/]+\/)?[^/@]+)@[^/]+\/(.+)$/.exec(path) ?? []
    return readFile(join(folder, 'node_modules', name, file))
  })
  const names = [
    ...new Set([...page.matchAll(/\.\/node_modules\/((@[^/]+\/)?[^/"]+)\//g)].map(match => match[1])),
  ]
  let text = page
  for (const name of names)
    text = text.replaceAll(`./node_modules/${name}/`, `${copies.url}npm/${name}@${await versionOf(name)}/`)
  const own = await serve(path => (path === '/' ? text : readFile(join(folder, path))))
  try {
    return await work(own.url)
  } finally {
    for (const { server } of [own, copies]) {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** Runs a script that serves until it is ended, while `work` runs; resolves to what it printed. */
export function withScript(folder, script, env, work) {
  const port = 40_000 + (process.pid % 20_000)
  const options = { cwd: folder, env: { ...env, PORT: String(port) } }
  return whileServing('npm', ['run', script], options, async () => {
    const url = `http://127.0.0.1:${port}/`
    for (let tries = 0; ; tries++) {
      const up = await fetch(url).then(
        () => true,
        () => false,
      )
      if (up) return work(url, port)
      if (tries === 120) throw new Error(`npm run ${script} does not answer at ${url}`)
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  })
}
