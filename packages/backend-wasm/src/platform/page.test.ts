import { afterEach, expect, it, vi } from 'vitest'
import { platform } from './page.ts'

afterEach(() => vi.unstubAllGlobals())

const name = 'tfjs-backend-wasm-simd.wasm'
const url = `https://host.test/files/${name}`

/** What is found where a server answers so. */
function findFrom(answer: () => Promise<Response>, given: string | undefined = url) {
  vi.stubGlobal('fetch', vi.fn(answer))
  return platform.findFile(name, given)
}

it('a file that is served is found where it is', async () => {
  expect(
    await findFrom(async () => new Response('', { headers: { 'content-type': 'application/wasm' } })),
  ).toEqual({
    at: url,
  })
})

it.each([
  [
    'nothing',
    async () => new Response('', { status: 404, statusText: 'Not Found' }),
    'answered 404 Not Found',
  ],
  [
    'a page in its place',
    async () => new Response('', { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    'answered with a page (text/html; charset=utf-8)',
  ],
  ['no server', () => Promise.reject(new TypeError('fetch failed')), "can't be fetched (fetch failed)"],
])('%s is told with the address', async (_, answer, words) => {
  expect(await findFrom(answer)).toEqual({ missing: [`${url} ${words}`] })
})

it('by itself it is the copy beside this module, which needs no server to be asked about', async () => {
  const fetched = vi.fn()
  vi.stubGlobal('fetch', fetched)
  const expected = new URL(`../generated/${name}`, import.meta.url).href
  expect(await platform.findFile(name)).toEqual({ at: expected })
  expect(fetched).not.toHaveBeenCalled()
})

it('tfjs’s build without SIMD is not among them', async () => {
  const { missing } = { missing: [], ...(await platform.findFile('tfjs-backend-wasm.wasm')) }
  expect(missing).toHaveLength(1)
})

it('only an isolated page has cores for threads', () => {
  expect(platform.cores()).toHaveProperty('reason', expect.stringContaining('cross-origin isolated'))
  vi.stubGlobal('crossOriginIsolated', true)
  vi.stubGlobal('navigator', { hardwareConcurrency: 6 })
  expect(platform.cores()).toEqual({ count: 6 })
})
